/**
 * When the words of one synthesised sentence are heard: the dialect does not tell, so each has its share of the sound. How
 * long that is in all is known at once where the answer says its length, and else only at its end: until then it is guessed
 * from how fast this voice speaks. Pure.
 */
import { spread, weightOf, type TimedWord } from './word-times.ts';

/** Letters and pauses a second, before the voice is known. People read 14 to 18 letters a second. */
export const USUAL_PACE = 16;

export class SentenceWords {
	readonly #words: readonly string[];
	readonly #startS: number;
	readonly #weight: number;
	#timed: readonly TimedWord[];
	#isKnown: boolean;
	#told = 0;
	/** Where the last word ended that was told. */
	#toldS: number;

	/** The sentence begins at `startS`, and lasts `lengthS`; null: nobody knows yet, but it is spoken at this `pace`. */
	constructor(words: readonly string[], startS: number, lengthS: number | null, pace = USUAL_PACE) {
		this.#words = words;
		this.#startS = startS;
		this.#weight = words.reduce((sum, word) => sum + weightOf(word), 0);
		this.#isKnown = lengthS !== null;
		this.#timed = spread(words, startS, startS + (lengthS ?? this.#weight / pace));
		this.#toldS = startS;
	}

	/** The words that have been spoken where there is sound until `untilS`. */
	heard(untilS: number): TimedWord[] {
		const spoken: TimedWord[] = [];
		for (;;) {
			const word = this.#timed[this.#told];
			// Guessed, the last one waits for the end: the sound may turn out longer.
			const isLast = this.#told + 1 === this.#timed.length;
			if (word === undefined || word.stopS > untilS || (isLast && !this.#isKnown)) return spoken;
			spoken.push(word);
			this.#told++;
			this.#toldS = word.stopS;
		}
	}

	/** The sound is over at `untilS`: the rest of the words. */
	ended(untilS: number): TimedWord[] {
		if (!this.#isKnown) this.#timed = this.#shared(untilS);
		const rest = this.#timed.slice(this.#told);
		this.#told = this.#timed.length;
		return rest;
	}

	/** What the voice has spoken a second, for the next sentence. */
	pace(untilS: number): number | null {
		const lengthS = untilS - this.#startS;
		return lengthS > 0 && this.#weight > 0 ? this.#weight / lengthS : null;
	}

	#shared(untilS: number): TimedWord[] {
		return [
			...this.#timed.slice(0, this.#told),
			...spread(this.#words.slice(this.#told), this.#toldS, Math.max(this.#toldS, untilS))
		];
	}
}
