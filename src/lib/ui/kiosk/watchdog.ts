/** Notices that a page which is seen is drawn no more: its timers still run, and nothing moves. */
const LOOK_EVERY_MS = 5_000;
/** No machine is so slow. */
const STALLED_MS = 30_000;

export function watchStall(onStall: () => void): () => void {
	let drawnMs = performance.now();
	let lookedMs = drawnMs;
	let frame = 0;
	const draw = (): void => {
		drawnMs = performance.now();
	};
	const look = (): void => {
		const nowMs = performance.now();
		// The machine slept, or the tab was frozen: nothing could be drawn, and nothing is wrong.
		const slept = nowMs - lookedMs > 3 * LOOK_EVERY_MS;
		lookedMs = nowMs;
		if (slept || document.visibilityState === 'hidden') drawnMs = nowMs;
		cancelAnimationFrame(frame);
		frame = requestAnimationFrame(draw);
		if (nowMs - drawnMs < STALLED_MS) return;
		drawnMs = nowMs;
		onStall();
	};
	const timer = setInterval(look, LOOK_EVERY_MS);
	look();
	return () => {
		clearInterval(timer);
		cancelAnimationFrame(frame);
	};
}
