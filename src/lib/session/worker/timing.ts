/** When things happened in a conversation: the marks that tests, benchmarks and operators look at. */
import { PhasesStopwatch } from '../../chat/stopwatch.ts';
import type { ClientMessage } from '../../protocol/session.ts';
import type { Shown } from './shown.ts';

/** The way of a turn, from the person's last word to the answer's first sample. */
const PHASES = ['speechEnd', 'pauseDecided', 'firstToken', 'firstPage', 'firstHeard'] as const;
type Report = Extract<ClientMessage, { type: 'report' }>;
type Measured = Pick<Report, 'heardLatencyMs' | 'pauseDecidedMs' | 'firstTokenMs' | 'firstPageMs' | 'firstHeardMs'>;

export class Timing {
	readonly #shown: Pick<Shown, 'mark'>;
	readonly #nowMs: () => number;
	#askedAtMs = 0;
	#firstPageAtMs: number | null = null;
	/** Null where the voice is silent already, or was not asked to be. */
	#stopAskedAtMs: number | null = null;
	#turnEndedAtMs = 0;
	/** When the person stopped speaking; null where the turn was none of speech, or is answered. */
	#speechEndedAtMs: number | null = null;
	#firstTokenAtMs: number | null = null;
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

	/** The wait for an answer begins: the person's turn was taken to be over. Null: nobody spoke, or it was typed. */
	turnEnded(speechEndedAtMs: number | null): void {
		this.#turnEndedAtMs = this.#nowMs();
		this.#speechEndedAtMs = speechEndedAtMs;
		if (speechEndedAtMs !== null) this.#shown.mark('turnEnd', 0);
	}

	/** Also before the turn has ended, on speculation. */
	asked(): void {
		this.#askedAtMs = this.#nowMs();
		this.#firstTokenAtMs = null;
		this.#firstPageAtMs = null;
	}

	firstToken(): void {
		this.#firstTokenAtMs ??= this.#nowMs();
	}

	firstPage(): void {
		this.#firstPageAtMs = this.#nowMs();
		this.#shown.mark('firstPage', this.#firstPageAtMs - this.#askedAtMs);
	}

	/** The reply's first sample was played; answers how long the person has waited for it, and for what, in milliseconds. */
	started(): Measured {
		const nowMs = this.#nowMs();
		this.#shown.mark('firstSample', nowMs - (this.#firstPageAtMs ?? nowMs));
		return { heardLatencyMs: Math.max(0, nowMs - this.#turnEndedAtMs), ...this.#phases(nowMs) };
	}

	#phases(nowMs: number): Measured {
		let atMs = this.#speechEndedAtMs;
		this.#speechEndedAtMs = null;
		if (atMs === null) return {};
		const stopwatch = new PhasesStopwatch(PHASES, atMs);
		const reached = [atMs, this.#turnEndedAtMs, this.#firstTokenAtMs, this.#firstPageAtMs, nowMs];
		PHASES.forEach((phase, index) => {
			// What was got ready on speculation counts from when it was of use.
			atMs = Math.max(atMs ?? 0, reached[index] ?? 0);
			stopwatch.timePhaseIfNotStarted(phase, atMs);
			this.#shown.mark('turnPhase', stopwatch.getTimeForPhase(phase) ?? 0, phase);
		});
		const { pauseDecided, firstToken, firstPage, firstHeard } = stopwatch.phaseDict();
		return { pauseDecidedMs: pauseDecided, firstTokenMs: firstToken, firstPageMs: firstPage, firstHeardMs: firstHeard };
	}

	stopAsked(): void {
		this.#stopAskedAtMs = this.#nowMs();
	}

	silenced(): void {
		if (this.#stopAskedAtMs === null) return;
		this.#shown.mark('silenced', this.#nowMs() - this.#stopAskedAtMs);
		this.#stopAskedAtMs = null;
	}
}
