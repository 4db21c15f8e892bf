/** An answer's words where its sound breaks off, is cut, and goes on: owed until they were said whole, counted once. */
import { describe, expect, it } from 'vitest';
import { SpeechWriter, type Piece } from '../../chat/speech.ts';
import { ReplyWords } from './reply-words.ts';

/** Words of 1000 samples each, from `from` on; answers their numbers. */
function said(words: ReplyWords, texts: readonly string[], from: number): number[] {
	return texts.map((text, i) => words.say(text, from + i * 1000, from + (i + 1) * 1000));
}
function story(): ReplyWords {
	const words = new ReplyWords();
	for (const text of ['Once', ' upon', ' a', ' time']) words.write(text, text.trim());
	return words;
}

describe('a word that breaks off while it sounds', () => {
	it('is owed until it was said whole, however often it breaks off', () => {
		const words = story();
		const [once = 0, upon = 0] = said(words, ['Once', 'upon'], 0);
		words.hear(once);
		words.hear(upon);
		expect(words.breakOff(1400)).toBe(1000);
		expect(words.owed).toBe(' upon a time');
		words.goOn();
		words.write(' upon', 'upon');
		said(words, ['upon'], 1100);
		expect(words.breakOff(1500)).toBe(1000);
		expect(words.owed).toBe(' upon a time');
		expect(words.text).toBe('Once upon a time');
		words.goOn();
		expect(words.breakOff(1000)).toBe(1000);
		expect(words.owed).toBe(' upon a time');
		words.goOn();
		for (const text of [' upon', ' a', ' time']) words.write(text, text.trim());
		const rest = said(words, ['upon', 'a', 'time'], 1100).map((index) => words.hear(index)?.text ?? '');
		expect(rest).toEqual(['', ' a', ' time']);
		expect(words.text).toBe('Once upon a time');
	});

	it('is owed where another voice had begun to say it again', () => {
		const words = story();
		const [once = 0, upon = 0] = said(words, ['Once', 'upon'], 0);
		words.hear(once);
		words.hear(upon);
		words.cut(1000);
		said(words, ['upon'], 1400);
		// What has come reaches behind the end that the word had with the first voice, and not to its end with the second.
		expect(words.breakOff(1800)).toBe(1000);
		expect(words.owed).toBe(' upon a time');
		words.goOn();
		for (const text of [' upon', ' a', ' time']) words.write(text, text.trim());
		const rest = said(words, ['upon', 'a', 'time'], 1100).map((index) => words.hear(index)?.text ?? '');
		expect(rest).toEqual(['', ' a', ' time']);
	});

	it('is not owed once another voice has said it whole', () => {
		const words = story();
		const [once = 0, upon = 0] = said(words, ['Once', 'upon'], 0);
		words.hear(once);
		words.hear(upon);
		words.cut(1000);
		said(words, ['upon', 'a'], 1400);
		expect(words.breakOff(2900)).toBe(2400);
		expect(words.owed).toBe(' a time');
	});
});

describe('an answer with code in it', () => {
	const cut = (text: string): Piece[] => {
		const writer = new SpeechWriter();
		return [...writer.push(text), ...writer.flush()];
	};
	const spoken = (pieces: readonly Piece[]): string[] => pieces.flatMap((piece) => piece.spoken.match(/\S+/g) ?? []);

	it.each([
		['See:\n```py\nprint(1)\nx = 2\n```\nThat is it.', ['That', 'is', 'it.']],
		['One\n~~~\na\n~~~\ntwo\n\n```\nb\n```\nthree 🙂 four', ['three', 'four']]
	])('goes on as what it is, wherever it breaks off: %j', (text, last) => {
		const pieces = cut(text);
		const voiced = spoken(pieces);
		for (let complete = 0; complete <= voiced.length; complete++) {
			for (const heard of [0, complete, Math.min(voiced.length, complete + 1)]) {
				const words = new ReplyWords();
				for (const piece of pieces) words.write(piece.shown, piece.spoken);
				const indices = said(words, voiced, 0);
				for (const index of indices.slice(0, heard)) words.hear(index);
				const endSample = words.breakOff(complete * 1000);
				expect(words.text).toBe(text);
				words.goOn();
				const again = cut(words.owed);
				const sounds = [...voiced.slice(0, endSample / 1000), ...spoken(again)];
				expect(sounds.slice(-last.length)).toEqual(last);
				expect(sounds.filter((sound) => /print|[abx]$/.test(sound))).toEqual([]);
				for (const piece of again) words.write(piece.shown, piece.spoken);
				words.writtenAll();
				expect(words.text).toBe(text);
				expect(words.owed).toBe('');
			}
		}
	});
});

describe('what was heard', () => {
	it('comes with what the voice made of it, all of it', () => {
		const words = new ReplyWords();
		words.write('See', 'See');
		words.write(' [the docs](https://example.com)', 'the docs');
		words.write(' 🙂', '');
		words.write(' at 10:30', 'at 10:30');
		const heard = said(words, ['See', 'the', 'docs', 'at', '10'], 0).map((index) => words.hear(index));
		expect(heard).toEqual([
			{ text: 'See', spoken: 'See' },
			null,
			{ text: ' [the docs](https://example.com)', spoken: 'the docs' },
			{ text: ' 🙂', spoken: 'at' },
			null
		]);
		expect(words.hearRest()).toEqual({ text: ' at 10:30', spoken: '10 1030' });
		expect(words.hearRest()).toBeNull();
	});
});
