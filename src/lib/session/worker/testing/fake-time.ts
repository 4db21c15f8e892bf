/** A clock and its timers for tests: nothing happens until `advance`. */
export class FakeTime {
	nowMs = 0;
	#timers: { atMs: number; callback: () => void }[] = [];

	readonly now = (): number => this.nowMs;

	readonly later = (ms: number, callback: () => void): (() => void) => {
		const timer = { atMs: this.nowMs + ms, callback };
		this.#timers.push(timer);
		return () => {
			this.#timers = this.#timers.filter((other) => other !== timer);
		};
	};

	/** Lets time pass, and what was due in it happen, in order. */
	advance(ms: number): void {
		const until = this.nowMs + ms;
		for (;;) {
			const due = this.#timers.filter((timer) => timer.atMs <= until).sort((a, b) => a.atMs - b.atMs)[0];
			if (due === undefined) break;
			this.#timers = this.#timers.filter((timer) => timer !== due);
			this.nowMs = Math.max(this.nowMs, due.atMs);
			due.callback();
		}
		this.nowMs = until;
	}

	get pending(): number {
		return this.#timers.length;
	}
}
