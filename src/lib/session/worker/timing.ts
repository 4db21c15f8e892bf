/** When things happened in a conversation: the marks that tests, benchmarks and operators look at. */
import type { Shown } from './shown.ts';

export class Timing {
	readonly #shown: Pick<Shown, 'mark'>;
	readonly #nowMs: () => number;
	#askedAtMs = 0;
	#firstPageAtMs: number | null = null;
	#stopAskedAtMs = 0;
	#turnEndedAtMs = 0;
	#pageSentAtMs: number | null = null;

	constructor(shown: Pick<Shown, 'mark'>, nowMs: () => number) {
		this.#shown = shown;
		this.#nowMs = nowMs;
	}

	/** A page whose last frame was captured at `capturedAtMs` went out. */
	pageSent(capturedAtMs: number): void {
		const nowMs = this.#nowMs();
		this.#shown.mark('pageSent', nowMs - capturedAtMs);
		if (this.#pageSentAtMs !== null) this.#shown.mark('pageSentGap', nowMs - this.#pageSentAtMs);
		this.#pageSentAtMs = nowMs;
	}

	/** The person's turn was taken to be over. */
	turnEnded(): void {
		this.#turnEndedAtMs = this.#nowMs();
		this.#shown.mark('turnEnd', 0);
	}

	/** `first`: nobody's turn came before, the wait for the answer begins here. */
	asked(first: boolean): void {
		this.#askedAtMs = this.#nowMs();
		this.#firstPageAtMs = null;
		if (first) this.#turnEndedAtMs = this.#askedAtMs;
	}

	firstPage(): void {
		this.#firstPageAtMs = this.#nowMs();
		this.#shown.mark('firstPage', this.#firstPageAtMs - this.#askedAtMs);
	}

	/** The reply's first sample was played; answers how long the person has waited for it, in milliseconds. */
	started(): number {
		const nowMs = this.#nowMs();
		this.#shown.mark('firstSample', nowMs - (this.#firstPageAtMs ?? nowMs));
		return Math.max(0, nowMs - this.#turnEndedAtMs);
	}

	stopAsked(): void {
		this.#stopAskedAtMs = this.#nowMs();
	}

	silenced(): void {
		this.#shown.mark('silenced', this.#nowMs() - this.#stopAskedAtMs);
	}
}
