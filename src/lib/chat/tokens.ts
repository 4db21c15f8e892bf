/** From text to what stands between its white space. */

export interface Token {
	/** The white space before it, at most `MOST_SPACE` units of it. */
	readonly space: string;
	/** Never empty, at most `LONGEST_TOKEN` units. */
	readonly text: string;
	/** It continues a word that was too long for one token. */
	readonly cut: boolean;
}

/** Far beyond any word and most addresses; what is longer is data. In UTF-16 units. */
export const LONGEST_TOKEN = 1000;
export const MOST_SPACE = 64;

/** White space that breaks a line. No-break spaces (French typography, digit groups) hold a word together. */
const BREAK = /[\t\n\v\f\r \u1680\u2000-\u2006\u2008-\u200a\u2028\u2029\u205f\u3000]/;
/** Scripts without spaces are cut after their own marks. */
const CLAUSE_END = /[、。，！？；：]/;

export const isBreak = (unit: string): boolean => BREAK.test(unit);

export class TokenSplitter {
	#space = '';
	#text = '';
	#cut = false;

	/** The white space before the token that is under way, and what there is of it. */
	get space(): string {
		return this.#space;
	}
	get text(): string {
		return this.#text;
	}

	/** Takes one UTF-16 unit; answers the token that it completed, if it did. */
	push(unit: string): Token | null {
		if (isBreak(unit)) {
			const token = this.#take(false);
			if (this.#space.length < MOST_SPACE) this.#space += unit;
			return token;
		}
		if (this.#text.length >= LONGEST_TOKEN && !isLowSurrogate(unit)) {
			const token = this.#take(true);
			this.#text = unit;
			return token;
		}
		this.#text += unit;
		return CLAUSE_END.test(unit) ? this.#take(false) : null;
	}

	/** The last token, once no more text comes. White space at the end is dropped. Begins anew. */
	flush(): Token | null {
		const token = this.#take(false);
		this.#space = '';
		return token;
	}

	#take(continues: boolean): Token | null {
		if (this.#text === '') return null;
		const token = { space: this.#space, text: this.#text, cut: this.#cut };
		this.#space = '';
		this.#text = '';
		this.#cut = continues;
		return token;
	}
}

const isLowSurrogate = (unit: string): boolean => /[\uDC00-\uDFFF]/.test(unit);
