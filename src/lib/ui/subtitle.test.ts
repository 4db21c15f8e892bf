import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cardNow, cards, cutOff, lastLines, withDash, type Setting } from './subtitle.ts';

const spoken = (text: string, heard = 0) => text.split(' ').map((word, i) => ({ text: word, heard: i < heard }));
/** Every character one wide. */
const lines = (lineWidth: number): Setting => ({ lineWidth, widthOf: (text) => text.length });
const plain = (words: readonly { text: string }[]): string => words.map((word) => word.text).join(' ');
const anyWords = fc.array(fc.record({ text: fc.stringMatching(/^[a-zé]{1,14}[.,!?]?$/u), heard: fc.boolean() }), {
	maxLength: 60
});

/** Greedy wrapping, as a browser does it: a word longer than a line has one to itself. */
function linesOf(text: string, width: number): number {
	let count = 1;
	let filled = 0;
	for (const word of text.split(' ')) {
		if (filled > 0 && filled + 1 + word.length > width) {
			count++;
			filled = word.length;
		} else filled += (filled > 0 ? 1 : 0) + word.length;
	}
	return count;
}

describe('cards', () => {
	it('lose no word and fill two lines at most, a word longer than a line one of them', () => {
		fc.assert(
			fc.property(anyWords, fc.integer({ min: 4, max: 45 }), (words, width) => {
				const all = cards(words, lines(width));
				expect(all.flat()).toEqual(words);
				for (const card of all) expect(linesOf(plain(card), width)).toBeLessThanOrEqual(2);
			})
		);
	});

	it('never move a word that stood in a finished card when more words arrive', () => {
		fc.assert(
			fc.property(anyWords, fc.integer({ min: 4, max: 45 }), fc.nat(), (words, width, cut) => {
				const early = cards(words.slice(0, cut % (words.length + 1)), lines(width));
				const late = cards(words, lines(width));
				expect(late.slice(0, Math.max(0, early.length - 1))).toEqual(early.slice(0, -1));
			})
		);
	});

	it('end with the sentence where that leaves no tiny card', () => {
		const [first] = cards(
			spoken('This sentence fills half a card or so. And here the next one begins to be said'),
			lines(35)
		);
		expect(plain(first!)).toBe('This sentence fills half a card or so.');
		const [short] = cards(spoken('Yes. Of course I can tell you more about it'), lines(35));
		expect(plain(short!)).toBe('Yes. Of course I can tell you more about it');
	});
});

describe('cardNow', () => {
	const text = 'one two three four five six seven eight nine ten';
	it('moves with the word last heard', () => {
		expect(plain(cardNow(spoken(text, 1), lines(7)))).toBe('one two three');
		expect(plain(cardNow(spoken(text, 3), lines(7)))).toBe('one two three');
		expect(plain(cardNow(spoken(text, 4), lines(7)))).toBe('four five');
		expect(plain(cardNow(spoken(text, 10), lines(7)))).toBe('ten');
	});
	it('is empty where no word was heard yet', () => {
		expect(cardNow([], lines(20))).toEqual([]);
		expect(cardNow(spoken(text, 0), lines(20))).toEqual([]);
	});
});

describe('an interruption', () => {
	it('leaves the heard words and a dash, without a stop before it', () => {
		expect(plain(cutOff(spoken('I was just about, to', 4)))).toBe('I was just about —');
		expect(cutOff(spoken('Nothing heard'))).toEqual([]);
		expect(withDash('I was going to — ')).toBe('I was going to —');
	});
});

describe('lastLines', () => {
	it('rolls up: the end of the text in two lines at most, none wider than a line', () => {
		fc.assert(
			fc.property(anyWords, fc.integer({ min: 20, max: 45 }), (words, width) => {
				const text = plain(words);
				const shown = lastLines(text, lines(width));
				expect(shown.length).toBeLessThanOrEqual(2);
				expect(text.endsWith(shown.join(' '))).toBe(true);
				for (const line of shown) expect(line.length).toBeLessThanOrEqual(width);
			})
		);
	});
	it('does not move a line that is full when more is said', () => {
		expect(lastLines('one two three four', lines(9))).toEqual(['three', 'four']);
		expect(lastLines('one two', lines(9))).toEqual(['one two']);
	});
});
