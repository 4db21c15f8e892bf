/** Finding words in conversations, all of them at once, whatever their case and accents. */
import { UNRECOGNISED_SPEECH } from '../protocol/unrecognised-speech.ts';
import { fold, folded } from './fold.ts';
import type { ConversationRecord } from './record.ts';
import type { HistoryStore } from './store.ts';

/** More than a person types; the rest of a pasted text would only cost time. */
const MOST_WORDS = 12;
const MOST_QUERY = 200;
/** What is shown around the first word that was found, in UTF-16 units. */
const BEFORE = 50;
const SNIPPET = 180;

/** A stretch of text, and whether it is one that was looked for. */
export interface Part {
	readonly text: string;
	readonly found: boolean;
}

/** The words of a query, folded; each has to be found. */
export function wordsOf(query: string): readonly string[] {
	const words = fold(query.slice(0, MOST_QUERY)).split(/\s+/u);
	return [...new Set(words)].filter((word) => word !== '').slice(0, MOST_WORDS);
}

/** What a conversation is searched in. */
export interface Searched {
	readonly text: string;
	readonly folded: string;
}

/** The title, who answered, and everything that was said. */
export function searched({ title, character, entries }: ConversationRecord): Searched {
	const said = entries.map(({ text }) => text.replaceAll(UNRECOGNISED_SPEECH, ' '));
	const text = said.join('\n');
	// Between two of them a mark that nobody types, so that no word is found across them.
	return { text, folded: fold([title ?? '', character?.name ?? '', ...said].join('\n')) };
}

/** Of every conversation kept, by id; while `wanted` says so. */
export async function allSearched(
	store: Pick<HistoryStore, 'each'>,
	wanted: () => boolean
): Promise<ReadonlyMap<string, Searched>> {
	const texts = new Map<string, Searched>();
	await store.each((records) => {
		for (const record of records) texts.set(record.id, searched(record));
		return wanted();
	});
	return texts;
}

export function matches({ folded: text }: Searched, words: readonly string[]): boolean {
	return words.every((word) => text.includes(word));
}

/** `text` in parts, with every word that was looked for apart. Together they are `text`. */
export function highlighted(text: string, words: readonly string[]): readonly Part[] {
	const found = placesOf(text, words);
	const parts: Part[] = [];
	let at = 0;
	for (const [from, to] of found) {
		if (from > at) parts.push({ text: text.slice(at, from), found: false });
		parts.push({ text: text.slice(from, to), found: true });
		at = to;
	}
	if (at < text.length) parts.push({ text: text.slice(at), found: false });
	return parts;
}

/** Some words around the first one that was found, highlighted; none where it was found in none of what was said. */
export function snippet({ text }: Searched, words: readonly string[]): readonly Part[] {
	const [first] = placesOf(text, words);
	if (first === undefined) return [];
	const begins = Math.max(0, first[0] - BEFORE);
	const space = begins === 0 ? 0 : text.slice(begins, first[0]).search(/\s/u) + 1;
	const from = begins + space;
	const cut = text
		.slice(from, Math.max(from + SNIPPET, first[1]))
		.toWellFormed()
		.replace(/\s/gu, ' ');
	const parts = highlighted(cut, words);
	const head = from > 0 ? [{ text: '… ', found: false }] : [];
	const tail = from + cut.length < text.length ? [{ text: ' …', found: false }] : [];
	return [...head, ...parts, ...tail];
}

/** Where the words stand, in order, each stretch by itself: of two that overlap, both together. */
function placesOf(text: string, words: readonly string[]): readonly (readonly [number, number])[] {
	if (words.length === 0) return [];
	const { text: all, from } = folded(text);
	const places: [number, number][] = [];
	for (const word of words) {
		for (let at = all.indexOf(word); at >= 0; at = all.indexOf(word, at + word.length)) {
			const begins = from[at] ?? 0;
			// To where the next character begins, so that an accent goes with its letter.
			let end = at + word.length;
			while (end < all.length && from[end] === from[end - 1]) end++;
			places.push([begins, from[end] ?? text.length]);
		}
	}
	places.sort(([a], [b]) => a - b);
	const apart: [number, number][] = [];
	for (const [begins, ends] of places) {
		const last = apart.at(-1);
		if (last !== undefined && begins < last[1]) last[1] = Math.max(last[1], ends);
		else apart.push([begins, ends]);
	}
	return apart;
}
