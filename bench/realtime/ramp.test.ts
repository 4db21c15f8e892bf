import { describe, expect, it } from 'vitest';
import type { Measured } from './measure.ts';
import { findDoubling } from './ramp.ts';

const none = { p50: Number.NaN, p95: Number.NaN, n: 0 };
const run = (talkers: number, p95: number, problems: string[] = []): Measured => ({
	talkers,
	seconds: 20,
	cpuMsPerTalkerSecond: null,
	rssBytes: null,
	rssBytesPerTalker: null,
	liveBytesPerTalker: null,
	loopDelayMsP99: null,
	noticed: none,
	answered: { p50: p95, p95, n: 10 },
	passed: none,
	gaps: 0,
	gapMs: 0,
	benchLateMsP99: 0,
	problems
});

/** The p95 of a server that is slow from `limit` talkers on, and how often it was looked at. */
function ramp(limit: number, most: number, at: (talkers: number) => Measured) {
	const asked: number[] = [];
	const measure = (talkers: number): Promise<Measured> => {
		asked.push(talkers);
		return Promise.resolve(talkers < limit ? run(talkers, 100) : at(talkers));
	};
	return findDoubling(run(4, 100), most, measure).then((doubling) => ({ doubling, asked }));
}

describe('the search for the doubling', () => {
	it('comes as near as a quarter of the last step, and measures twice what was too much', async () => {
		const { doubling, asked } = await ramp(25, 256, (talkers) => run(talkers, 300));
		expect(asked).toEqual([8, 16, 32, 32, 24, 28, 28]);
		expect(doubling).toEqual({ baseMs: 100, from: 24, to: 28, why: 'slow' });
	});

	it('takes somebody who is not served for too much', async () => {
		const { doubling } = await ramp(5, 256, (talkers) => run(talkers, 100, ['never_ready']));
		expect(doubling).toEqual({ baseMs: 100, from: 4, to: 5, why: 'trouble' });
	});

	it('takes no answers at all for too much', async () => {
		const { doubling } = await ramp(8, 8, (talkers) => run(talkers, Number.NaN));
		expect(doubling).toMatchObject({ from: 7, to: 8, why: 'slow' });
	});

	it('forgives one bad measurement', async () => {
		let bad = 1;
		const { doubling } = await ramp(16, 16, (talkers) => run(talkers, bad-- > 0 ? 300 : 200));
		expect(doubling).toEqual({ baseMs: 100, from: 16, to: null, why: null });
	});

	it('goes no further than it is told', async () => {
		const { doubling, asked } = await ramp(1000, 20, (talkers) => run(talkers, 300));
		expect(asked).toEqual([8, 16]);
		expect(doubling).toEqual({ baseMs: 100, from: 16, to: null, why: null });
	});
});
