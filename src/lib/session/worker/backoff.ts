/** How long to wait before connecting again. */

export interface BackoffOptions {
	readonly firstMs: number;
	readonly growth: number;
	readonly maxMs: number;
}

/** 0.25 s at first: a relay that restarts behind a balancer is back at once. 8 s at most: a person is looking at it. */
export const RECONNECT = { firstMs: 250, growth: 2, maxMs: 8000 } as const satisfies BackoffOptions;

/**
 * Milliseconds before attempt number `attempt` (0 is the first). `chance` is in [0, 1): half of the wait is fixed and half
 * is drawn, so that a thousand browsers that lost one relay do not come back in the same instant.
 */
export function backoffMs(attempt: number, chance: number, options: BackoffOptions = RECONNECT): number {
	const full = Math.min(options.maxMs, options.firstMs * options.growth ** attempt);
	return full / 2 + (full / 2) * chance;
}
