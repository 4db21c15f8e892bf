/** A clock that goes when it is told to. */
import type { Clock } from '../clock.ts';

export class FakeClock implements Clock {
	#nowMs = 1000;
	#timers: { readonly atMs: number; readonly run: () => void }[] = [];

	now(): number {
		return this.#nowMs;
	}

	after(ms: number, run: () => void): () => void {
		const timer = { atMs: this.#nowMs + ms, run };
		this.#timers.push(timer);
		return () => {
			this.#timers = this.#timers.filter((other) => other !== timer);
		};
	}

	/** Timers that have neither run nor been cancelled: none may be left behind. */
	pending(): number {
		return this.#timers.length;
	}

	/** Lets time pass, running what falls due in its order. */
	advance(ms: number): void {
		const untilMs = this.#nowMs + ms;
		for (;;) {
			const due = this.#timers.filter((timer) => timer.atMs <= untilMs).sort((a, b) => a.atMs - b.atMs)[0];
			if (due === undefined) break;
			this.#timers = this.#timers.filter((other) => other !== due);
			this.#nowMs = due.atMs;
			due.run();
		}
		this.#nowMs = untilMs;
	}
}
