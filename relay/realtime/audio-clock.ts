/** Time as Unmute counts it: the audio that was received. A client that sends faster than real time is not tied to it. */

interface Timer {
	readonly atMs: number;
	readonly run: () => void;
}

export class AudioClock {
	#nowMs = 0;
	readonly #timers = new Set<Timer>();

	now(): number {
		return this.#nowMs;
	}

	/** Calls `run` once, with the audio that comes `ms` later, unless the function it answers is called before. */
	after(ms: number, run: () => void): () => void {
		const timer = { atMs: this.#nowMs + ms, run };
		this.#timers.add(timer);
		return () => this.#timers.delete(timer);
	}

	/** So much audio was received. What falls due meanwhile runs in its order; what it sets waits for the next call. */
	advance(ms: number): void {
		this.#nowMs += ms;
		const due = [...this.#timers].filter(({ atMs }) => atMs <= this.#nowMs).sort((a, b) => a.atMs - b.atMs);
		for (const timer of due) if (this.#timers.delete(timer)) timer.run();
	}
}
