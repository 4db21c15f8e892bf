/** How long to wait before trying again: the one place that knows. */

export interface Backoff {
	/** The first wait, how each next one grows, and where that stops. */
	readonly firstMs: number;
	readonly growth: number;
	readonly maxMs: number;
	/** How much of a wait chance may take off, from 0 to 1: those who failed together must not come back together. */
	readonly jitter: number;
}

/** The wait before retry `number` (1 is the first), in milliseconds. `random` answers from 0 to below 1. */
export function backoffMs(number: number, backoff: Backoff, random: () => number = Math.random): number {
	const fullMs = Math.min(backoff.firstMs * backoff.growth ** Math.max(number - 1, 0), backoff.maxMs);
	return fullMs * (1 - backoff.jitter * random());
}
