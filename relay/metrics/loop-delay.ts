/** How late this process's timers run: whatever keeps the event loop busy delays every talker's pages by as much. */

/** Often enough to meet a stall of 100 ms for certain, seldom enough to cost nothing. */
const EVERY_MS = 100;

/** Tells the delay in seconds, ten times a second, until the function it answers is called. */
export function watchLoop(tell: (delayS: number) => void): () => void {
	let dueMs = performance.now() + EVERY_MS;
	const timer = setInterval(() => {
		const nowMs = performance.now();
		// Node's timers count whole milliseconds and may be early by a part of one.
		tell(Math.max(0, nowMs - dueMs) / 1000);
		dueMs = nowMs + EVERY_MS;
	}, EVERY_MS);
	timer.unref();
	return () => clearInterval(timer);
}
