import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { speakable, WordRechunker } from './words.ts';

/** Feeds `text` cut at the given places. */
function rechunk(text: string, cuts: readonly number[] = []): string[] {
	const rechunker = new WordRechunker();
	const places = [...new Set(cuts.map((cut) => cut % (text.length + 1)))].sort((a, b) => a - b);
	const words: string[] = [];
	let from = 0;
	for (const to of [...places, text.length]) {
		words.push(...rechunker.push(text.slice(from, to)));
		from = to;
	}
	return [...words, ...rechunker.flush()];
}

describe('WordRechunker', () => {
	it('lets the space travel with the next word and folds white space', () => {
		expect(rechunk('foo bar\n\n  baz')).toEqual(['foo', ' bar', ' baz']);
	});

	it('keeps a leading space and drops a trailing one', () => {
		expect(rechunk(' foo ')).toEqual([' foo']);
	});

	it('gives nothing for nothing', () => {
		expect(rechunk('')).toEqual([]);
		expect(rechunk(' \n\t ')).toEqual([]);
	});

	it('gives the same words however the text is cut', () => {
		fc.assert(
			fc.property(fc.string(), fc.array(fc.nat()), (text, cuts) => {
				expect(rechunk(text, cuts)).toEqual(rechunk(text));
			})
		);
	});

	it('loses and splits no word', () => {
		fc.assert(
			fc.property(fc.array(fc.stringMatching(/^[a-zé]{1,8}$/)), fc.array(fc.nat()), (words, cuts) => {
				expect(rechunk(words.join(' '), cuts).map((word) => word.trim())).toEqual(words);
			})
		);
	});
});

describe('speakable', () => {
	it("strips markdown's marks and straightens quotes", () => {
		expect(speakable('**bold**')).toBe('bold');
		expect(speakable(' `l’été`')).toBe(" l'été");
		expect(speakable('“quoted”')).toBe('"quoted"');
	});

	it('leaves nothing of a word that is only marks', () => {
		expect(speakable('***')).toBe('');
	});
});
