import { afterEach, describe, expect, it, vi } from 'vitest';
import { watchLoop } from './loop-delay.ts';

afterEach(() => {
	vi.useRealTimers();
	vi.restoreAllMocks();
});

describe('the delay of the event loop', () => {
	it('is what a timer comes too late, ten times a second, until nobody asks', () => {
		vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] });
		const told: number[] = [];
		const stop = watchLoop((delayS) => told.push(delayS));
		vi.advanceTimersByTime(1000);
		expect(told).toEqual(Array(10).fill(0));
		// The process was busy for 250 ms: the clock went on, no timer ran.
		const nowMs = performance.now();
		const clock = vi.spyOn(performance, 'now').mockReturnValue(nowMs + 100 + 250);
		vi.advanceTimersByTime(100);
		clock.mockRestore();
		expect(told.at(-1)).toBeCloseTo(0.25, 6);
		stop();
		vi.advanceTimersByTime(1000);
		expect(told).toHaveLength(11);
		expect(vi.getTimerCount()).toBe(0);
	});
});
