/** One utterance and the answer to it: when what happened, and the figures that follow. */
import type { Figures } from './figures.ts';
import type { Playout } from './playout.ts';

export class Exchange {
	/** Null for the greeting. */
	readonly speech: { readonly startMs: number; readonly endMs: number } | null;
	#wordMs: number | null = null;
	#pausedMs: number | null = null;
	/** The first time that an answer to all of it was asked for, and the last: one that fails is asked for again. */
	#turnMs: number | null = null;
	#askedMs: number | null = null;
	#writtenMs: number | null = null;
	#soundMs: number | null = null;
	#lastSoundMs = 0;
	/** Of sound that came after the first piece. */
	#laterS = 0;

	constructor(speech: Exchange['speech']) {
		this.speech = speech;
	}

	get isAsked(): boolean {
		return this.#askedMs !== null;
	}

	get hasWord(): boolean {
		return this.#wordMs !== null;
	}

	get hasSound(): boolean {
		return this.#soundMs !== null;
	}

	word(nowMs: number): void {
		this.#wordMs ??= nowMs;
	}

	/** The last one before the answer counts: the ones before were pauses in the middle. */
	paused(nowMs: number): void {
		if (this.#turnMs === null) this.#pausedMs = nowMs;
	}

	/** Again where the answer before was begun too early, or failed, and is not the answer. */
	asked(nowMs: number): void {
		this.#forgetAnswer();
		this.#askedMs = nowMs;
		if (this.speech !== null && nowMs >= this.speech.endMs) this.#turnMs ??= nowMs;
	}

	written(nowMs: number): void {
		if (this.#askedMs !== null) this.#writtenMs ??= nowMs;
	}

	sound(seconds: number, nowMs: number): void {
		this.#lastSoundMs = nowMs;
		if (this.#soundMs === null) this.#soundMs = nowMs;
		else this.#laterS += seconds;
	}

	/** The answer was given up: the next one is the answer. */
	giveUp(): void {
		this.#forgetAnswer();
		this.#pausedMs = null;
		this.#turnMs = null;
	}

	/** `isWhole`: the answer was not broken off. */
	measure(figures: Figures, playout: Playout, isWhole: boolean): void {
		const { speech } = this;
		const from = (name: Parameters<Figures['add']>[0], startMs: number | null, endMs: number | null): void => {
			if (startMs !== null && endMs !== null) figures.add(name, endMs - startMs);
		};
		from('stt', speech?.startMs ?? null, this.#wordMs);
		// An answer to half a sentence is counted as a cut-in: it would make the others look quick.
		if (speech !== null && this.#turnMs !== null) {
			from('vad', speech.endMs, this.#pausedMs);
			from('turn', speech.endMs, this.#turnMs);
			from('wait', speech.endMs, this.#soundMs);
		}
		from('llm', this.#askedMs, this.#writtenMs);
		from('ttsStart', this.#writtenMs, this.#soundMs);
		if (this.#soundMs === null) return;
		figures.add('gap', playout.gaps.ms);
		// Of sound that came in one piece nothing is known but that it was fast.
		const tookMs = this.#lastSoundMs - this.#soundMs;
		if (isWhole && tookMs > 0) figures.add('ttsFactor', (this.#laterS * 1000) / tookMs);
	}

	/**
	 * Nothing sounded for as long as anybody waits: that is what was waited, and more would have been. Left out, the worst
	 * answers would make the rest look quick.
	 */
	measureInVain(figures: Figures, nowMs: number): void {
		if (this.speech !== null && this.#soundMs === null) figures.add('wait', nowMs - this.speech.endMs);
	}

	#forgetAnswer(): void {
		this.#askedMs = null;
		this.#writtenMs = null;
		this.#soundMs = null;
		this.#laterS = 0;
	}
}
