import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HeardWords } from './heard.ts';

function heard(written: readonly string[], spoken: readonly string[]): string[] {
	const words = new HeardWords();
	for (const word of written) words.write(word);
	return spoken.map((word) => words.hear(word));
}

describe('HeardWords', () => {
	it('answers what was written, with its punctuation and spaces', () => {
		expect(heard(['Well,', ' “yes”', ' indeed!'], ['Well', '"yes"', 'indeed'])).toEqual([
			'Well,',
			' “yes”',
			' indeed!'
		]);
	});

	it('takes the words that the voice leaves out together with the next one that it says', () => {
		expect(heard(['one', ' –', ' (', ' two'], ['one', 'two'])).toEqual(['one', ' – ( two']);
	});

	it('counts a written word once it was spoken whole, where the voice says it in pieces', () => {
		expect(heard(['at', ' 10:30', ' sharp'], ['at', '10', '30', 'sharp'])).toEqual(['at', '', ' 10:30', ' sharp']);
	});

	it('goes one word on where the spelling is the voice’s own', () => {
		expect(heard(['I', ' have', ' 3', ' cats'], ['I', 'have', 'three', 'cats'])).toEqual(['I', ' have', ' 3', ' cats']);
	});

	it('ignores silence, and words that were never written', () => {
		expect(heard(['one'], ['', '—', 'one', 'two', 'three'])).toEqual(['', '', 'one', '', '']);
	});

	it('answers the rest when all was heard', () => {
		const words = new HeardWords();
		for (const word of ['a', ' b', ' c']) words.write(word);
		words.hear('a');
		expect(words.hearRest()).toBe(' b c');
		expect(words.hearRest()).toBe('');
	});

	it('never loses, repeats or reorders a written word, whatever the voice says', () => {
		const word = fc.constantFrom('a', ' b', ' (', ' –', ' 10:30', ' été', ' x-y');
		fc.assert(
			fc.property(fc.array(word), fc.array(fc.oneof(word, fc.string())), (written, spoken) => {
				const words = new HeardWords();
				for (const piece of written) words.write(piece);
				const out = spoken.map((piece) => words.hear(piece)).join('') + words.hearRest();
				expect(out).toBe(written.join(''));
			})
		);
	});
});
