/** A rate limit for each of many keys (addresses, for instance), in a table that cannot grow without end. */
import { TokenBucket } from './token-bucket.ts';

/**
 * Whoever was not heard of for longest is forgotten first, and begins anew. Some 200 bytes each: 4 MB. To be forgotten on
 * purpose takes this many other addresses, and for IPv6 as many networks.
 */
export const MAX_KEYS = 20_000;

export class RateTable {
	readonly #perMinute: number;
	readonly #maxKeys: number;
	/** The key used last comes last. */
	readonly #buckets = new Map<string, TokenBucket>();

	/** `perMinute` is also what may come at once; 0 lets everything pass. */
	constructor(perMinute: number, maxKeys = MAX_KEYS) {
		this.#perMinute = perMinute;
		this.#maxKeys = maxKeys;
	}

	get size(): number {
		return this.#buckets.size;
	}

	/** Counts one of `key`; 0 where it may be, else in how many milliseconds the next one may. */
	waitMs(key: string, nowMs: number): number {
		if (this.#perMinute === 0) return 0;
		const bucket = this.#buckets.get(key) ?? new TokenBucket(this.#perMinute / 60, this.#perMinute, nowMs);
		this.#buckets.delete(key);
		this.#buckets.set(key, bucket);
		if (this.#buckets.size > this.#maxKeys) {
			const oldest = this.#buckets.keys().next();
			if (oldest.done !== true) this.#buckets.delete(oldest.value);
		}
		return bucket.take(1, nowMs) ? 0 : bucket.waitMs(1);
	}
}
