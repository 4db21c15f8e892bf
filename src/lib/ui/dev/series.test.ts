import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Series } from './series.ts';

const all = (series: Series): [number, number][] =>
	Array.from({ length: series.length }, (_, index) => [series.timeAt(index), series.valueAt(index)]);

describe('Series', () => {
	it('keeps the last numbers in their order, however many came', () => {
		fc.assert(
			fc.property(
				fc.integer({ min: 1, max: 20 }),
				fc.array(fc.integer({ min: -999, max: 999 })),
				(capacity, values) => {
					const series = new Series(capacity);
					values.forEach((value, at) => series.push(at, value));
					const kept = values.map((value, at): [number, number] => [at, value]).slice(-capacity);
					expect(all(series)).toEqual(kept);
					expect(series.last).toEqual(kept.at(-1)?.[1] ?? Number.NaN);
				}
			)
		);
	});
	it('finds where a time begins, before all, among them and after all', () => {
		const series = new Series(3);
		expect(series.since(0)).toBe(0);
		for (const atMs of [10, 20, 30, 40]) series.push(atMs, atMs);
		expect([0, 20, 21, 30, 40, 41].map((atMs) => series.since(atMs))).toEqual([0, 0, 1, 1, 2, 3]);
	});
	it('has nothing outside, and after it was cleared nothing at all', () => {
		const series = new Series(2);
		series.push(1, 5);
		expect([series.valueAt(-1), series.valueAt(1), series.timeAt(1)]).toEqual([Number.NaN, Number.NaN, Number.NaN]);
		series.clear();
		expect([series.length, series.last]).toEqual([0, Number.NaN]);
		series.push(9, 6);
		expect(all(series)).toEqual([[9, 6]]);
	});
	it('stays in order when the clock steps back', () => {
		const series = new Series(4);
		for (const atMs of [10, 5, 12]) series.push(atMs, 0);
		expect(all(series).map(([atMs]) => atMs)).toEqual([10, 10, 12]);
	});
	it('tells the largest of late, and minds nothing that was not measured', () => {
		const series = new Series(4);
		[9, 3, Number.NaN, 4].forEach((value, atMs) => series.push(atMs, value));
		expect([series.mostSince(0), series.mostSince(1), series.mostSince(4)]).toEqual([9, 4, 0]);
	});
});
