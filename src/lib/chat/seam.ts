/**
 * Where an answer that was cut off goes on. First what was still owed comes back, perhaps cut otherwise; then the model
 * goes on, and may say its last words once more although it was asked not to. Every word shall stand there once.
 */
import { letters } from './heard.ts';
import type { Piece } from './speech.ts';

/** How far back a model's repetition is looked for. */
const TAIL_WORDS = 40;
/** One word may well follow itself ("very very good"). */
const LEAST_REPEATED = 2;
/** Whether `text` follows a word without a space, or brings its own. */
export const followsDirectly = (text: string): boolean => /^[\s.,;:!?…)\]»”’'-]/.test(text);

/** What is left of an answer that broke off. */
export interface Rest {
	/** All that was said whole or counted as heard. */
	readonly before: string;
	/** What was shown and not said whole. */
	readonly owed: string;
	/** Of that, so many units were counted as heard already: they are said again and stand there once. */
	readonly heardUnits: number;
}

export class Seam {
	readonly #tail: readonly string[];
	#owed: string;
	#heardUnits: number;
	/** Whether the next piece follows what was said directly, and may lack its space. */
	#isBare: boolean;
	/** Pieces that look like a repetition so far, and how many words they hold. */
	#held: Piece[] = [];
	#heldWords = 0;
	/** Where in the tail the repetition may have begun; null once the model is on its own way. */
	#begins: readonly number[] | null;
	/** Of the held pieces, so many are certainly one. */
	#repeated = 0;

	constructor({ before, owed, heardUnits }: Rest) {
		this.#tail = wordsOf(before + owed.slice(heardUnits)).slice(-TAIL_WORDS);
		this.#owed = owed;
		this.#heardUnits = heardUnits;
		this.#isBare = owed === '' && /\S$/.test(before);
		this.#begins = this.#tail.map((_, index) => index);
	}

	/** What has not come back yet, and how much of it was heard. */
	get owed(): string {
		return this.#owed;
	}

	get heardUnits(): number {
		return this.#heardUnits;
	}

	/** The pieces that are now certain. Where `shown` is '', the voice says again what stands there already. */
	push(piece: Piece): Piece[] {
		if (this.#owed === '') return this.#fromModel(this.#spaced(piece));
		const rest = restOf(this.#owed, piece.shown);
		// It goes its own way: what is owed will not come any more.
		if (rest === null) {
			const given = { shown: this.#owed.slice(this.#heardUnits), spoken: this.#owed.slice(this.#heardUnits).trim() };
			this.#owed = '';
			this.#heardUnits = 0;
			return [...(given.spoken === '' ? [] : [given]), ...this.#fromModel(piece)];
		}
		const taken = this.#owed.length - rest.owed.length;
		const shown = this.#owed.slice(Math.min(taken, this.#heardUnits), taken) + rest.more;
		this.#heardUnits = Math.max(0, this.#heardUnits - taken);
		this.#owed = rest.owed;
		if (rest.more !== '') this.#begins = null;
		return [{ shown, spoken: piece.spoken }];
	}

	/** What is held back, once no more comes. */
	flush(): Piece[] {
		return this.#settle();
	}

	#spaced(piece: Piece): Piece {
		if (!this.#isBare) return piece;
		this.#isBare = false;
		return followsDirectly(piece.shown) ? piece : { ...piece, shown: ` ${piece.shown}` };
	}

	#fromModel(piece: Piece): Piece[] {
		const words = wordsOf(piece.shown);
		if (this.#begins === null || (words.length === 0 && this.#held.length === 0)) return [piece];
		const at = this.#heldWords;
		const begins = this.#begins.filter((begin) => words.every((word, i) => this.#tail[begin + at + i] === word));
		if (begins.length === 0) return [...this.#settle(), piece];
		this.#held.push(piece);
		this.#heldWords += words.length;
		const ends = begins.some((begin) => begin + this.#heldWords === this.#tail.length);
		if (ends && this.#heldWords >= LEAST_REPEATED) this.#repeated = this.#held.length;
		this.#begins = begins.filter((begin) => begin + this.#heldWords < this.#tail.length);
		return this.#begins.length === 0 ? this.#settle() : [];
	}

	/** What was a repetition is said and not shown; the rest was none. */
	#settle(): Piece[] {
		const settled = this.#held.map((piece, index) => (index < this.#repeated ? { ...piece, shown: '' } : piece));
		this.#held = [];
		this.#begins = null;
		return settled;
	}
}

const wordsOf = (text: string): string[] =>
	text
		.split(/\s+/)
		.map(letters)
		.filter((word) => word !== '');

/**
 * What is left of `owed` after `shown`, and what of `shown` is more than that; white space apart. Null where the two
 * differ.
 */
function restOf(owed: string, shown: string): { owed: string; more: string } | null {
	let at = 0;
	let to = 0;
	const pass = (text: string, from: number): number => {
		const next = text.slice(from).search(/\S/);
		return next < 0 ? text.length : from + next;
	};
	for (;;) {
		const from = pass(owed, at);
		const next = pass(shown, to);
		if (next === shown.length) return { owed: owed.slice(at), more: '' };
		if (from === owed.length) return { owed: '', more: shown.slice(to) };
		if (owed[from] !== shown[next]) return null;
		at = from + 1;
		to = next + 1;
	}
}
