import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FakeClock } from '../session/testing/fake-clock.ts';
import { CacheError } from './cache.ts';
import { ENTRY_BYTES, MemoryCache, SWEEP_MS, type MemoryCacheOptions } from './memory.ts';

function setUp(options: Partial<MemoryCacheOptions> = {}): { cache: MemoryCache; clock: FakeClock } {
	const clock = new FakeClock();
	const limits = { ttlMs: 3_600_000, maxValueBytes: 1000, maxEntries: 3, maxBytes: 1 << 20 };
	return { clock, cache: new MemoryCache({ ...limits, clock, ...options }) };
}

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);

describe('the cache in this process', () => {
	it('gives back the bytes that it was given, none and every byte among them', async () => {
		const { cache } = setUp();
		for (const value of [bytes(), bytes(0), Uint8Array.from({ length: 256 }, (_, i) => i)]) {
			await cache.set('a', value);
			expect(await cache.get('a')).toEqual(value);
		}
	});

	it('knows nothing of what was never set, and says whether it deleted something', async () => {
		const { cache } = setUp();
		await cache.set('a', bytes(1));
		expect([await cache.get('b'), await cache.delete('b'), await cache.delete('a')]).toEqual([null, false, true]);
		expect([await cache.get('a'), await cache.delete('a')]).toEqual([null, false]);
	});

	it('shares no memory with those who set and those who get', async () => {
		const { cache } = setUp();
		const mine = bytes(1, 2);
		await cache.set('a', mine);
		mine.fill(9);
		const got = await cache.get('a');
		got?.fill(8);
		expect(await cache.get('a')).toEqual(bytes(1, 2));
	});

	it('forgets at the moment when the time is over, counted from the last set and not from the last get', async () => {
		const { cache, clock } = setUp({ ttlMs: 1000 });
		await cache.set('a', bytes(1));
		clock.advance(600);
		await cache.set('a', bytes(2));
		clock.advance(999);
		expect(await cache.get('a')).toEqual(bytes(2));
		clock.advance(1);
		expect(await cache.get('a')).toBeNull();
		expect(await cache.delete('a')).toBe(false);
	});

	it('lets nothing lie around for more than a minute after its time, though nobody asks, and then rests', async () => {
		const { cache, clock } = setUp({ ttlMs: 10 * SWEEP_MS });
		await cache.set('a', bytes(1));
		clock.advance(11 * SWEEP_MS);
		expect(cache.size).toEqual({ entries: 0, bytes: 0 });
		expect(clock.pending()).toBe(0);
	});

	it('cleans up when asked and says how much', async () => {
		const { cache, clock } = setUp({ ttlMs: 90_000 });
		await cache.set('a', bytes(1));
		clock.advance(45_000);
		await cache.set('b', bytes(1));
		clock.advance(46_000);
		expect([await cache.cleanup(), await cache.cleanup()]).toEqual([1, 0]);
		expect(await cache.get('b')).toEqual(bytes(1));
	});

	it('drops what was used longest ago where there is no room', async () => {
		const { cache } = setUp();
		for (const key of ['a', 'b', 'c']) await cache.set(key, bytes(1));
		await cache.get('a');
		await cache.set('d', bytes(1));
		expect(await Promise.all(['a', 'b', 'c', 'd'].map((key) => cache.get(key)))).toEqual([
			bytes(1),
			null,
			bytes(1),
			bytes(1)
		]);
	});

	it.each(['', ' ', 'a b', '*', '../x', 'ü', 'a\r\nb', '-a', 'x'.repeat(129), '__proto__'])(
		'refuses a key that is none: %j',
		async (key) => {
			const { cache } = setUp();
			for (const asked of [cache.get(key), cache.set(key, bytes(1)), cache.delete(key)])
				await expect(asked).rejects.toMatchObject({ name: 'CacheError', code: 'bad_key' });
			expect(cache.size.entries).toBe(0);
		}
	);

	it('refuses a value over the limit and leaves the one before alone', async () => {
		const { cache } = setUp();
		await cache.set('a', new Uint8Array(1000));
		await expect(cache.set('a', new Uint8Array(1001))).rejects.toBeInstanceOf(CacheError);
		expect((await cache.get('a'))?.byteLength).toBe(1000);
	});

	it('keeps its bounds and its books whatever happens, and never gives one key the value of another', async () => {
		const step = fc.record({
			act: fc.constantFrom('set', 'get', 'delete', 'cleanup', 'wait'),
			key: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
			size: fc.nat(1000)
		});
		await fc.assert(
			fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
				const maxBytes = 4 * ENTRY_BYTES + 1500;
				const { cache, clock } = setUp({ ttlMs: 500, maxEntries: 4, maxBytes });
				const last = new Map<string, number>();
				for (const { act, key, size } of steps) {
					if (act === 'set') {
						await cache.set(key, new Uint8Array(size));
						last.set(key, size);
					} else if (act === 'get') {
						const got = await cache.get(key);
						if (got !== null) expect(got.byteLength).toBe(last.get(key));
					} else if (act === 'delete') {
						await cache.delete(key);
						last.delete(key);
					} else if (act === 'wait') clock.advance(size);
					else await cache.cleanup();
					expect(cache.size.entries).toBeLessThanOrEqual(4);
					expect(cache.size.bytes).toBeLessThanOrEqual(maxBytes);
				}
				clock.advance(SWEEP_MS + 500);
				expect([cache.size, clock.pending()]).toEqual([{ entries: 0, bytes: 0 }, 0]);
			})
		);
	});
});
