/** From a model's pieces of text to whole words that can be spoken. */

const SPACE = /\s+/;

/**
 * Rechunks a stream of text to whole words: a TTS mispronounces a word that arrives in two pieces.
 * The space travels with the next word (`foo`, ` bar`), and any run of white space becomes one space.
 */
export class WordRechunker {
	#pending = '';
	#prefix = '';

	/** Adds a piece of text of any length; answers the words it completed, in order. */
	push(delta: string): string[] {
		this.#pending += delta;
		const words: string[] = [];
		for (;;) {
			const space = SPACE.exec(this.#pending);
			if (space === null) return words;
			const word = this.#pending.slice(0, space.index);
			this.#pending = this.#pending.slice(space.index + space[0].length);
			if (word !== '') words.push(this.#prefix + word);
			this.#prefix = ' ';
		}
	}

	/** The last word, once no more text comes. */
	flush(): string[] {
		const word = this.#pending;
		this.#pending = '';
		return word === '' ? [] : [this.#prefix + word];
	}
}

/** What Unmute strips before it sends text to the voice: markdown's marks and curly quotes. */
export function speakable(word: string): string {
	return word.replace(/[*_`]/g, '').replace(/[‘’]/g, "'").replace(/[“”]/g, '"').replace(/ : /g, ' ');
}
