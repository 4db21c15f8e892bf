import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UNRECOGNISED_SPEECH } from '../protocol/unrecognised-speech.ts';
import { WordSeam } from './word-seam.ts';

const FRAME_S = 0.08;

/** Streams that begin at any frame. */
class Streams {
	begins = 0;
	readonly seam = new WordSeam((streamS) => this.begins + streamS / FRAME_S, UNRECOGNISED_SPEECH);
	readonly written: string[] = [];

	/** A word from frame to frame; null: its end has not come. */
	hear(text: string, from: number, to: number | null): void {
		if (this.seam.word(text, (from - this.begins) * FRAME_S)) this.written.push(text);
		if (to !== null) this.seam.wordEnd((to - this.begins) * FRAME_S);
	}

	/** The next stream begins where it has to. */
	lose(understood: number): void {
		this.begins = Math.max(0, this.seam.lost(understood));
	}
}

describe('the seam of two streams', () => {
	it('is a little before what was surely understood, where nothing was said yet', () => {
		expect(new Streams().seam.lost(30)).toBe(22);
	});

	it('is not before the end of the last word', () => {
		const streams = new Streams();
		streams.hear('Hello', 20, 26);
		expect(streams.seam.lost(30)).toBe(26);
		expect(streams.seam.lost(100)).toBe(92);
	});

	it('is before a word that lies across it, which is written once', () => {
		const streams = new Streams();
		streams.hear('the', 20, 22);
		streams.hear('mountain', 26, null);
		streams.lose(29);
		expect(streams.begins).toBe(25);
		streams.hear('mountains', 26.4, 34);
		streams.hear('are', 35, 37);
		expect(streams.written).toEqual(['the', 'mountain', 'are']);
	});

	it('knows the word across it when the next stream times it otherwise', () => {
		const streams = new Streams();
		streams.hear('Mountain,', 26, null);
		streams.lose(29);
		streams.hear('mountain', 28.5, 34);
		expect(streams.written).toEqual(['Mountain,']);
	});

	it('keeps the same word where it is said twice', () => {
		const streams = new Streams();
		streams.hear('very', 20, 24);
		streams.lose(25);
		streams.hear('very', 27, 31);
		expect(streams.written).toEqual(['very', 'very']);
	});

	it('keeps a word that was under way and had not come out', () => {
		const streams = new Streams();
		streams.hear('the', 20, 22);
		streams.lose(30);
		expect(streams.begins).toBeLessThan(26);
		streams.hear('mountain', 26, 33);
		expect(streams.written).toEqual(['the', 'mountain']);
	});

	it('goes no further back than a word can be long, whatever its beginning is said to be', () => {
		const streams = new Streams();
		streams.hear('word', 0, null);
		expect(streams.seam.lost(1000)).toBe(975);
	});

	it('takes speech that nobody writes down for the same while it goes on', () => {
		const streams = new Streams();
		streams.hear(UNRECOGNISED_SPEECH, 10, null);
		streams.lose(100);
		streams.hear(UNRECOGNISED_SPEECH, 80, 130);
		streams.hear(UNRECOGNISED_SPEECH, 150, 170);
		expect(streams.written).toEqual([UNRECOGNISED_SPEECH, UNRECOGNISED_SPEECH]);
	});

	it('of streams without steps lies at the end of the last word', () => {
		const streams = new Streams();
		streams.hear('Hello', 20, 26);
		expect(streams.seam.lost(0)).toBe(26);
	});

	it('neither loses nor repeats a word, wherever it lies and however often', () => {
		const word = fc.record({ gap: fc.integer({ min: 0, max: 12 }), long: fc.integer({ min: 2, max: 7 }) });
		const cut = fc.integer({ min: 1, max: 200 });
		fc.assert(
			fc.property(
				fc.array(word, { minLength: 1, maxLength: 20 }),
				fc.array(cut, { maxLength: 4 }),
				fc.boolean(),
				(spoken, cuts, early) => {
					let at = 10;
					const script = spoken.map(({ gap, long }, index) => {
						const from = at + gap;
						at = from + long;
						return { text: `w${index}`, from, to: at };
					});
					const streams = new Streams();
					// Words come out at their end, or as early as their beginning; ends at their end.
					const hear = (until: number): void => {
						for (const { text, from, to } of script) {
							if (from < streams.begins || (early ? from : to) > until) continue;
							streams.hear(text, from, to <= until ? to : null);
						}
					};
					for (const until of [...cuts].sort((a, b) => a - b)) {
						hear(until);
						streams.lose(until);
					}
					hear(Number.POSITIVE_INFINITY);
					expect(streams.written).toEqual(script.map(({ text }) => text));
				}
			)
		);
	});
});
