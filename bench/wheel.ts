/**
 * What happens every 80 ms, spread over them: one timer for all talkers, so that the bench's own timers are not what is
 * measured.
 */
export const TURN_MS = 80;

export class Wheel {
	readonly #slots: Set<() => void>[] = Array.from({ length: TURN_MS }, () => new Set());
	readonly #startedMs = performance.now();
	#done = 0;
	#timer: NodeJS.Timeout;

	constructor() {
		this.#timer = setInterval(() => this.#turn(), 1);
	}

	/** Calls `run` every 80 ms, `phase` (0 to 79) into them, until the answer is called. */
	every(phase: number, run: () => void): () => void {
		const slot = this.#slots[phase % TURN_MS];
		// A function may stand in a slot twice: each time it is its own.
		const own = (): void => run();
		slot?.add(own);
		return () => slot?.delete(own);
	}

	stop(): void {
		clearInterval(this.#timer);
	}

	#turn(): void {
		const now = Math.floor(performance.now() - this.#startedMs);
		for (; this.#done <= now; this.#done++) {
			for (const run of this.#slots[this.#done % TURN_MS] ?? []) run();
		}
	}
}
