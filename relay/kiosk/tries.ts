/** How often a PIN may be tried: by one address, and by all of them, so that a thousand addresses guess no faster than two. */
import { TokenBucket } from '../limits/token-bucket.ts';

/** Somebody who mistypes has five tries at once, and then one a minute. */
const ADDRESS = { atOnce: 5, perMinute: 1 } as const;
const ALL = { atOnce: 10, perMinute: 2 } as const;
/** Who is forgotten begins anew; the limit for all holds whatever is forgotten. */
const MOST_ADDRESSES = 1000;

export class Tries {
	readonly #all: TokenBucket;
	readonly #addresses = new Map<string, TokenBucket>();

	constructor(nowMs: number) {
		this.#all = new TokenBucket(ALL.perMinute / 60, ALL.atOnce, nowMs);
	}

	/** Counts one try, right or wrong; 0 where it may be, else in how many milliseconds the next one may. */
	waitMs(address: string, nowMs: number): number {
		const own = this.#addresses.get(address) ?? new TokenBucket(ADDRESS.perMinute / 60, ADDRESS.atOnce, nowMs);
		this.#addresses.delete(address);
		this.#addresses.set(address, own);
		if (this.#addresses.size > MOST_ADDRESSES) {
			const oldest = this.#addresses.keys().next();
			if (oldest.done !== true) this.#addresses.delete(oldest.value);
		}
		// An address that has used up its own takes nothing from the others.
		if (!own.take(1, nowMs)) return own.waitMs(1);
		return this.#all.take(1, nowMs) ? 0 : this.#all.waitMs(1);
	}
}
