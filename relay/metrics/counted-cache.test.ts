import { describe, expect, it } from 'vitest';
import { CacheError, type CacheFailure } from '../cache/cache.ts';
import { openCaches } from '../cache/open.ts';
import { silentLog } from '../log.ts';
import { countedCache } from './counted-cache.ts';

describe('a counted cache', () => {
	it('does what the cache does, and counts what it fails at without hiding it', async () => {
		const caches = openCaches({ redisUrl: null, log: silentLog });
		const codes: CacheFailure[] = [];
		const cache = countedCache(caches.getCache('test', 60), (code) => codes.push(code));
		await cache.set('a', Uint8Array.of(1, 2));
		expect(await cache.get('a')).toEqual(Uint8Array.of(1, 2));
		expect([await cache.delete('a'), await cache.get('a'), await cache.cleanup()]).toEqual([true, null, 0]);
		expect(codes).toEqual([]);
		await expect(cache.get('no key')).rejects.toThrow(CacheError);
		await expect(cache.set('a', new Uint8Array(2 << 20))).rejects.toThrow(CacheError);
		expect(codes).toEqual(['bad_key', 'too_large']);
		await caches.close();
	});
});
