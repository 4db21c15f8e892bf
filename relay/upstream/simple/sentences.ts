/**
 * The text of a reply, which comes word by word, in pieces that are worth a request of their own: whole sentences, for their
 * melody, and at the beginning a clause, so that the first sound comes early. Pure.
 */
import { endsClause, endsSentence } from '../../../src/lib/chat/punctuation.ts';

/** A sentence without an end is cut here: some fifteen seconds. */
export const MOST_WORDS = 40;
/** A first clause shorter than this is not worth it: "Well," and then a pause while the rest is made. */
const LEAST_FIRST_WORDS = 3;

export class Sentences {
	#words: string[] = [];
	#isFirst = true;
	#isOver = false;

	push(text: string): void {
		for (const word of text.split(/\s+/u)) if (word !== '') this.#words.push(word);
	}

	/** No more text comes. */
	finish(): void {
		this.#isOver = true;
	}

	/** All of it was taken, and no more comes. */
	get isDone(): boolean {
		return this.#isOver && this.#words.length === 0;
	}

	/** Words that were not taken yet. */
	get waiting(): number {
		return this.#words.length;
	}

	/** The next piece, word by word; null where more text had better come first. `hungry`: what there is will do. */
	take(hungry: boolean): string[] | null {
		const count = this.#length(hungry);
		if (count === 0) return null;
		this.#isFirst = false;
		return this.#words.splice(0, count);
	}

	#length(hungry: boolean): number {
		const words = this.#words;
		const most = Math.min(words.length, MOST_WORDS);
		let clause = 0;
		for (let i = 0; i < most; i++) {
			const word = words[i] ?? '';
			// Only what follows tells the end of a sentence from that of a number or a title.
			if (i + 1 === words.length && !this.#isOver) break;
			if (endsSentence(word)) return i + 1;
			if (!endsClause(word)) continue;
			clause = i + 1;
			if (this.#isFirst && clause >= LEAST_FIRST_WORDS) return clause;
		}
		if (words.length > MOST_WORDS) return clause || MOST_WORDS;
		if (this.#isOver) return words.length;
		return hungry ? clause || words.length : 0;
	}
}
