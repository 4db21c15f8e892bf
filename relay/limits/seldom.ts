/** For what may happen ten thousand times a second and should be told of now and then. */

/** Often enough to see that it goes on, and a few lines a minute. */
const EVERY_MS = 10_000;

/**
 * Answers a function that calls `tell` at most once in `everyMs` for each reason, with how often it was called for it since
 * it last did. Reasons come from a closed list: each is kept for ever.
 */
export function seldom<T extends string>(
	nowMs: () => number,
	tell: (times: number, why: T) => void,
	everyMs = EVERY_MS
): (why: T) => void {
	const reasons = new Map<T, { toldMs: number; times: number }>();
	return (why) => {
		const reason = reasons.get(why) ?? { toldMs: -Infinity, times: 0 };
		reasons.set(why, reason);
		reason.times++;
		if (nowMs() - reason.toldMs < everyMs) return;
		const { times } = reason;
		reason.toldMs = nowMs();
		reason.times = 0;
		tell(times, why);
	};
}
