/**
 * Lets the steps pass in time, but holds them in a pause until the words before it are there. Whoever takes turns goes by
 * them: at a pause it waits until they have gone on by the model's delay, and takes what was transcribed by then for all that
 * was said. Here that is so once the final transcript has come, or nothing more has come for a while.
 */
import { FRAME_MS } from '../../../src/lib/audio/frames.ts';

export interface FinalWaitOptions {
	/** By how much the recogniser's words trail the sound. */
	readonly delayMs: number;
	/** How long a final transcript is waited for, from the first step that is held or the last message; default FINAL_PATIENCE_MS. */
	readonly patienceMs?: number;
}

export interface FinalWaitHost {
	/** The encoded step; valid during the call. */
	step(frame: Uint8Array): void;
	/** No final transcript comes: what is known has to do. */
	settle(): void;
	/** It has not said anything for too many stretches of speech. Called once. */
	deaf(): void;
}

/** Longer than a server takes for half a second of sound, and about as long as a person waits without noticing a fault. */
export const FINAL_PATIENCE_MS = 1000;
/** Some repeat what they know for ever: a step is held for so long at most. Less than a session's `sttStallMs`. */
export const MOST_HELD_MS = 2000;
/** A cough is no word, and two of them are not either. Of a server that says nothing about this many, nothing is to be hoped. */
const MOST_UNHEARD = 4;

export class FinalWait {
	/** So many steps of a pause pass whatever is missing: enough to tell that it is one, and one less than the delay. */
	readonly #freeFrames: number;
	readonly #patienceMs: number;
	readonly #host: FinalWaitHost;
	#waiting: Uint8Array[] = [];
	#stepped = 0;
	#passed = 0;
	/** How many steps there were when the last final transcript came. */
	#finalAt = 0;
	/** In a pause whose words may be missing: the first step that is held. */
	#holdFrom: number | null = null;
	/** Something was said since speech began. */
	#wasHeard = false;
	#unheard = 0;
	/** While steps are held: since when, and until when at most. */
	#patience: NodeJS.Timeout | undefined;
	#limit: NodeJS.Timeout | undefined;
	#isOver = false;

	constructor({ delayMs, patienceMs = FINAL_PATIENCE_MS }: FinalWaitOptions, host: FinalWaitHost) {
		this.#freeFrames = Math.max(0, Math.floor(delayMs / FRAME_MS + 1e-9) - 1);
		this.#patienceMs = patienceMs;
		this.#host = host;
	}

	step(step: Uint8Array): void {
		this.#stepped++;
		this.#waiting.push(step);
		this.#release();
	}

	/** Speech was heard to begin. */
	spoke(): void {
		this.#wasHeard = false;
		this.#go();
	}

	/** It was heard to end, `stopS` on the stream's clock, which is some time ago. Comes before the step that says so. */
	paused(stopS: number): void {
		// A server that hears pauses sooner has said its last word already.
		if (this.#isOver || this.#finalAt * FRAME_MS >= stopS * 1000) return;
		this.#holdFrom = this.#stepped + 1 + this.#freeFrames;
	}

	/** A transcript came. */
	understood(isFinal: boolean): void {
		this.#wasHeard = true;
		this.#unheard = 0;
		if (isFinal) {
			this.#finalAt = this.#stepped;
			this.#go();
		} else if (this.#patience !== undefined) this.#watch();
	}

	close(): void {
		this.#isOver = true;
		this.#stopWaiting();
		this.#waiting = [];
	}

	/** The words of the delay's worth of sound are owed from now on. */
	#watch(): void {
		clearTimeout(this.#patience);
		const giveUp = (): void => this.#giveUp();
		this.#patience = setTimeout(giveUp, this.#patienceMs);
		this.#limit ??= setTimeout(giveUp, MOST_HELD_MS);
	}

	#giveUp(): void {
		this.#host.settle();
		if (!this.#wasHeard && ++this.#unheard >= MOST_UNHEARD) {
			this.#stopWaiting();
			return this.#host.deaf();
		}
		this.#go();
	}

	#go(): void {
		this.#stopWaiting();
		this.#holdFrom = null;
		this.#release();
	}

	#stopWaiting(): void {
		clearTimeout(this.#patience);
		clearTimeout(this.#limit);
		this.#patience = this.#limit = undefined;
	}

	#release(): void {
		while (!this.#isOver && this.#passed < (this.#holdFrom ?? Infinity)) {
			const step = this.#waiting.shift();
			if (step === undefined) return;
			this.#passed++;
			this.#host.step(step);
		}
		if (!this.#isOver && this.#waiting.length > 0 && this.#patience === undefined) this.#watch();
	}
}
