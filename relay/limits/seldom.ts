/** For what may happen ten thousand times a second and should be told of now and then. */

/** Often enough to see that it goes on, and a few lines a minute. */
const EVERY_MS = 10_000;

/** Answers a function that calls `tell` at most once in `everyMs`, with how often it was called since it last did. */
export function seldom(
	nowMs: () => number,
	tell: (times: number, ...about: readonly string[]) => void,
	everyMs = EVERY_MS
): (...about: readonly string[]) => void {
	let toldMs = -Infinity;
	let times = 0;
	return (...about) => {
		times++;
		if (nowMs() - toldMs < everyMs) return;
		toldMs = nowMs();
		tell(times, ...about);
		times = 0;
	};
}
