import { describe, expect, it } from 'vitest';
import { seldom } from './seldom.ts';

function house(everyMs = 100) {
	const told: string[] = [];
	const time = { nowMs: 0 };
	const call = seldom(
		() => time.nowMs,
		(times, why) => told.push(`${times} ${why}`),
		everyMs
	);
	return { told, time, call };
}

describe('what is told seldom', () => {
	it('is told at once, then at most once in a while, with how often it was', () => {
		const { told, time, call } = house();
		for (let i = 0; i < 10; i++) call('too_fast');
		expect(told).toEqual(['1 too_fast']);
		time.nowMs = 99;
		call('too_fast');
		expect(told).toHaveLength(1);
		time.nowMs = 100;
		call('too_fast');
		expect(told).toEqual(['1 too_fast', '11 too_fast']);
	});

	it('hides no reason behind another', () => {
		const { told, time, call } = house();
		call('too_fast');
		call('forbidden_origin');
		for (let i = 0; i < 5; i++) call('too_fast');
		expect(told).toEqual(['1 too_fast', '1 forbidden_origin']);
		time.nowMs = 100;
		call('forbidden_origin');
		call('too_fast');
		expect(told.slice(2)).toEqual(['1 forbidden_origin', '6 too_fast']);
	});
});
