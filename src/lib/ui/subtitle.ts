/**
 * Which words stand in the caption. A reply is cut into cards of at most two lines, as a subtitler would; the card
 * shown is the one with the word last heard. Pure.
 */
import type { CaptionWord } from '../session/view.ts';

/** A card ends early after a sentence, if it is at least this full: a short sentence shares its card with the next. */
const SENTENCE_FILL = 0.45;
/** And after a comma or the like, if it is this full: better there than in the middle of a phrase. */
const PHRASE_FILL = 0.75;

/** Newsreader's mean advance over English and French prose, in em (measured in Chromium: 0.437 and 0.441). */
const MEAN_ADVANCE = 0.44;
/** Lines break at words, so two lines hold less than twice one: a word of seven letters may hang over each. */
const BALANCE_ROOM = 0.82;

const endsSentence = (text: string): boolean => /[.!?…]["'»”’)\]]*\s*$/u.test(text);
const endsPhrase = (text: string): boolean => /[,;:–—]["'»”’)\]]*\s*$/u.test(text);

/**
 * Cuts `words` into cards of at most `capacity` characters (a longer word has a card to itself). Where a card ends
 * depends only on the words before it, so words that arrive later never move a card that is being read.
 */
export function cards(words: readonly CaptionWord[], capacity: number): readonly (readonly CaptionWord[])[] {
	const all: CaptionWord[][] = [];
	let card: CaptionWord[] = [];
	let length = 0;
	for (const word of words) {
		const size = word.text.trim().length + 1;
		const last = card.at(-1);
		const full =
			last !== undefined &&
			(length + size > capacity + 1 ||
				(endsSentence(last.text) && length >= capacity * SENTENCE_FILL) ||
				(endsPhrase(last.text) && length >= capacity * PHRASE_FILL));
		if (full) {
			all.push(card);
			card = [];
			length = 0;
		}
		card.push(word);
		length += size;
	}
	if (card.length > 0) all.push(card);
	return all;
}

/** The card to show: that of the word last heard, or the first while none is. */
export function cardNow(words: readonly CaptionWord[], capacity: number): readonly CaptionWord[] {
	const all = cards(words, capacity);
	return all.findLast((card) => card.some((word) => word.heard)) ?? all[0] ?? [];
}

/**
 * The end of what the person has said so far, in lines that roll up as they fill: the last two, of at most half of
 * `capacity` each.
 */
export function lastLines(text: string, capacity: number): readonly string[] {
	const lines: string[] = [];
	for (const word of text.split(/\s+/u)) {
		const last = lines.at(-1);
		if (word === '') continue;
		if (last !== undefined && last.length + 1 + word.length <= capacity / 2)
			lines[lines.length - 1] = `${last} ${word}`;
		else lines.push(word);
	}
	return lines.slice(-2);
}

/** An interrupted line: what was heard, then a dash, with no stop or comma left hanging before it. */
export function withDash(text: string): string {
	const bare = text.trimEnd().replace(/[\s,;:.…–—-]+$/u, '');
	return bare === '' ? '—' : `${bare} —`;
}

/** A card that was cut off: the words heard, and the dash with the last of them. */
export function cutOff(card: readonly CaptionWord[]): readonly CaptionWord[] {
	const heard = card.filter((word) => word.heard);
	const last = heard.at(-1);
	return [...heard.slice(0, -1), { text: withDash(last?.text ?? ''), heard: true }];
}

/** Characters that two lines of `widthPx` hold at `fontPx`, with room to balance them. */
export function capacityOf(widthPx: number, fontPx: number): number {
	const perLine = widthPx / (fontPx * MEAN_ADVANCE);
	return Math.max(24, Math.floor(perLine * 2 * BALANCE_ROOM));
}
