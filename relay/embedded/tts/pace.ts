/** Lets frames go at a steady multiple of real time: never early, and without drift. */
import { setImmediate, setTimeout } from 'node:timers/promises';

/** Timers are this coarse: a shorter wait is not worth one. */
const SHORTEST_WAIT_MS = 1;
/** Later than this, the lost time is given up instead of caught up: the consumer was slow, and bursts do not help it. */
const FORGIVEN_MS = 500;

export class Pace {
	readonly #periodMs: number;
	#dueMs: number | null = null;

	constructor(periodMs: number) {
		this.#periodMs = periodMs;
	}

	/** The stream paused: its next frame is due at once, and the following ones a period later each. */
	restart(): void {
		this.#dueMs = null;
	}

	/** Resolves when the next frame may go; rejects when `signal` aborts. Always lets other events have their turn. */
	async next(signal: AbortSignal): Promise<void> {
		const nowMs = performance.now();
		if (this.#dueMs === null || nowMs - this.#dueMs > FORGIVEN_MS) this.#dueMs = nowMs;
		let waitMs = this.#dueMs - nowMs;
		// A timer may fire a fraction early: look again.
		while (waitMs >= SHORTEST_WAIT_MS) {
			await setTimeout(waitMs, undefined, { signal });
			waitMs = this.#dueMs - performance.now();
		}
		await setImmediate(undefined, { signal });
		this.#dueMs += this.#periodMs;
	}
}
