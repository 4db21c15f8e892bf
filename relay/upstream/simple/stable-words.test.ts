import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StableWords } from './stable-words.ts';

describe('words of partial transcripts', () => {
	it('are told once two agree on them, but never the last one', () => {
		const words = new StableWords();
		expect(words.partial('how')).toEqual([]);
		expect(words.partial('how are')).toEqual(['how']);
		expect(words.partial('how are yo')).toEqual(['are']);
		expect(words.partial('how are you')).toEqual([]);
		expect(words.isOpen).toBe(true);
		expect(words.final('How are you?')).toEqual(['you?']);
		expect(words.isOpen).toBe(false);
		expect(words.partial('fine')).toEqual([]);
		expect(words.final('Fine.')).toEqual(['Fine.']);
	});

	it('are told by the final one alone where there is no other', () => {
		const words = new StableWords();
		expect([words.final('One two.'), words.final(''), words.final('One two.')]).toEqual([
			['One', 'two.'],
			[],
			['One', 'two.']
		]);
	});

	it('are not told twice where the recogniser changes its mind about what was told', () => {
		const words = new StableWords();
		words.partial('I scream for you');
		expect(words.partial('I scream for you and')).toEqual(['I', 'scream', 'for', 'you']);
		expect(words.partial('ice cream for you and me')).toEqual([]);
		expect(words.final('Ice cream for you and me.')).toEqual(['and', 'me.']);
	});

	it('are told in the end where no final one comes, and the next are others', () => {
		const words = new StableWords();
		words.partial('how are you');
		expect(words.settle()).toEqual(['how', 'are', 'you']);
		expect(words.settle()).toEqual([]);
		expect(words.partial('fine thank')).toEqual([]);
		expect(words.partial('fine thank you')).toEqual(['fine', 'thank']);
		expect(words.settle()).toEqual(['you']);
	});

	it('are not told again by a final one that comes too late', () => {
		const words = new StableWords();
		words.partial('how are you');
		words.settle();
		expect(words.final('How are you today?')).toEqual(['today?']);
		expect(words.final('How?')).toEqual(['How?']);
	});

	const word = fc.stringMatching(/^[a-z]{2,8}$/);

	it('come each once, in order, however the transcript grows', () => {
		const utterances = fc.array(fc.array(word, { minLength: 1, maxLength: 12 }), { minLength: 1, maxLength: 4 });
		fc.assert(
			fc.property(utterances, fc.infiniteStream(fc.integer({ min: 1, max: 5 })), (said, steps) => {
				const words = new StableWords();
				const told: string[] = [];
				for (const utterance of said) {
					const text = utterance.join(' ');
					for (let at = 1; at < text.length; at += steps.next().value!) told.push(...words.partial(text.slice(0, at)));
					told.push(...words.final(text));
				}
				expect(told).toEqual(said.flat());
			})
		);
	});

	it('never outnumber what was said by more than what was taken back', () => {
		fc.assert(
			fc.property(fc.array(fc.array(word, { maxLength: 8 }), { maxLength: 10 }), fc.array(word), (partials, final) => {
				const words = new StableWords();
				const told = partials.flatMap((partial) => words.partial(partial.join(' ')));
				const rest = words.final(final.join(' '));
				expect(final.slice(final.length - rest.length)).toEqual(rest);
				expect(told.length).toBeLessThanOrEqual(Math.max(0, ...partials.map(({ length }) => length - 1)));
			})
		);
	});
});
