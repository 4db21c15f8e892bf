/**
 * Where one STT stream ends and the next begins. What the first may not have understood is sent to the second again, and
 * what both understood shall be written once. Frames are the microphone's, of 80 ms, counted from the beginning.
 */
import { letters } from './heard.ts';

/** A word comes out when it has ended: one that was under way is looked for so far back. 640 ms. */
const UNDER_WAY_FRAMES = 8;
/** No word is longer; what is, is none. 2 s. */
const LONGEST_FRAMES = 25;
/** Two streams agree about when a word begins to within so much … */
const SAME_FRAMES = 1.5;
/** … and hardly anybody says the same word twice within so much. 480 ms. */
const TWICE_FRAMES = 6;

interface Written {
	readonly text: string;
	readonly fromFrame: number;
	/** Null while it goes on. */
	toFrame: number | null;
}

export class WordSeam {
	readonly #frameAt: (streamS: number) => number;
	readonly #marker: string;
	/** The last word that was written down. */
	#last: Written | null = null;
	/** The same, at the seam, until the next stream is past it. */
	#seam: Written | null = null;
	/** The last word was written down before. */
	#dropped = false;

	/**
	 * `frameAt`: which frame was sent at that second of the present stream. `marker`: what an STT without a recogniser writes
	 * for a stretch of speech.
	 */
	constructor(frameAt: (streamS: number) => number, marker: string) {
		this.#frameAt = frameAt;
		this.#marker = marker;
	}

	/** A word of the present stream; false where it was written down before the seam. */
	word(text: string, startS: number): boolean {
		if (text.trim() === '') return true;
		const fromFrame = this.#frameAt(startS);
		this.#dropped = this.#seam !== null && this.#isSame(this.#seam, text, fromFrame);
		if (this.#dropped) return false;
		this.#seam = null;
		this.#last = { text, fromFrame, toFrame: null };
		return true;
	}

	/** The word before ended here; false where that was dropped. */
	wordEnd(stopS: number): boolean {
		const word = this.#dropped ? this.#seam : this.#last;
		if (word !== null) word.toFrame ??= this.#frameAt(stopS);
		return !this.#dropped;
	}

	/** The stream is gone, and understood everything before `frame`. Answers from where on the next one has to hear it. */
	lost(frame: number): number {
		this.#seam = this.#last;
		const earliest = frame - UNDER_WAY_FRAMES;
		if (this.#last === null) return earliest;
		const { fromFrame, toFrame } = this.#last;
		if (toFrame !== null) return Math.max(Math.floor(toFrame), earliest);
		// It goes on: the next one hears all of it, so as not to make another word of its end.
		return Math.max(Math.min(frame, Math.floor(fromFrame) - 1), frame - LONGEST_FRAMES);
	}

	#isSame(written: Written, text: string, fromFrame: number): boolean {
		if (text === this.#marker && written.text === text && written.toFrame === null) return true;
		const later = fromFrame - written.fromFrame;
		return later < SAME_FRAMES || (later < TWICE_FRAMES && letters(text) === letters(written.text));
	}
}
