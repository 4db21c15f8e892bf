/** An answer that breaks off and goes on elsewhere: which words were said whole, and which will be said again. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HeardWords } from './heard.ts';

function written(...pieces: (string | readonly [string, string])[]): HeardWords {
	const words = new HeardWords();
	for (const piece of pieces) {
		if (typeof piece === 'string') words.write(piece);
		else words.write(...piece);
	}
	return words;
}

describe('what a voice has said whole', () => {
	it('counts written words, and the spoken ones that they took', () => {
		const words = written('over', [' **10 km**', '10 km'], ' there');
		expect(words.wholeAfter([])).toEqual({ words: 0, spoken: 0 });
		expect(words.wholeAfter(['over', '10'])).toEqual({ words: 1, spoken: 1 });
		expect(words.wholeAfter(['over', '10', 'km'])).toEqual({ words: 2, spoken: 3 });
	});

	it('leaves a word that is said in pieces until its last one', () => {
		expect(written('at', ' 10:30').wholeAfter(['at', '10'])).toEqual({ words: 1, spoken: 1 });
		expect(written('at', ' 10:30').wholeAfter(['at', '10', '30'])).toEqual({ words: 2, spoken: 3 });
	});

	it('leaves what is silent to the word that follows it', () => {
		expect(written('one', [' 🙂', ''], ' two').wholeAfter(['one'])).toEqual({ words: 1, spoken: 1 });
		expect(written('one', [' 🙂', ''], ' two').wholeAfter(['one', 'two'])).toEqual({ words: 3, spoken: 2 });
	});

	it('changes nothing of what was heard', () => {
		const words = written('one', ' two');
		words.wholeAfter(['one', 'two']);
		expect(words.count).toBe(0);
		expect(words.hear('one')).toBe('one');
	});
});

describe('words that are forgotten', () => {
	it('are heard when they come again, from their beginning', () => {
		const words = written('over', [' 10 km', '10 km'], ' there');
		words.hear('over');
		words.hear('10');
		words.keep(1);
		expect(words.words).toEqual(['over']);
		words.write(' 10 km', '10 km');
		expect(words.hear('10')).toBe('');
		expect(words.hear('km')).toBe(' 10 km');
	});

	it('may be all or none', () => {
		const words = written('one', ' two');
		words.keep(2);
		expect(words.hear('one') + words.hear('two')).toBe('one two');
		words.keep(2);
		const others = written('one', ' two');
		others.keep(0);
		expect(others.hear('one')).toBe('');
		others.write('one');
		expect(others.hear('one')).toBe('one');
	});
});

describe('a word that is said again', () => {
	it('is counted once', () => {
		const words = written('Once', ' upon');
		words.hear('Once');
		words.hear('upon');
		words.repeat('upon');
		words.write(' a');
		expect([words.hear('upon'), words.hear('a')]).toEqual(['', ' a']);
		expect(words.wholeAfter(['Once', 'upon', 'upon', 'a'])).toEqual({ words: 3, spoken: 4 });
	});
});

it('a word that was just heard and comes again is counted once, and what follows it in its turn', () => {
	const words = written('Once', ' upon', ' a', ' time');
	words.hear('Once');
	words.hear('upon');
	words.expectAgain('upon');
	expect(['upon', 'a', 'time'].map((word) => words.hear(word))).toEqual(['', ' a', ' time']);
});

it('never loses, repeats or reorders a word, wherever the answer breaks off and however often', () => {
	const piece = fc.constantFrom<readonly [string, string]>(
		[' a', 'a'],
		[' 10 km', '10 km'],
		[' 10:30', '10:30'],
		[' 🙂', ''],
		[' [b](c)', 'b']
	);
	fc.assert(
		fc.property(
			fc.array(piece, { maxLength: 12 }),
			fc.array(fc.tuple(fc.nat({ max: 12 }), fc.nat({ max: 12 })), { maxLength: 3 }),
			(pieces, breaks) => {
				const words = new HeardWords();
				const spoken = pieces.flatMap(([, text]) => text.split(/[\s:]+/).filter((word) => word !== ''));
				let out = '';
				let voiced = 0;
				let heard = 0;
				for (const [more, listened] of [...breaks, [99, 99] as const]) {
					for (const piece of pieces.slice(words.words.length)) words.write(...piece);
					voiced = Math.min(spoken.length, voiced + more);
					for (const text of spoken.slice(heard, Math.min(voiced, heard + listened))) out += words.hear(text);
					const whole = words.wholeAfter(spoken.slice(0, voiced));
					heard = Math.min(heard + listened, whole.spoken);
					voiced = whole.spoken;
					words.keep(whole.words);
				}
				const toWrite = pieces.slice(words.words.length);
				expect(out + words.hearRest() + toWrite.map(([shown]) => shown).join('')).toBe(
					pieces.map(([shown]) => shown).join('')
				);
			}
		)
	);
});
