/** The loudspeaker's side: the playhead, what has arrived ahead of it, and the gain. Moves in ticks of 10 ms. */
import { ANSWER, STEP_MS, TICK_MS } from './assumptions.ts';

/** A word of an answer, in milliseconds from its first sample. */
export interface AnswerWord {
	/** With the space before it. */
	readonly text: string;
	readonly startMs: number;
	readonly stopMs: number;
}

export interface PlaybackHost {
	started(reply: number): void;
	heard(reply: number, text: string): void;
	drained(reply: number): void;
}

export class Playback {
	readonly #host: PlaybackHost;
	#reply: number | null = null;
	#words: readonly AnswerWord[] = [];
	#receivedMs = 0;
	#complete = false;
	#playheadMs = 0;
	#begun = false;
	#waits = true;
	#paused = false;
	#gain = 1;
	#isSounding = false;
	#wordsBegun = 0;

	constructor(host: PlaybackHost) {
		this.#host = host;
	}

	/** The reply that has the loudspeaker, or null. */
	get reply(): number | null {
		return this.#reply;
	}
	get isSounding(): boolean {
		return this.#isSounding;
	}
	get gain(): number {
		return this.#gain;
	}
	get playheadMs(): number {
		return this.#playheadMs;
	}
	/** The word that the playhead stands in, if any. */
	get word(): AnswerWord | null {
		const word = this.#words[this.#wordsBegun - 1];
		return word !== undefined && this.#playheadMs < word.stopMs ? word : null;
	}
	/** Words begun so far, whole or cut. */
	get begun(): readonly AnswerWord[] {
		return this.#words.slice(0, this.#wordsBegun);
	}

	begin(reply: number, words: readonly AnswerWord[]): void {
		this.#reply = reply;
		this.#words = words;
		this.#receivedMs = 0;
		this.#complete = false;
		this.#playheadMs = 0;
		this.#begun = false;
		this.#waits = true;
		this.#paused = false;
		this.#gain = 1;
		this.#isSounding = false;
		this.#wordsBegun = 0;
	}

	receive(reply: number, ms: number): void {
		if (reply === this.#reply) this.#receivedMs += ms;
	}

	complete(reply: number): void {
		if (reply === this.#reply) this.#complete = true;
	}

	stop(): void {
		this.#reply = null;
		this.#isSounding = false;
	}

	duck(gain: number): void {
		this.#gain = gain;
	}

	pause(): void {
		this.#paused = true;
		this.#isSounding = false;
	}

	resume(): void {
		this.#paused = false;
		this.#gain = 1;
	}

	/** 10 ms pass. */
	tick(): void {
		const reply = this.#reply;
		this.#isSounding = false;
		if (reply === null || this.#paused) return;
		const ahead = this.#receivedMs - this.#playheadMs;
		if (this.#complete && ahead <= 0) {
			this.#reply = null;
			this.#host.drained(reply);
			return;
		}
		if (this.#waits && !this.#complete && ahead < (this.#begun ? STEP_MS : ANSWER.beginMs)) return;
		if (ahead <= 0) {
			this.#waits = true;
			return;
		}
		this.#waits = false;
		this.#isSounding = true;
		if (!this.#begun) {
			this.#begun = true;
			this.#host.started(reply);
		}
		// What `started` led to may have taken the loudspeaker away.
		if (this.#reply === reply && !this.#paused) this.#advance(reply);
	}

	#advance(reply: number): void {
		this.#playheadMs = Math.min(this.#receivedMs, this.#playheadMs + TICK_MS);
		for (;;) {
			const word = this.#words[this.#wordsBegun];
			if (this.#reply !== reply || word === undefined || word.startMs >= this.#playheadMs) return;
			this.#wordsBegun += 1;
			this.#host.heard(reply, word.text);
		}
	}
}
