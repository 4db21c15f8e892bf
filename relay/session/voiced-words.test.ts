import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { entriesOf } from '../embedded/tts/words.ts';
import { VoicedWords } from './voiced-words.ts';

/** The words that were given, after the voice said `reports`, each of a second, and then died. */
function rest(given: readonly string[], reports: readonly string[]): { readonly rest: string[]; readonly atS: number } {
	const words = new VoicedWords();
	for (const text of given) words.give(text);
	reports.forEach((text, index) => words.hear(text, index + 1));
	return { rest: words.takeRest(), atS: words.sureStopS };
}

describe('the words that are left when a voice dies', () => {
	it.each([
		['nothing said', ['One', 'two'], [], ['One', 'two'], 0],
		['some said', ['One', 'two', 'three.'], ['One', 'two'], ['three.'], 2],
		['all said', ['One', 'two.'], ['One', 'two.'], [], 2],
		['a piece of two words, half said', ['10 km', 'off'], ['10'], ['km', 'off'], 1],
		['marks that the server drops', ['(it', 'is', 'so –', 'so)'], ['it', 'is', 'so'], ['so'], 3],
		['a colon that it takes for a space', ['at', '14:30', 'sharp'], ['at', '14'], ['30', 'sharp'], 2],
		['a quote that it straightens', ['I’m', 'here'], ["I'm"], ['here'], 1],
		['one word that it says as two', ["l'été", 'vient'], ["l'", 'été'], ['vient'], 2],
		['the first half of such a word', ['dans', "l'été", 'vient'], ['dans', "l'"], ["l'été", 'vient'], 1],
		['two words that it says as one', ['10', 'km', 'off'], ['10km'], ['off'], 1],
		['another case, and no marks', ['Well,', 'THEN!'], ['well'], ['THEN!'], 1],
		['a lone mark before the rest', ['so', '!', 'Then'], ['so'], ['Then'], 1],
		['a sign that is spoken', ['2', '+', '2'], ['2'], ['+', '2'], 1],
		['an accent in two code points', ['e\u0301te\u0301', 'vient'], ['\u00e9t\u00e9'], ['vient'], 1],
		['a number spelled out', ['23', 'dogs', 'and', 'cats'], ['twenty', 'three', 'dogs'], ['and', 'cats'], 3],
		['half of it', ['See', '23', 'dogs'], ['See', 'twenty'], ['23', 'dogs'], 1],
		['a word that comes again', ['1', "o'clock,", 'one', 'apple'], ['one'], ['1', "o'clock,", 'one', 'apple'], 0],
		['a word left out', ['ah', 'one', 'two', 'three', 'four'], ['one', 'two', 'three'], ['four'], 3],
		['a word too many', ['one', 'two', 'three'], ['um', 'one', 'two'], ['three'], 3],
		['the empty report', ['one', 'two'], ['', 'one'], ['two'], 2]
	] as const)('%s', (_name, given, reports, left, atS) => {
		expect(rest(given, reports)).toEqual({ rest: left, atS });
	});

	it('are counted where the voice’s spelling is never understood, and never all of them said again', () => {
		const given = Array.from({ length: 60 }, (_, i) => `word${i}`);
		const { rest: left, atS } = rest(
			given,
			given.slice(0, 50).map((_, i) => `?${i * 7 + 1000}`)
		);
		expect(left.length).toBeLessThanOrEqual(60 - 50 + 16);
		expect(left).toEqual(given.slice(60 - left.length));
		expect(atS).toBe(60 - left.length);
	});

	it('go back to the last sure word, whose end is where the sound is cut', () => {
		const words = new VoicedWords();
		for (const word of ['one', 'two', 'three', 'four']) words.give(word);
		words.hear('one', 1);
		words.hear('deux', 2);
		expect([words.takeRest(), words.sureStopS]).toEqual([['two', 'three', 'four'], 1]);
	});

	it('come back through give, and the cut never goes back', () => {
		const words = new VoicedWords();
		for (const word of ['one', 'two', 'three']) words.give(word);
		words.hear('one', 5);
		for (const word of words.takeRest()) words.give(word);
		words.hear('two', 4);
		expect([words.takeRest(), words.sureStopS]).toEqual([['three'], 5]);
	});

	it('are exactly those not reported, for any text, whatever the server makes of it', () => {
		const word = fc.stringMatching(/^[A-Za-zéÉ0-9’'():–,.!-]{1,8}$/);
		fc.assert(
			fc.property(fc.array(word, { maxLength: 40 }), fc.nat(), (given, cut) => {
				const reports = given.flatMap((text) => entriesOf(text)).flatMap((e) => (e.kind === 'word' ? [e.text] : []));
				const said = cut % (reports.length + 1);
				const words = new VoicedWords();
				for (const text of given) words.give(text);
				reports.slice(0, said).forEach((text, index) => words.hear(text, index + 1));
				const isHeard = (text: string): boolean => /[\p{L}\p{N}]/u.test(text);
				expect(words.takeRest().filter(isHeard)).toEqual(reports.slice(said).filter(isHeard));
			})
		);
	});

	it('never lose a word that was not voiced, however oddly the server spells', () => {
		const word = fc.constantFrom('one', 'two', '3', 'four', "l'été", '12');
		const odd: Record<string, string[]> = { '3': ['three'], '12': ['twelve'], "l'été": ["l'", 'été'] };
		fc.assert(
			fc.property(fc.array(word, { minLength: 1, maxLength: 30 }), fc.nat(), (given, cut) => {
				const count = cut % (given.length + 1);
				const words = new VoicedWords();
				for (const text of given) words.give(text);
				for (const [index, text] of given.slice(0, count).entries())
					for (const report of odd[text] ?? [text]) words.hear(report, index + 1);
				const left = words.takeRest();
				// What is left is a tail of the text, of at least what was not said, from where the sound is cut.
				expect(given.slice(given.length - left.length)).toEqual(left);
				expect(left.length).toBeGreaterThanOrEqual(given.length - count);
				expect(words.sureStopS).toBeLessThanOrEqual(given.length - left.length);
			})
		);
	});

	it('cost little for a long reply whose every word is doubtful', () => {
		const words = new VoicedWords();
		for (let i = 0; i < 4000; i++) words.give(`word${i}`);
		for (let i = 0; i < 4000; i++) words.hear(`x${i}y`, i);
		expect(words.pending).toBeLessThan(4000);
	});
});
