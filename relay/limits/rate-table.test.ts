import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RateTable } from './rate-table.ts';

describe('a table of rates', () => {
	it('never holds more keys than it may, and forgets first who was away for longest', () => {
		const table = new RateTable(1, 3);
		for (const key of ['a', 'b', 'c']) expect(table.waitMs(key, 0)).toBe(0);
		expect(table.waitMs('a', 0)).toBe(60_000);
		expect(table.waitMs('d', 0)).toBe(0); // in place of b
		expect(['a', 'c', 'd'].map((key) => table.waitMs(key, 0))).toEqual([60_000, 60_000, 60_000]);
		expect(table.waitMs('b', 0)).toBe(0);
		expect(table.size).toBe(3);
	});

	it('holds to its size under any flood of keys', () => {
		fc.assert(
			fc.property(fc.array(fc.string(), { maxLength: 200 }), (keys) => {
				const table = new RateTable(10, 16);
				for (const key of keys) table.waitMs(key, 0);
				expect(table.size).toBeLessThanOrEqual(16);
			})
		);
	});

	it('says a time after which the next one may, to the millisecond', () => {
		fc.assert(
			fc.property(fc.integer({ min: 1, max: 5000 }), fc.integer({ min: 0, max: 59_999 }), (perMinute, nowMs) => {
				const table = new RateTable(perMinute);
				for (let i = 0; i < perMinute; i++) table.waitMs('a', nowMs);
				const waitMs = table.waitMs('a', nowMs);
				expect(waitMs).toBeGreaterThan(0);
				expect(table.waitMs('a', nowMs + waitMs)).toBe(0);
			}),
			{ numRuns: 50 }
		);
	});
});
