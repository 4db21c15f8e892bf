import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SESSION_LIMITS } from '../../session/deps.ts';
import { FINAL_PATIENCE_MS, FinalWait, MOST_HELD_MS } from './final-wait.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const DELAY_FRAMES = 5;

function stage() {
	const passed: number[] = [];
	const told: string[] = [];
	const wait = new FinalWait(
		{ delayMs: DELAY_FRAMES * 80 },
		{
			step: (frame) => passed.push(frame[0]!),
			settle: () => told.push('settle'),
			deaf: () => told.push('deaf')
		}
	);
	let steps = 0;
	return {
		wait,
		passed,
		told,
		steps(count: number): void {
			for (let i = 0; i < count; i++) wait.step(Uint8Array.of(steps++));
		}
	};
}

describe('the steps of ears that wait for a final transcript', () => {
	it('pass while somebody speaks, and in a pause by less than the delay', () => {
		const { wait, passed, told, steps } = stage();
		wait.spoke();
		steps(20);
		wait.paused(1.2);
		steps(20);
		expect(passed.length).toBe(20 + 1 + DELAY_FRAMES - 1);
		wait.understood(true);
		expect([passed.length, told]).toEqual([40, []]);
		steps(1);
		expect(passed).toEqual(Array.from({ length: 41 }, (_, i) => i));
		vi.advanceTimersByTime(10 * FINAL_PATIENCE_MS);
		expect(told).toEqual([]);
	});

	it('go on where it does not come, counted from the last sign of one', () => {
		const { wait, passed, told, steps } = stage();
		wait.spoke();
		steps(20);
		wait.paused(1.2);
		steps(20);
		vi.advanceTimersByTime(FINAL_PATIENCE_MS - 1);
		wait.understood(false);
		vi.advanceTimersByTime(FINAL_PATIENCE_MS - 1);
		expect([told, passed.length]).toEqual([[], 25]);
		vi.advanceTimersByTime(1);
		expect([told, passed.length]).toEqual([['settle'], 40]);
	});

	it('are held only once the delay has passed in sound, and never for long', () => {
		const { wait, passed, told, steps } = stage();
		wait.spoke();
		steps(20);
		wait.paused(1.2);
		steps(DELAY_FRAMES);
		vi.advanceTimersByTime(10 * FINAL_PATIENCE_MS);
		expect([told, passed.length, vi.getTimerCount()]).toEqual([[], 25, 0]);
		steps(10);
		for (let ms = 0; ms < MOST_HELD_MS; ms += 100) {
			wait.understood(false); // the same again and again
			expect(passed.length).toBe(25);
			vi.advanceTimersByTime(100);
		}
		expect([told, passed.length, vi.getTimerCount()]).toEqual([['settle'], 35, 0]);
		expect(MOST_HELD_MS).toBeLessThan(SESSION_LIMITS.sttStallMs);
	});

	it('go on where the person does', () => {
		const { wait, passed, told, steps } = stage();
		wait.spoke();
		wait.paused(0);
		steps(1);
		wait.paused(0.05);
		steps(20);
		wait.spoke();
		expect(passed.length).toBe(21);
		vi.advanceTimersByTime(10 * FINAL_PATIENCE_MS);
		expect(told).toEqual([]);
	});

	it('are not held where the server heard the pause first', () => {
		const { wait, passed, steps } = stage();
		wait.spoke();
		steps(20);
		wait.understood(true);
		wait.paused(1.55);
		steps(20);
		expect(passed.length).toBe(40);
	});

	it('find out that nobody transcribes any more, once', () => {
		const { wait, told, steps } = stage();
		for (let stretch = 0; stretch < 8; stretch++) {
			wait.spoke();
			steps(10);
			wait.paused((stretch + 1) * 1.6);
			steps(10);
			vi.advanceTimersByTime(FINAL_PATIENCE_MS);
			if (told.includes('deaf')) break;
		}
		expect(told).toEqual(['settle', 'settle', 'settle', 'settle', 'deaf']);
	});

	it('say nothing more once it is over', () => {
		const { wait, passed, told, steps } = stage();
		wait.spoke();
		steps(2);
		wait.paused(0.15);
		steps(20);
		const before = passed.length;
		wait.close();
		wait.understood(true);
		wait.paused(9);
		steps(3);
		vi.advanceTimersByTime(10 * FINAL_PATIENCE_MS);
		expect([passed.length, told, vi.getTimerCount()]).toEqual([before, [], 0]);
	});
});
