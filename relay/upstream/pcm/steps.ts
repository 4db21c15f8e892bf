/**
 * Holds the steps of our own ears back to the pace of a recogniser that gives none. A step says that its frame has been
 * processed: whoever takes turns waits at a pause until the steps have gone on by the model's delay, since all words of
 * before are then there. Ours are known long before, so each waits for the recogniser's word: a marker that was sent with a
 * frame comes back when the frame one delay later is processed. Pure.
 */
import { FRAME_MS } from '../../../src/lib/audio/frames.ts';

/**
 * A marker costs moshi-server one of its passes, so not every frame has one. The longest stretch between two is shorter than
 * the silence before a pause (440 ms): whatever was said before it has its words.
 */
export const FRAMES_PER_MARKER = 4;
/** One more for the way there and back, or every fourth step would be late. */
const SLACK_FRAMES = FRAMES_PER_MARKER + 1;
/** None of these is `PROBE_MARKER`. */
const FIRST_MARKER = 1000;

export interface StepsHost {
	/** The encoded step; valid during the call. */
	step(frame: Uint8Array): void;
	/** Send this marker behind the frame. */
	mark(id: number): void;
}

export class Steps {
	readonly #delayFrames: number;
	readonly #host: StepsHost;
	#sent = 0;
	#stepped = 0;
	#confirmed = 0;
	#waiting: Uint8Array[] = [];

	constructor(delayMs: number, host: StepsHost) {
		this.#delayFrames = Math.ceil(delayMs / FRAME_MS - 1e-9);
		this.#host = host;
	}

	/** A frame went to the recogniser. */
	sent(): void {
		if (++this.#sent % FRAMES_PER_MARKER === 0) this.#host.mark(FIRST_MARKER + this.#sent);
	}

	/** Our ears' step for the next frame. */
	heard(step: Uint8Array): void {
		this.#waiting.push(step);
		this.#release();
	}

	/** True where the marker was one of these. */
	marked(id: number): boolean {
		if (id < FIRST_MARKER) return false;
		this.#confirmed = Math.max(this.#confirmed, Math.min(id - FIRST_MARKER, this.#sent));
		this.#release();
		return true;
	}

	#release(): void {
		const until = this.#confirmed + this.#delayFrames + SLACK_FRAMES;
		for (;;) {
			const [step] = this.#waiting;
			if (step === undefined || this.#stepped >= until) return;
			this.#waiting.shift();
			this.#stepped++;
			this.#host.step(step);
		}
	}
}
