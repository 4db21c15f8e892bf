/** A cache whose failures are counted; they reach whoever asked all the same. */
import { CacheError, type Cache, type CacheFailure } from '../cache/cache.ts';

export function countedCache(cache: Cache, failed: (code: CacheFailure) => void): Cache {
	async function told<T>(call: Promise<T>): Promise<T> {
		try {
			return await call;
		} catch (error) {
			if (error instanceof CacheError) failed(error.code);
			throw error;
		}
	}
	return {
		get: (key) => told(cache.get(key)),
		set: (key, value) => told(cache.set(key, value)),
		delete: (key) => told(cache.delete(key)),
		cleanup: () => told(cache.cleanup())
	};
}
