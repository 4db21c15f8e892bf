import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { capacityOf, cardNow, cards, cutOff, lastLines, withDash } from './subtitle.ts';

const spoken = (text: string, heard = 0) => text.split(' ').map((word, i) => ({ text: word, heard: i < heard }));
const plain = (words: readonly { text: string }[]): string => words.map((word) => word.text).join(' ');
const anyWords = fc.array(fc.record({ text: fc.stringMatching(/^[a-zé]{1,14}[.,!?]?$/u), heard: fc.boolean() }), {
	maxLength: 60
});

describe('cards', () => {
	it('lose no word, and overflow only for a word longer than a card', () => {
		fc.assert(
			fc.property(anyWords, fc.integer({ min: 8, max: 90 }), (words, capacity) => {
				const all = cards(words, capacity);
				expect(all.flat()).toEqual(words);
				for (const card of all) if (card.length > 1) expect(plain(card).length).toBeLessThanOrEqual(capacity);
			})
		);
	});

	it('never move a word that stood in a finished card when more words arrive', () => {
		fc.assert(
			fc.property(anyWords, fc.integer({ min: 8, max: 90 }), fc.nat(), (words, capacity, cut) => {
				const early = cards(words.slice(0, cut % (words.length + 1)), capacity);
				const late = cards(words, capacity);
				expect(late.slice(0, Math.max(0, early.length - 1))).toEqual(early.slice(0, -1));
			})
		);
	});

	it('end with the sentence where that leaves no tiny card', () => {
		const [first] = cards(spoken('This sentence fills half a card or so. And here the next one begins to be said'), 70);
		expect(plain(first!)).toBe('This sentence fills half a card or so.');
		const [short] = cards(spoken('Yes. Of course I can tell you more about it'), 70);
		expect(plain(short!)).toBe('Yes. Of course I can tell you more about it');
	});
});

describe('cardNow', () => {
	const text = 'one two three four five six seven eight nine ten';
	it('moves with the word last heard', () => {
		expect(plain(cardNow(spoken(text, 0), 14))).toBe('one two three');
		expect(plain(cardNow(spoken(text, 3), 14))).toBe('one two three');
		expect(plain(cardNow(spoken(text, 4), 14))).toBe('four five six');
		expect(plain(cardNow(spoken(text, 10), 14))).toBe('nine ten');
	});
	it('is empty where there are no words', () => {
		expect(cardNow([], 40)).toEqual([]);
	});
});

describe('an interruption', () => {
	it('leaves the heard words and a dash, without a stop before it', () => {
		expect(plain(cutOff(spoken('I was just about, to', 4)))).toBe('I was just about —');
		expect(plain(cutOff(spoken('Nothing heard')))).toBe('—');
		expect(withDash('I was going to — ')).toBe('I was going to —');
	});
});

describe('lastLines', () => {
	it('rolls up: the last two lines, each within half of what fits', () => {
		fc.assert(
			fc.property(anyWords, fc.integer({ min: 40, max: 90 }), (words, capacity) => {
				const text = plain(words);
				const lines = lastLines(text, capacity);
				expect(lines.length).toBeLessThanOrEqual(2);
				expect(text.endsWith(lines.join(' '))).toBe(true);
				for (const line of lines) expect(line.length).toBeLessThanOrEqual(capacity / 2);
			})
		);
	});
});

describe('capacityOf', () => {
	it('grows with the width, and never asks for cards of less than a few words', () => {
		expect(capacityOf(700, 36)).toBeGreaterThan(capacityOf(340, 24));
		expect(capacityOf(0, 24)).toBe(24);
		expect(capacityOf(340, 24)).toBeGreaterThan(45);
	});
});
