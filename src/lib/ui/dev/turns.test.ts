import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { axisEndMs, barsOf, totalMs, Turns } from './turns.ts';

const PHASES = ['speechEnd', 'pauseDecided', 'firstToken', 'firstPage', 'firstHeard'];
/** A turn as the worker tells it, when its answer is heard at `atMs`. */
function tell(turns: Turns, values: readonly number[], atMs = 1000): void {
	values.forEach((value, index) => turns.take({ name: 'turnPhase', atMs, value, text: PHASES[index] ?? '' }));
}

describe('Turns', () => {
	it('puts a turn together from its phases, and tells when the person fell silent', () => {
		const turns = new Turns(5);
		tell(turns, [0, 300, 420, 600, 680], 5000);
		expect(turns.all).toEqual([
			{ number: 1, endedAtMs: 4320, reachedMs: { decision: 300, token: 420, page: 600, heard: 680 } }
		]);
		expect(turns.all.map(totalMs)).toEqual([680]);
	});
	it('keeps the last turns and goes on counting', () => {
		const turns = new Turns(2);
		for (let turn = 0; turn < 5; turn++) tell(turns, [0, 1, 2, 3, 4]);
		expect(turns.all.map(({ number }) => number)).toEqual([4, 5]);
	});
	it('minds no other mark, no unknown phase, no phase of a turn that it never saw begin, and nothing that is no time', () => {
		const turns = new Turns(2);
		expect(turns.take({ name: 'turnPhase', atMs: 0, value: 1, text: 'firstToken' })).toBe(false);
		tell(turns, [0]);
		for (const text of ['toString', '', 'later']) {
			expect(turns.take({ name: 'turnPhase', atMs: 0, value: 1, text })).toBe(false);
		}
		expect(turns.take({ name: 'firstPage', atMs: 0, value: 1 })).toBe(false);
		expect(turns.take({ name: 'turnPhase', atMs: 0, value: Number.NaN, text: 'firstToken' })).toBe(false);
		expect(turns.all).toEqual([{ number: 1, endedAtMs: 1000, reachedMs: {} }]);
	});
});

describe('barsOf', () => {
	it('follow each other without a hole and never run backwards, whatever was measured', () => {
		fc.assert(
			fc.property(fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { maxLength: 4 }), (values) => {
				const turns = new Turns(1);
				tell(turns, [0, ...values]);
				const bars = turns.all.flatMap(barsOf);
				expect(bars).toHaveLength(values.length);
				bars.forEach(({ fromMs, toMs }, index) => {
					expect(fromMs).toBe(bars[index - 1]?.toMs ?? 0);
					expect(toMs).toBeGreaterThanOrEqual(fromMs);
				});
			})
		);
	});
	it('stop where a phase was not reached', () => {
		expect(barsOf({ number: 1, endedAtMs: 0, reachedMs: { decision: 5, page: 9, heard: 10 } })).toEqual([
			{ span: 'decision', fromMs: 0, toMs: 5 }
		]);
	});
});

it('the axis holds what it is to hold, and is round', () => {
	expect([0, 500, 501, 1000, 1001, 2001, 7000, 12_345].map(axisEndMs)).toEqual([
		500, 500, 1000, 1000, 2000, 5000, 10_000, 20_000
	]);
});
