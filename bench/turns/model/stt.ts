/**
 * One stream of the STT server: frames go in, a step and sometimes words come out. A pass takes 20 ms, so frames that come
 * at once (a flush, a burst after lost time) are through sooner than they would have sounded, and what comes behind waits.
 */
import type { Agenda } from './agenda.ts';
import { STEP_MS, STT } from './assumptions.ts';
import type { Dice } from './dice.ts';
import { PauseHead, SILENCE, type Heard } from './pause-head.ts';

/** A word whose sound ends in this frame. */
export interface FrameWord {
	readonly text: string;
	/** Where in the frame it ends, milliseconds. */
	readonly atMs: number;
	/** Which word of the truth it is; null for an echo or a stranger's. */
	readonly truth: number | null;
}

/** 80 ms of the microphone. */
export interface Frame {
	readonly heard: Heard;
	readonly words: readonly FrameWord[];
}

export const SILENT_FRAME: Frame = { heard: SILENCE, words: [] };

export interface SttHost {
	/** `pause`: what `prs[2]` says. Comes before the words of the same step, as the server sends them. */
	step(pause: number): void;
	/** `stopMs`: where the word ended, on the stream's clock, as the model tells it: to a step, give or take. */
	word(word: FrameWord, stopMs: number): void;
}

export class Stt {
	readonly #agenda: Agenda;
	readonly #dice: Dice;
	readonly #host: SttHost;
	readonly #head: PauseHead;
	readonly #due: { readonly word: FrameWord; readonly atMs: number; readonly stopMs: number }[] = [];
	#steps = 0;
	#freeAtMs = 0;

	constructor(agenda: Agenda, headDice: Dice, wordDice: Dice, host: SttHost) {
		this.#agenda = agenda;
		this.#dice = wordDice;
		this.#host = host;
		this.#head = new PauseHead(headDice);
	}

	/** A frame arrives now. */
	take(frame: Frame): void {
		this.#freeAtMs = Math.max(this.#freeAtMs, this.#agenda.nowMs) + STT.passMs;
		this.#agenda.at(this.#freeAtMs, () => {
			this.#pass(frame);
		});
	}

	#pass(frame: Frame): void {
		const startMs = this.#steps * STEP_MS;
		this.#steps += 1;
		for (const word of frame.words) {
			const readyMs = startMs + word.atMs + STT.delayMs + this.#latenessMs();
			// A stream writes its words in order: one that is late keeps the next ones waiting.
			this.#due.push({
				word,
				atMs: Math.max(readyMs, this.#due.at(-1)?.atMs ?? 0),
				stopMs: this.#told(startMs + word.atMs)
			});
		}
		this.#host.step(this.#head.step(frame.heard));
		for (;;) {
			const next = this.#due[0];
			if (next === undefined || next.atMs > this.#steps * STEP_MS) return;
			this.#due.shift();
			this.#host.word(next.word, next.stopMs);
		}
	}

	/** The model tells times in its steps, and is one off now and then. */
	#told(stopMs: number): number {
		return STEP_MS * Math.round((stopMs + this.#dice.normal(0, STT.stopTimeMs)) / STEP_MS);
	}

	#latenessMs(): number {
		const { jitterMs, jitterLimitMs, lateShare, lateMs } = STT;
		const jitter = Math.max(-jitterLimitMs, Math.min(jitterLimitMs, this.#dice.normal(0, jitterMs)));
		const [isLate, late] = [this.#dice.chance(lateShare), this.#dice.between(lateMs[0], lateMs[1])];
		return isLate ? late : jitter;
	}
}
