import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LOOK_AHEAD_WORDS, MAX_WORDS, nextChunk } from './chunks.ts';
import type { Urgency } from './chunks.ts';
import type { Entry } from './words.ts';
import { entriesOf } from './words.ts';

const words = (text: string): Entry[] => entriesOf(text);
const speak = (said: string, context = ''): object => ({
	kind: 'speak',
	words: said.split(' '),
	context: context === '' ? [] : context.split(' ')
});

describe('choosing the next words to speak', () => {
	it('waits for two words after the one to speak, whatever the hurry', () => {
		expect(nextChunk(words('Yes. I'), false, 'starving', true)).toEqual({ kind: 'wait' });
		expect(nextChunk(words('Yes. I do'), false, 'relaxed', true)).toEqual(speak('Yes.'));
	});

	it('speaks a short clause first, and later as much of one sentence as there is', () => {
		const text = words('Well, yes, it is, my friend. And now this');
		expect(nextChunk(text, false, 'hungry', true)).toEqual(speak('Well,'));
		expect(nextChunk(text, false, 'relaxed', false)).toEqual(speak('Well, yes, it is, my friend.'));
	});

	it('takes no full stop of an abbreviation for an end', () => {
		expect(nextChunk(words('I saw Dr. Smith there.'), true, 'relaxed', false)).toEqual(speak('I saw Dr. Smith there.'));
	});

	it('cuts an endless clause, and knows what follows so that the voice does not fall', () => {
		const many = Array.from({ length: 30 }, (_, i) => `w${i}`);
		const chunk = nextChunk(words(many.join(' ')), false, 'relaxed', false);
		expect(chunk).toEqual(speak(many.slice(0, MAX_WORDS).join(' '), many.slice(MAX_WORDS, MAX_WORDS + 2).join(' ')));
	});

	it('waits for a clause while sound is queued, takes a few words when there is none, and one when starving', () => {
		const five = words('a b c d e');
		expect(nextChunk(five, false, 'relaxed', false)).toEqual({ kind: 'wait' });
		expect(nextChunk(five, false, 'hungry', false)).toEqual(speak('a b c', 'd e'));
		expect(nextChunk(words('a b c'), false, 'hungry', false)).toEqual({ kind: 'wait' });
		expect(nextChunk(words('a b c'), false, 'starving', false)).toEqual(speak('a', 'b c'));
	});

	it('lets a pause end a clause, counts the words behind it as look-ahead, and needs none for the pause itself', () => {
		const text = words('a b <break time="0.5s"/> c d');
		expect(nextChunk(text, false, 'relaxed', false)).toEqual(speak('a b'));
		expect(nextChunk(text.slice(2), false, 'relaxed', false)).toEqual({ kind: 'pause', seconds: 0.48 });
	});

	it('ends when everything is spoken and no more will come', () => {
		expect(nextChunk([], true, 'relaxed', false)).toEqual({ kind: 'end' });
		expect(nextChunk([], false, 'starving', true)).toEqual({ kind: 'wait' });
	});

	it('speaks every word once, in order, from any text in any hurry, and never within the look-ahead', () => {
		const piece = fc.constantFrom('a', 'b,', 'c.', 'd?', '—', '<break time="1s"/>', 'Mr.', '!');
		const urgency = fc.constantFrom<Urgency>('relaxed', 'hungry', 'starving');
		fc.assert(
			fc.property(fc.array(piece, { maxLength: 60 }), fc.infiniteStream(urgency), (pieces, hurry) => {
				const all = words(pieces.join(' '));
				const waiting = [...all];
				const spoken: string[] = [];
				let first = true;
				for (let ended = false; ;) {
					const chunk = nextChunk(waiting, ended, hurry.next().value, first);
					if (chunk.kind === 'end') break;
					if (chunk.kind === 'wait') {
						if (ended) throw new Error('waits for ever');
						ended = true;
						continue;
					}
					first = false;
					if (chunk.kind === 'pause') waiting.shift();
					else {
						expect(chunk.words.length).toBeGreaterThan(0);
						expect(chunk.words.length).toBeLessThanOrEqual(MAX_WORDS);
						spoken.push(...chunk.words);
						waiting.splice(0, chunk.words.length);
						const left = waiting.filter((entry) => entry.kind === 'word').length;
						if (!ended) expect(left).toBeGreaterThanOrEqual(LOOK_AHEAD_WORDS);
					}
				}
				expect(spoken).toEqual(all.flatMap((entry) => (entry.kind === 'word' ? [entry.text] : [])));
			})
		);
	});
});

describe('reading a Text message', () => {
	it('splits, drops and replaces what moshi-server does', () => {
		expect(words(' A–b (c):d ’e\n\tf ').map((entry) => entry.kind === 'word' && entry.text)).toEqual([
			'Ab',
			'c',
			'd',
			"'e",
			'f'
		]);
	});

	it('bounds a pause to ten seconds and to whole frames, one at least, and ignores one of nothing', () => {
		const pause = (s: string): Entry[] => words(`<break time="${s}s"/>`);
		expect(pause('999')).toEqual([{ kind: 'pause', seconds: 10 }]);
		expect(pause('0.01')).toEqual([{ kind: 'pause', seconds: 0.08 }]);
		expect(pause('0')).toEqual([]);
		expect(pause('1.2.3')).toEqual([]);
	});
});
