/** A rate limit that forgives bursts: `atOnce` tokens, refilled at `perS`. */
export class TokenBucket {
	readonly #perS: number;
	readonly #atOnce: number;
	#tokens: number;
	#atMs: number;

	constructor(perS: number, atOnce: number, nowMs: number) {
		this.#perS = perS;
		this.#atOnce = atOnce;
		this.#tokens = atOnce;
		this.#atMs = nowMs;
	}

	/** Takes `count` tokens, or none and answers false where there are too few. */
	take(count: number, nowMs: number): boolean {
		const passedS = Math.max(0, nowMs - this.#atMs) / 1000;
		this.#tokens = Math.min(this.#atOnce, this.#tokens + passedS * this.#perS);
		this.#atMs = nowMs;
		if (count > this.#tokens) return false;
		this.#tokens -= count;
		return true;
	}

	/** How long after the last `take` there will be `count` tokens, in whole milliseconds; 0 where there are. */
	waitMs(count: number): number {
		return Math.max(0, Math.ceil(((count - this.#tokens) / this.#perS) * 1000));
	}
}
