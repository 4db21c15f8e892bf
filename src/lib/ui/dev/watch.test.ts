import { describe, expect, it } from 'vitest';
import type { Probe } from '../../session/probe.ts';
import { FLOOR_DBFS, levelOf, STATE_NAMES, Watch, WINDOW_MS } from './watch.ts';

const probe = (atMs: number, changes: Partial<Probe> = {}): { type: 'probe'; probe: Probe } => ({
	type: 'probe',
	probe: {
		...{ atMs, state: 'waiting', pause: 0.5, average: 0.5, endAbove: 0.6, stopBelow: 0.4, listening: true },
		...{ steps: 1, linked: true, unsentBytes: 0, owedMs: 0, attempts: 0, reply: 1, bufferedMs: 0, jitterMs: 0 },
		...{ targetMs: 80, gapMs: 0, gaps: 0, gain: 1 },
		...changes
	}
});
const sine = (amplitude: number): Float32Array =>
	Float32Array.from({ length: 128 }, (_, index) => amplitude * Math.sin((2 * Math.PI * index) / 16));

describe('Watch', () => {
	it('keeps a whole window of every series and no more, however long the talk', () => {
		const watch = new Watch();
		for (let atMs = 0; atMs < 600_000; atMs += 40) {
			watch.hear({ user: sine(0.5), assistant: sine(0), duck: 1 }, atMs);
			if (atMs % 80 === 0) watch.take(probe(atMs), atMs);
		}
		for (const series of [watch.user, watch.assistant, watch.pause, watch.average, watch.states, watch.buffered]) {
			expect(series.timeAt(0)).toBeLessThanOrEqual(watch.nowMs - WINDOW_MS);
			expect(series.length).toBeLessThanOrEqual(400);
		}
	});
	it('tells a gap once, when it has grown, and counts anew with the next reply', () => {
		const watch = new Watch();
		for (const [gapMs, reply] of [
			[0, 1],
			[30, 1],
			[30, 1],
			[50, 1],
			[20, 2],
			[0, 3]
		] as const)
			watch.take(probe(gapMs, { gapMs, reply }), 0);
		expect(Array.from({ length: watch.gaps.length }, (_, index) => watch.gaps.valueAt(index))).toEqual([30, 20, 20]);
	});
	it('plots no pause where the pause head says nothing, and knows every state by its place', () => {
		const watch = new Watch();
		watch.take(probe(1, { pause: null, state: 'overlapping' }), 1);
		expect(watch.pause.last).toBeNaN();
		expect(STATE_NAMES[watch.states.last]).toBe('overlapping');
	});
	it('forgets how the last talk stood when the next is begun', () => {
		const watch = new Watch();
		watch.take(probe(1), 1);
		watch.take({ type: 'phase', phase: 'asking', failure: null }, 2);
		expect(watch.probe).toBe(null);
	});
	it('says what there is new to show', () => {
		const watch = new Watch();
		expect(watch.take(probe(1), 1)).toBe(true); // a new state
		expect(watch.take(probe(2), 2)).toBe(false);
		expect(watch.take({ type: 'caption', words: [], interrupted: false }, 3)).toBe(false);
		expect(watch.take({ type: 'mark', mark: { name: 'turnPhase', atMs: 4, value: 0, text: 'speechEnd' } }, 4)).toBe(
			true
		);
	});
});

describe('levelOf', () => {
	it('is 0 dBFS for a full sine, 20 less for a tenth of it, and never less than the floor', () => {
		expect(levelOf(sine(1))).toBeCloseTo(0, 3);
		expect(levelOf(sine(0.1))).toBeCloseTo(-20, 3);
		expect(levelOf(sine(1), 0.1)).toBeCloseTo(-20, 3);
		for (const samples of [sine(0), sine(1e-9), new Float32Array(0)]) expect(levelOf(samples)).toBe(FLOOR_DBFS);
		expect(levelOf(new Float32Array(128).fill(4))).toBe(0);
	});
});
