import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asyncTtlCached } from './ttl-cache.ts';

describe('answers that serve for a while', () => {
	it('are asked for once by all who ask meanwhile, and anew when they are old', async () => {
		let now = 0;
		let asked = 0;
		const answer = asyncTtlCached(async (name: string) => `${name} ${++asked}`, { nowMs: () => now });
		expect(await Promise.all(['a', 'a', 'b', 'a'].map(answer))).toEqual(['a 1', 'a 1', 'b 2', 'a 1']);
		now = 499;
		expect(await answer('a')).toBe('a 1');
		now = 500;
		expect(await Promise.all([answer('a'), answer('a')])).toEqual(['a 3', 'a 3']);
	});

	it('age from when they came, not from when they were asked for', async () => {
		let now = 0;
		const flights: ((text: string) => void)[] = [];
		const answer = asyncTtlCached(() => new Promise<string>((resolve) => flights.push(resolve)), {
			ttlMs: 100,
			nowMs: () => now
		});
		const first = answer(1);
		now = 1000;
		const second = answer(1);
		await Promise.resolve();
		flights[0]!('late');
		expect(await Promise.all([first, second])).toEqual(['late', 'late']);
		now = 1099;
		expect(await answer(1)).toBe('late');
		expect(flights).toHaveLength(1);
	});

	it('that failed are everybody’s who waits, and nobody’s after', async () => {
		let asked = 0;
		const answer = asyncTtlCached((_name: string): Promise<string> => {
			if (++asked === 1) throw new Error('thrown, not rejected');
			return Promise.resolve('well');
		});
		expect(await Promise.allSettled([answer('a'), answer('a')])).toMatchObject([
			{ status: 'rejected' },
			{ status: 'rejected' }
		]);
		expect(await answer('a')).toBe('well');
		expect(asked).toBe(2);
	});

	it('are bounded: of those that came, the oldest goes first', async () => {
		const asked: number[] = [];
		const held = new Promise<number>(() => undefined);
		const answer = asyncTtlCached(
			(name: number) => {
				asked.push(name);
				return name === 0 ? held : Promise.resolve(name);
			},
			{ maxEntries: 3, nowMs: () => 0 }
		);
		void answer(0);
		for (const name of [1, 2, 3]) await answer(name);
		await answer(3);
		await answer(2);
		expect(asked).toEqual([0, 1, 2, 3]);
		void answer(0);
		await answer(1);
		expect(asked).toEqual([0, 1, 2, 3, 1]);
	});

	it('never have two flights of one key at a time, whatever is asked and when it comes', async () => {
		const step = fc.oneof(
			fc.record({ ask: fc.nat({ max: 2 }) }),
			fc.record({ land: fc.nat({ max: 2 }), well: fc.boolean() }),
			fc.record({ passMs: fc.nat({ max: 700 }) })
		);
		await fc.assert(
			fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
				let now = 0;
				const flights = new Map<number, PromiseWithResolvers<number>>();
				const answer = asyncTtlCached(
					(key: number) => {
						expect(flights.has(key)).toBe(false);
						const flight = Promise.withResolvers<number>();
						flights.set(key, flight);
						return flight.promise;
					},
					{ nowMs: () => now }
				);
				for (const it of steps) {
					if ('ask' in it) answer(it.ask).catch(() => undefined);
					else if ('passMs' in it) now += it.passMs;
					else {
						const flight = flights.get(it.land);
						flights.delete(it.land);
						if (it.well) flight?.resolve(now);
						else flight?.reject(new Error('no'));
					}
					await new Promise(setImmediate);
				}
			})
		);
	});
});
