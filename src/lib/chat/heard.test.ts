import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HeardWords } from './heard.ts';

type Written = string | readonly [shown: string, spoken: string];

function heard(written: readonly Written[], spoken: readonly string[]): string[] {
	const words = new HeardWords();
	for (const word of written) {
		if (typeof word === 'string') words.write(word);
		else words.write(...word);
	}
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

	it('hears what the voice was given, and answers what is shown', () => {
		const written: Written[] = ['See', [' [the docs](https://example.com/a)', 'the docs'], [' **now**.', 'now.']];
		expect(heard(written, ['See', 'the', 'docs', 'now'])).toEqual([
			'See',
			'',
			' [the docs](https://example.com/a)',
			' **now**.'
		]);
	});

	it('takes any number of silent words along with the next one that is heard', () => {
		const code = Array.from({ length: 40 }, (): Written => [' x', '']);
		expect(heard(['So:', ...code, ' done'], ['So', 'done'])).toEqual(['So:', `${' x'.repeat(40)} done`]);
		expect(heard(['So:', ...code], ['So', 'noise'])).toEqual(['So:', '']);
	});

	it('does not run ahead where the voice has its own spelling for one of a piece’s words', () => {
		const written: Written[] = ['over', [' 10 km', '10 km'], ' there', ' and', ' back'];
		expect(heard(written, ['over', 'ten', 'km', 'there'])).toEqual(['over', '', ' 10 km', ' there']);
		expect(heard(written, ['over', 'ten', 'kilometres', 'there'])).toEqual(['over', '', ' 10 km', ' there']);
	});

	it('is back in step after a number that the voice says in more words than were written', () => {
		expect(
			heard(
				['in', ' 1999', ' we', ' had', ' $5', ' left', ' for', ' tea'],
				['in', 'nineteen', 'ninety', 'nine', 'we', 'had', 'five', 'dollars', 'left', 'for']
			)
		).toEqual(['in', ' 1999', ' we', ' had', '', '', ' $5', ' left', '', ' for']);
	});

	it('is exact, word by word, where the voice repeats what it was given', () => {
		const said = fc.array(fc.constantFrom('un', 'deux', '10', 'km', '1', '000', '«', '»', '?'), { maxLength: 4 });
		const piece = fc.tuple(fc.constantFrom('a', '**b**', '[c](d)'), said);
		fc.assert(
			fc.property(fc.array(piece), (pieces) => {
				const words = new HeardWords();
				for (const [shown, spoken] of pieces) words.write(shown, spoken.join(' '));
				let expected = '';
				let got = '';
				for (const [shown, spoken] of pieces) {
					expected += shown;
					for (const word of spoken) got += words.hear(word);
					// What ends in words is heard up to there; what is silent waits for the next word.
					if (spoken.some((word) => /[a-z0-9]/.test(word))) expect(got).toBe(expected);
				}
				expect(got + words.hearRest()).toBe(expected);
				expect(words.count).toBe(pieces.length);
			})
		);
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
