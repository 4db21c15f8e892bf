import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fold, folded } from './fold.ts';
import { highlighted, matches, searched, snippet, wordsOf } from './search.ts';
import { conversation, entry } from './testing/records.ts';

const anyText = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }));
const marked = (text: string, query: string): string =>
	highlighted(text, wordsOf(query))
		.map((part) => (part.found ? `[${part.text}]` : part.text))
		.join('');

describe('folding', () => {
	it('takes accents, case and ligatures away', () => {
		expect(fold('Été, ŒUVRE, Straße, Łódź, İstanbul, ΣΟΦΟΣ')).toBe('ete, oeuvre, strasse, lodz, istanbul, σοφοσ');
		expect(fold('Élan')).toBe(fold('E\u0301lan'));
	});

	it('folds a text as it folds its characters, so that a place found is a place in the original', () => {
		fc.assert(
			fc.property(anyText, (text) => {
				const { text: all, from } = folded(text);
				expect(all).toBe(fold(text));
				expect(from).toHaveLength(all.length + 1);
				expect(from.at(-1)).toBe(text.length);
				expect([...from].sort((a, b) => a - b)).toEqual(from);
			})
		);
	});
});

describe('searching', () => {
	const found = (query: string, text = searched(conversation())): boolean => matches(text, wordsOf(query));

	it('wants every word, wherever it stands, in any case and with any accents', () => {
		expect(found('ZOE cafe')).toBe(true);
		expect(found('café harbour hello')).toBe(true);
		expect(found('cafe museum')).toBe(false);
		expect(found('zoe’s')).toBe(true);
		expect(found("zoe's")).toBe(true);
	});

	it('looks into names and titles too, and not into what nobody said', () => {
		const named = searched(
			conversation({
				title: 'A day by the sea',
				character: { id: 'maren', name: 'Keeper Maren', language: 'en' },
				entries: [entry('user', '[speech]'), entry('user', 'one'), entry('user', 'two')]
			})
		);
		expect(found('sea maren', named)).toBe(true);
		expect(found('speech', named)).toBe(false);
		expect(found('onetwo', named)).toBe(false);
	});

	it('finds everything with nothing, and is not held up by a pasted book', () => {
		expect(found('  \n ')).toBe(true);
		expect(wordsOf('word '.repeat(100_000)).length).toBe(1);
		expect(wordsOf(Array.from({ length: 100 }, (_, n) => `w${String(n)}`).join(' ')).length).toBeLessThanOrEqual(12);
	});

	it('highlights whole letters, accents with them, and overlapping words as one', () => {
		expect(marked('Un café crème', 'cafe CREME')).toBe('Un [café] [crème]');
		expect(marked('e\u0301te\u0301', 'ete')).toBe('[e\u0301te\u0301]');
		expect(marked('abcdef', 'abcd cdef')).toBe('[abcdef]');
		expect(marked('cœur', 'o')).toBe('c[œ]ur');
		expect(marked('<b>x</b>', 'b')).toBe('<[b]>x</[b]>');
	});

	it('never changes a letter of what it highlights, and marks nothing that was not looked for', () => {
		fc.assert(
			fc.property(anyText, fc.array(fc.string({ unit: 'grapheme', maxLength: 3 })), (text, looked) => {
				const words = wordsOf(looked.join(' '));
				const parts = highlighted(text, words);
				expect(parts.map((part) => part.text).join('')).toBe(text);
				expect(parts.some((part) => part.found)).toBe(words.some((word) => fold(text).includes(word)));
			})
		);
	});

	it('shows some words around the first that was found', () => {
		const long = searched(
			conversation({ entries: [entry('user', `${'before '.repeat(50)}needle ${'after '.repeat(50)}`)] })
		);
		const parts = snippet(long, wordsOf('NEEDLE'));
		const text = parts.map((part) => part.text).join('');
		expect(text).toMatch(/^… (before )+needle (after )+.*…$/);
		expect(text.length).toBeLessThan(250);
		expect(parts.filter((part) => part.found)).toEqual([{ text: 'needle', found: true }]);
		expect(snippet(long, wordsOf('nowhere'))).toEqual([]);
	});

	it('looks through a thousand conversations faster than a person types', () => {
		const sentence = 'Un été à la mer, avec Zoë et l’œuvre complète de quelqu’un que j’aime. ';
		const all = Array.from({ length: 1000 }, (_, n) =>
			searched(
				conversation({
					entries: Array.from({ length: 20 }, (_, nth) => entry('user', `${sentence} ${String(n)}.${String(nth)}`))
				})
			)
		);
		const words = wordsOf('oeuvre complete 999.19');
		const beganMs = performance.now();
		const hits = all.filter((text) => matches(text, words));
		const tookMs = performance.now() - beganMs;
		expect(hits).toHaveLength(1);
		// Some 5 ms here; the limit is for a machine that does something else at the same time.
		expect(tookMs).toBeLessThan(500);
	});
});
