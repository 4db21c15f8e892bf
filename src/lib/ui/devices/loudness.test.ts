import { describe, expect, it } from 'vitest';
import * as fc from 'fast-check';
import { LoudnessJudge, LOUDNESSES } from './loudness.ts';

/** What is said at the end of so many milliseconds at that level, looked at 50 times a second. */
function after(judge: LoudnessJudge, db: number, peak: number, fromMs: number, forMs: number): string {
	let said = '';
	for (let at = fromMs; at <= fromMs + forMs; at += 20) said = judge.hear(db, peak, at);
	return said;
}

describe('the judge of loudness', () => {
	it.each([
		['waits a while for the first word', -100, 0, 2_000, 'waiting'],
		['asks whether it is muted where nothing comes', -100, 0, 5_000, 'silent'],
		['takes a quiet room for a room', -60, 0.01, 10_000, 'waiting'],
		['finds a whisper too quiet', -45, 0.05, 1_000, 'quiet'],
		['finds a voice good', -24, 0.4, 1_000, 'good'],
		['finds cut tops too loud, whatever the level', -20, 1, 1_000, 'loud'],
		['finds a shout too loud', -4, 0.9, 1_000, 'loud']
	])('%s', (_, db, peak, ms, said) => {
		expect(after(new LoudnessJudge(0), db, peak, 0, ms)).toBe(said);
	});

	it('does not change its mind in the pause between two sentences, and does afterwards', () => {
		const judge = new LoudnessJudge(0);
		after(judge, -24, 0.4, 0, 1_000);
		expect(after(judge, -80, 0, 1_020, 1_000)).toBe('good');
		expect(after(judge, -80, 0, 2_040, 6_000)).toBe('silent');
	});

	it('says something of every level, in any order', () => {
		fc.assert(
			fc.property(
				fc.array(fc.tuple(fc.double({ min: -100, max: 0, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }))),
				(heard) => {
					const judge = new LoudnessJudge(0);
					heard.forEach(([db, peak], nth) => expect(LOUDNESSES).toContain(judge.hear(db, peak, nth * 20)));
				}
			)
		);
	});
});
