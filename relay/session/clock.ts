/** The session's only way to the time, so that tests own it. */

export interface Clock {
	/** Milliseconds that never go back; the zero means nothing. */
	now(): number;
	/** Calls `run` once after `ms`, unless the function it answers is called before. */
	after(ms: number, run: () => void): () => void;
}

export const systemClock: Clock = {
	now: () => performance.now(),
	after(ms, run) {
		const timer = setTimeout(run, ms);
		return () => clearTimeout(timer);
	}
};
