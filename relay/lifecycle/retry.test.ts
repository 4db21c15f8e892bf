import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { backoffMs } from './backoff.ts';
import { retrying, type RetryOptions } from './retry.ts';

const backoff = { firstMs: 50, growth: 1.5, maxMs: 1000, jitter: 0.25 };

function options(more: Partial<RetryOptions> = {}): RetryOptions & { readonly waits: number[] } {
	const waits: number[] = [];
	const wait = (ms: number): Promise<void> => {
		waits.push(ms);
		return Promise.resolve();
	};
	const { signal } = new AbortController();
	return { ...backoff, tries: 5, signal, again: () => true, random: () => 0, wait, waits, ...more };
}

describe('the wait before another try', () => {
	it('grows, stops growing, and is never more than it says nor less than chance may take off', () => {
		fc.assert(
			fc.property(fc.nat({ max: 5000 }), fc.double({ min: 0, max: 0.999, noNaN: true }), (number, chance) => {
				const fullMs = backoffMs(number, backoff, () => 0);
				const ms = backoffMs(number, backoff, () => chance);
				expect(fullMs).toBeLessThanOrEqual(1000);
				expect(backoffMs(number + 1, backoff, () => 0)).toBeGreaterThanOrEqual(fullMs);
				expect(ms).toBeLessThanOrEqual(fullMs);
				expect(ms).toBeGreaterThanOrEqual(fullMs * 0.75);
			})
		);
	});
});

describe('trying again', () => {
	it('ends with the first success, and tells of each wait before it', async () => {
		const told: unknown[] = [];
		const it = options({ failed: (...what) => told.push(what) });
		const failure = new Error('no');
		const answer = await retrying((number) => (number < 3 ? Promise.reject(failure) : Promise.resolve(number)), it);
		expect(answer).toBe(3);
		expect(it.waits).toEqual([50, 75]);
		expect(told).toEqual([
			[1, failure, 50],
			[2, failure, 75]
		]);
	});

	it('ends with the last failure, after so many tries or where another is of no use', async () => {
		const it = options();
		await expect(retrying((number) => Promise.reject(new Error(`no ${number}`)), it)).rejects.toThrow('no 5');
		expect(it.waits).toHaveLength(4);
		const hopeless = options({ again: () => false });
		await expect(retrying((number) => Promise.reject(new Error(`no ${number}`)), hopeless)).rejects.toThrow('no 1');
		expect(hopeless.waits).toEqual([]);
	});

	it('stops where it is aborted, in a try or in a wait', async () => {
		const controller = new AbortController();
		let tries = 0;
		const long = { ...backoff, firstMs: 1e9, maxMs: 1e9, tries: 5, signal: controller.signal, again: () => true };
		const waiting = retrying(
			() => {
				tries++;
				return Promise.reject(new Error('no'));
			},
			{ ...long, failed: () => setImmediate(() => controller.abort()) }
		);
		await expect(waiting).rejects.toThrow('no');
		await expect(retrying(() => Promise.reject(new Error('once')), long)).rejects.toThrow('once');
		expect(tries).toBe(1);
	});
});
