import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Heartbeat } from './heartbeat.ts';

beforeEach(() => {
	vi.useFakeTimers();
});
afterEach(() => {
	vi.useRealTimers();
});

function heart() {
	const told: string[] = [];
	const it = new Heartbeat({ everyMs: 1000, ask: () => told.push('ask'), dead: () => told.push('dead') });
	return { it, told, pass: (ms: number) => vi.advanceTimersByTime(ms) };
}

describe('a heartbeat', () => {
	it('asks who is silent, and gives up who does not answer, once and within three beats', () => {
		const { told, pass } = heart();
		pass(2000);
		expect(told).toEqual(['ask']);
		pass(1000);
		expect(told).toEqual(['ask', 'dead']);
		pass(60_000);
		expect([told.length, vi.getTimerCount()]).toEqual([2, 0]);
	});

	it('asks again and again who answers, and nobody who talks', () => {
		const { it, told, pass } = heart();
		for (let beat = 0; beat < 10; beat++) {
			it.heard();
			pass(1000);
		}
		expect(told).toEqual([]);
		for (let round = 0; round < 5; round++) {
			pass(1000);
			it.heard();
			pass(1000);
		}
		expect(told).toEqual(['ask', 'ask', 'ask', 'ask', 'ask']);
		it.stop();
	});

	it('gives nobody up from whom nothing is read, and begins anew when it is', () => {
		const { it, told, pass } = heart();
		it.pause();
		pass(60_000);
		expect(told).toEqual([]);
		it.resume();
		pass(2000);
		expect(told).toEqual(['ask']);
		it.stop();
		expect(vi.getTimerCount()).toBe(0);
	});
});
