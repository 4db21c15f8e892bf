import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SentenceWords } from './sentence-words.ts';
import { MOST_WORDS, Sentences } from './sentences.ts';
import { spread } from './word-times.ts';

/** What would be asked for if each word came by itself. */
function pieces(text: string): string[] {
	const sentences = new Sentences();
	const taken: string[] = [];
	const take = (): void => {
		for (let words = sentences.take(false); words !== null; words = sentences.take(false)) taken.push(words.join(' '));
	};
	for (const word of text.split(' ')) {
		sentences.push(` ${word}`);
		take();
	}
	sentences.finish();
	take();
	expect(sentences.isDone).toBe(true);
	return taken;
}

describe('the text of a reply', () => {
	it('is a request for each sentence, and at first for a clause', () => {
		expect(
			pieces('Well, I think so, but who knows? Dr. Who does, perhaps. He is, after all, a doctor. No more')
		).toEqual([
			'Well, I think so,',
			'but who knows?',
			'Dr. Who does, perhaps.',
			'He is, after all, a doctor.',
			'No more'
		]);
	});

	it('waits for what follows, and not where nothing does', () => {
		const sentences = new Sentences();
		sentences.push('Yes.');
		expect(sentences.take(false)).toBeNull();
		sentences.finish();
		expect([sentences.take(false), sentences.take(false), sentences.isDone]).toEqual([['Yes.'], null, true]);
	});

	it('is taken as it is where nobody can wait: up to its last comma, or all of it', () => {
		const sentences = new Sentences();
		sentences.push('One two, three four');
		expect(sentences.take(true)).toEqual(['One', 'two,']);
		expect(sentences.take(true)).toEqual(['three', 'four']);
		expect(sentences.take(true)).toBeNull();
	});

	it('is cut where it has no end', () => {
		const long = Array.from({ length: 100 }, (_, i) => `w${i}`);
		expect(pieces(long.join(' ')).map((piece) => piece.split(' ').length)).toEqual([MOST_WORDS, MOST_WORDS, 20]);
	});

	it('loses no word and doubles none', () => {
		const words = fc.array(fc.stringMatching(/^[a-z]{1,6}[.,!?]?$/), { minLength: 1, maxLength: 120 });
		fc.assert(
			fc.property(words, (all) => {
				expect(pieces(all.join(' ')).join(' ')).toBe(all.join(' '));
			})
		);
	});
});

describe('the words of a sentence', () => {
	it('share its sound by their letters, in order and without gaps', () => {
		const timed = spread(['a', 'consideration,', '42'], 1, 3);
		expect(timed.map(({ text }) => text)).toEqual(['a', 'consideration,', '42']);
		expect([timed[0]?.startS, timed[2]?.stopS]).toEqual([1, 3]);
		expect([timed[1]?.startS, timed[2]?.startS]).toEqual([timed[0]?.stopS, timed[1]?.stopS]);
		const lengths = timed.map(({ startS, stopS }) => stopS - startS);
		expect(lengths[1]! > lengths[2]! && lengths[2]! > lengths[0]!).toBe(true);
	});

	it('are told as their sound comes, where its length is known', () => {
		const words = new SentenceWords(['aaa', 'aaa', 'aaa', 'aaa'], 2, 4);
		expect(words.heard(2.9)).toEqual([]);
		expect(words.heard(4.1).map(({ startS, stopS }) => [startS, stopS])).toEqual([
			[2, 3],
			[3, 4]
		]);
		expect(words.heard(6).length).toBe(2);
		expect(words.ended(6)).toEqual([]);
	});

	it('are guessed where it is not, and come out even at its end', () => {
		const fc100 = fc.array(fc.stringMatching(/^[a-z]{1,9}[.,]?$/), { minLength: 1, maxLength: 20 });
		const seconds = fc.double({ min: 0.05, max: 20, noNaN: true });
		fc.assert(
			fc.property(fc100, seconds, fc.integer({ min: 1, max: 30 }), fc.boolean(), (texts, lengthS, parts, isKnown) => {
				const words = new SentenceWords(texts, 1, isKnown ? lengthS : null);
				const told = [];
				for (let part = 1; part <= parts; part++) {
					const untilS = 1 + (lengthS * part) / parts;
					for (const word of words.heard(untilS)) {
						expect(word.stopS).toBeLessThanOrEqual(untilS + 1e-9);
						told.push(word);
					}
				}
				told.push(...words.ended(1 + lengthS));
				expect(told.map(({ text }) => text)).toEqual(texts);
				for (const [i, { startS, stopS }] of told.entries()) {
					expect(startS).toBeGreaterThanOrEqual((told[i - 1]?.stopS ?? 1) - 1e-9);
					expect(stopS).toBeLessThanOrEqual(1 + lengthS + 1e-6);
				}
			})
		);
	});

	it('teach how fast the voice speaks', () => {
		const first = new SentenceWords(['aaaa', 'aaaa'], 0, null);
		first.ended(2);
		expect(first.pace(2)).toBe(5);
		const second = new SentenceWords(['aaaa', 'aaaa', 'aaaa'], 2, null, 5);
		expect(second.heard(4.01).length).toBe(2);
		expect(second.pace(2)).toBeNull();
	});
});
