/**
 * From a model's stream of text to whole words for two readers, the eye and the voice.
 *
 * Shown: the pieces' `shown`, joined, is the text without its reasoning (`reasoning.ts`), unit for unit, but for white
 * space: none at the end, and no more than 64 units of it in a row.
 * Spoken: each piece's `spoken` is what to give the voice for it, without space around it, or ''. A word is never split
 * over two pieces, and numbers stay with their units and digit groups, French punctuation with its word.
 *
 * | in the text | the voice gets |
 * |---|---|
 * | emphasis, headings, lists, quotes | the words |
 * | tables | the cells, a pause between them |
 * | `[text](url)` | the text |
 * | an image | nothing |
 * | an address | its host: "example.com" |
 * | code block | "Here is some code.", the first time in a reply |
 * | code span | the words, if it is nothing else; otherwise "this code", the first time |
 * | stage directions | nothing (what is one: `stage-directions.ts`) |
 * | emoji, HTML tags, citations `[1]` | nothing |
 * | a long dash | a hyphen between numbers and in "Paris–Lyon", else a pause |
 * | 20 000 | 20000; but as it is where it is dialled: "+1 555 123 4567", "0 800 123 456" |
 * | the end of a line without a mark | a full stop where a block ends, else a comma |
 * | what follows the 1,000th unit of one unbroken word | nothing |
 *
 * The same pieces come however the text is cut. A piece comes once the beginning of the next word is known; after a
 * number, once that word is; inside marks whose end decides (at most 24 words, a paragraph, 400 units), once they end.
 */
import { awaitsMore, continuesNumber, kindOf, withCloser, withPause, type TokenKind } from './glue.ts';
import { ReasoningFilter } from './reasoning.ts';
import { LanguageGuess, type ReplyLanguage } from './reply-language.ts';
import { cuts, isOpen, voiced } from './spans.ts';
import { TokenSplitter, type Token } from './tokens.ts';
import { utter } from './utter.ts';

export interface Piece {
	/** With the white space before it. */
	readonly shown: string;
	readonly spoken: string;
}

const MOST_HELD_WORDS = 24;
const MOST_HELD_UNITS = 400;
const MOST_PIECE_WORDS = 8;
const FENCE = /^(`{3,}|~{3,})([^`]*)$/;
/** Behind words, at the end of a line: models that forget to break the line mean a block all the same. */
const LATE_FENCE = /^`{3,}[\w+#.-]*$/;
const SENTENCE_MARKS = /[.,;:!?)]+$/;
const BLOCK_MARK = /^(?:#{1,6}|[-*+•>]|\d{1,3}[.)]|\|.*)$/;
const CODE_BLOCK = { en: 'Here is some code.', fr: 'Voici du code.' } as const satisfies Record<ReplyLanguage, string>;
const CODE_SPAN = { en: 'this code', fr: 'ce code' } as const satisfies Record<ReplyLanguage, string>;
const BLANK_LINE = /\n[^\n]*\n/;

/** A token in its line. */
interface Placed extends Token {
	readonly lineStart: boolean;
}

/** A piece that may still grow. */
interface Growing {
	readonly shown: string;
	readonly voiced: string;
	readonly words: number;
	/** Its end belongs to the word that follows. */
	readonly opens: boolean;
}
const NOTHING: Growing = { shown: '', voiced: '', words: 0, opens: false };

export class SpeechWriter {
	readonly #reasoning = new ReasoningFilter();
	readonly #splitter = new TokenSplitter();
	readonly #guess: LanguageGuess;
	/** Tokens inside marks that have not ended. */
	#held: Placed[] = [];
	#growing: Growing | null = null;
	#pieces: Piece[] = [];
	#lineStart = true;
	#blockLine = false;
	/** The marks that opened the code block that we are in. */
	#fence = '';
	/** Of the code block's lines, `last`: its end stands behind code, if the line ends there. */
	#fenceLine: 'first' | 'other' | 'last' = 'other';
	#before = '';
	#toldBlock = false;
	#toldSpan = false;

	/** `language` of the stand-ins until the reply's own words tell. One writer per reply. */
	constructor(language: ReplyLanguage = 'en') {
		this.#guess = new LanguageGuess(language);
	}

	/** Adds a piece of text of any length; answers the pieces that are now certain, in order. */
	push(delta: string): Piece[] {
		for (let at = 0; at < delta.length; at++) this.#reason(delta.charAt(at));
		return this.#taken();
	}

	/** The rest, once no more text comes. */
	flush(): Piece[] {
		for (const unit of this.#reasoning.flush()) this.#unit(unit);
		const token = this.#splitter.flush();
		if (token !== null) this.#token(token);
		this.#release(true);
		this.#emit(null);
		return this.#taken();
	}

	#taken(): Piece[] {
		const pieces = this.#pieces;
		this.#pieces = [];
		return pieces;
	}

	#reason(unit: string): void {
		const text = this.#reasoning.push(unit);
		for (let at = 0; at < text.length; at++) this.#unit(text.charAt(at));
	}

	#unit(unit: string): void {
		const begins = this.#splitter.text === '';
		const token = this.#splitter.push(unit);
		if (token !== null) this.#token(token);
		else if (begins && this.#splitter.text !== '') this.#begins(unit);
	}

	/** A token's first unit is here. If it is a letter or digit, it cannot belong to the piece before, but to a number. */
	#begins(unit: string): void {
		const { space } = this.#splitter;
		const growing = this.#growing;
		if (growing === null || growing.opens || this.#held.length > 0 || !/[\p{L}\p{N}]/u.test(unit)) return;
		if (space.includes('\n') || !awaitsMore(growing.voiced)) this.#emit(space);
	}

	#token(token: Token): void {
		const newLine = token.space.includes('\n');
		if (newLine) {
			this.#lineStart = true;
			if (this.#fenceLine === 'last') this.#fence = '';
			this.#fenceLine = 'other';
			this.#openLate();
			if (this.#held.length > 0 && BLANK_LINE.test(token.space)) this.#release(true);
		}
		const placed: Placed = { ...token, lineStart: this.#lineStart };
		const isMark = this.#lineStart && BLOCK_MARK.test(token.text);
		if (this.#lineStart && this.#isFence(placed)) return;
		if (this.#fence !== '' || token.cut) {
			this.#lineStart &&= isMark;
			this.#release(true);
			this.#emit(token.space);
			this.#pieces.push({ shown: token.space + token.text, spoken: '' });
			if (this.#fence !== '') this.#seekEnd(token.text);
			return;
		}
		this.#held.push(placed);
		this.#lineStart &&= isMark && !token.text.startsWith('|');
		this.#release(false);
	}

	/** Opens or closes a code block, if the token does that. */
	#isFence(token: Placed): boolean {
		const [, marks, info] = FENCE.exec(token.text) ?? [];
		if (marks === undefined) return false;
		if (this.#fence !== '' && (info !== '' || !marks.startsWith(this.#fence))) return false;
		this.#lineStart = false;
		this.#turnFence(token, this.#fence === '' ? marks : '');
		this.#fenceLine = 'first';
		return true;
	}

	/** Not as Markdown has it, but as models write it; else nothing of what follows would be heard. */
	#seekEnd(text: string): void {
		const isThere = text.replace(SENTENCE_MARKS, '').endsWith(this.#fence);
		if (this.#fenceLine === 'first' && isThere) this.#fence = '';
		else if (this.#fenceLine !== 'first') this.#fenceLine = isThere ? 'last' : 'other';
	}

	/** A line has ended whose last word can open a code block: nothing else begins so. */
	#openLate(): void {
		const last = this.#held.at(-1);
		if (last === undefined || this.#fence !== '' || !LATE_FENCE.test(last.text)) return;
		this.#held = this.#held.slice(0, -1);
		this.#turnFence(last, /^`+/.exec(last.text)?.[0] ?? '');
	}

	/** `token` opens a code block that ends at `fence`, or with '' ends the one that we are in. */
	#turnFence(token: Placed, fence: string): void {
		this.#release(true);
		this.#emit(token.space);
		this.#fence = fence;
		const tells = fence !== '' && !this.#toldBlock;
		if (tells) this.#toldBlock = true;
		this.#pieces.push({ shown: token.space + token.text, spoken: tells ? CODE_BLOCK[this.#guess.language] : '' });
	}

	/** Passes on the held tokens that can be judged; `all` of them where no more come. */
	#release(all: boolean): void {
		while (this.#held.length > 0) {
			const text = this.#held.map((token, index) => (index === 0 ? '' : token.space) + token.text).join('');
			const isFull = this.#held.length > MOST_HELD_WORDS || text.length > MOST_HELD_UNITS;
			if (!all && !isFull && isOpen(text)) return;
			const found = cuts(text, this.#before, () => this.#codeSpan());
			// What is full holds a mark without its end: the first word goes as it is, and the rest is judged anew.
			const passed = isFull && !all && isOpen(text) ? this.#held.slice(0, 1) : this.#held;
			let at = 0;
			passed.forEach((token, index) => {
				if (index > 0) at += token.space.length;
				this.#join(token, voiced(text, at, at + token.text.length, found));
				at += token.text.length;
			});
			this.#held = this.#held.slice(passed.length);
		}
	}

	#codeSpan(): string {
		if (this.#toldSpan) return '';
		this.#toldSpan = true;
		return CODE_SPAN[this.#guess.language];
	}

	#join(token: Placed, text: string): void {
		const kind = kindOf(text, utter(text), token.lineStart);
		const growing = this.#growing;
		this.#before = text === '' ? this.#before : text;
		if (growing === null || !belongs(growing, token, text, kind)) {
			this.#emit(token.space);
			if (token.space.includes('\n')) this.#blockLine = false;
		}
		if (token.lineStart && BLOCK_MARK.test(token.text)) this.#blockLine = true;
		this.#growing = grown(this.#growing ?? NOTHING, token, text, kind);
	}

	/** The growing piece is whole. `space`: the white space after it, null at the end of the text. */
	#emit(space: string | null): void {
		const growing = this.#growing;
		if (growing === null) return;
		this.#growing = null;
		let spoken = utter(growing.voiced);
		if (space?.includes('\n') === true)
			spoken = withPause(spoken, this.#blockLine || BLANK_LINE.test(space) ? '.' : ',');
		this.#guess.hear(spoken);
		this.#pieces.push({ shown: growing.shown, spoken });
	}
}

function belongs(growing: Growing, token: Placed, text: string, kind: TokenKind): boolean {
	if (growing.words >= MOST_PIECE_WORDS || token.space.includes('\n')) return false;
	return growing.opens || kind === 'closer' || continuesNumber(growing.voiced, text);
}

function grown(growing: Growing, token: Placed, text: string, kind: TokenKind): Growing {
	const { voiced: said } = growing;
	const continues = continuesNumber(said, text);
	const opens = kind === 'opener' || kind === 'lineMark' ? !continues : kind === 'silent' && growing.opens;
	let voiced = said === '' || text === '' ? said + text : `${said} ${text}`;
	if (kind === 'lineMark') voiced = said;
	else if (kind === 'closer' && said !== '') voiced = withCloser(said, text);
	return { shown: growing.shown + token.space + token.text, voiced, words: growing.words + 1, opens };
}
