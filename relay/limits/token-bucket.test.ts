import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TokenBucket } from './token-bucket.ts';

describe('TokenBucket', () => {
	it('gives its burst at once, then its rate, and never saves up more than the burst', () => {
		const bucket = new TokenBucket(10, 5, 0);
		expect(Array.from({ length: 6 }, () => bucket.take(1, 0))).toEqual([true, true, true, true, true, false]);
		expect([bucket.take(1, 99), bucket.take(1, 100), bucket.take(1, 100)]).toEqual([false, true, false]);
		expect([bucket.take(5, 1_000_000), bucket.take(1, 1_000_000)]).toEqual([true, false]);
	});

	it('takes nothing where there is too little', () => {
		const bucket = new TokenBucket(1, 10, 0);
		expect([bucket.take(11, 0), bucket.take(10, 0)]).toEqual([false, true]);
	});

	it('never gives more than burst and rate allow, even where the clock runs back', () => {
		const asked = fc.array(fc.tuple(fc.integer({ min: -50, max: 500 }), fc.integer({ min: 1, max: 8 })), {
			maxLength: 80
		});
		fc.assert(
			fc.property(asked, (steps) => {
				const bucket = new TokenBucket(10, 20, 0);
				let nowMs = 0;
				let passedMs = 0;
				let given = 0;
				for (const [afterMs, count] of steps) {
					nowMs += afterMs;
					passedMs += Math.max(0, afterMs);
					if (bucket.take(count, nowMs)) given += count;
				}
				expect(given).toBeLessThanOrEqual(20 + (passedMs / 1000) * 10 + 1e-6);
			})
		);
	});
});
