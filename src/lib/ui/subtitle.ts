/**
 * Which words stand in the caption. A reply is cut into cards of at most two lines, as a subtitler would; the card
 * shown is the one with the word last heard. Pure.
 */
import type { CaptionWord } from '../session/view.ts';

/** What a caption is set in: its lines' width and the width of a text in it, in the same unit. */
export interface Setting {
	readonly lineWidth: number;
	readonly widthOf: (text: string) => number;
}

/** A card ends early after a sentence, if it is at least this full: a short sentence shares its card with the next. */
const SENTENCE_FILL = 0.45;
/** And after a comma or the like, if it is this full: better there than in the middle of a phrase. */
const PHRASE_FILL = 0.75;

const endsSentence = (text: string): boolean => /[.!?…]["'»”’)\]]*\s*$/u.test(text);
const endsPhrase = (text: string): boolean => /[,;:–—]["'»”’)\]]*\s*$/u.test(text);

/**
 * Cuts `words` into cards that fill two lines at most (a word longer than a line takes one to itself). Where a card
 * ends depends only on the words before it, so words that arrive later never move a card that is being read.
 */
export function cards(
	words: readonly CaptionWord[],
	{ lineWidth, widthOf }: Setting
): readonly (readonly CaptionWord[])[] {
	const all: CaptionWord[][] = [];
	const space = widthOf(' ');
	let card: CaptionWord[] = [];
	let line = 0;
	let filled = 0;
	for (const word of words) {
		const width = widthOf(word.text.trim());
		const last = card.at(-1);
		const share = (line * lineWidth + filled) / (2 * lineWidth);
		const fits = filled + space + width <= lineWidth;
		const full =
			(!fits && line === 1) ||
			(last !== undefined && endsSentence(last.text) && share >= SENTENCE_FILL) ||
			(last !== undefined && endsPhrase(last.text) && share >= PHRASE_FILL);
		if (last !== undefined && full) {
			all.push(card);
			card = [];
			line = 0;
		} else if (last !== undefined && !fits) line = 1;
		filled = card.length === 0 || !fits ? width : filled + space + width;
		card.push(word);
	}
	if (card.length > 0) all.push(card);
	return all;
}

/**
 * The card to show: that of the word last heard. None before the first sounds: a model's words come in one by one, and
 * a line that is still growing would move under the eye.
 */
export function cardNow(words: readonly CaptionWord[], setting: Setting): readonly CaptionWord[] {
	return cards(words, setting).findLast((card) => card.some((word) => word.heard)) ?? [];
}

/** The end of what the person has said so far, in lines that roll up as they fill: the last two. */
export function lastLines(text: string, { lineWidth, widthOf }: Setting): readonly string[] {
	const lines: string[] = [];
	for (const word of text.split(/\s+/u)) {
		if (word === '') continue;
		const longer = `${lines.at(-1) ?? ''} ${word}`.trim();
		if (lines.length > 0 && widthOf(longer) <= lineWidth) lines[lines.length - 1] = longer;
		else lines.push(word);
	}
	return lines.slice(-2);
}

/** An interrupted line: what was heard, then a dash, with no stop or comma left hanging before it. */
export function withDash(text: string): string {
	const bare = text.trimEnd().replace(/[\s,;:.…–—-]+$/u, '');
	return bare === '' ? '—' : `${bare} —`;
}

/** A card that was cut off: the words heard, and the dash with the last of them. Empty where nothing was heard. */
export function cutOff(card: readonly CaptionWord[]): readonly CaptionWord[] {
	const heard = card.filter((word) => word.heard);
	const last = heard.at(-1);
	return last === undefined ? [] : [...heard.slice(0, -1), { text: withDash(last.text), heard: true }];
}
