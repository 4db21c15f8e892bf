import { describe, expect, it } from 'vitest';
import { pauseNeededMs } from './endpoint.ts';
import { PARLEY } from './options.ts';

const OPTIONS = PARLEY.endpoint;
const needed = (text: string, hesitationMs: number | null = null, learnedMs = 0, isUnmarked = false): number =>
	pauseNeededMs({ text, hesitationMs, learnedMs, isUnmarked }, OPTIONS);

describe('the pause that ends a turn', () => {
	it.each([
		['a question', 'What time is it?', OPTIONS.questionMs],
		['a finished sentence', 'I am done.', OPTIONS.completeMs],
		['words without an end', 'I would say so', OPTIONS.plainMs],
		['a conjunction', 'I like it but', OPTIONS.unfinishedMs],
		['une conjonction', 'Je voudrais bien, mais', OPTIONS.unfinishedMs],
		['digits', 'My number is 06 12', OPTIONS.spelledMs],
		['nothing that was written down', '[speech]', OPTIONS.wordlessMs],
		['nothing twice', '[speech] [speech]', OPTIONS.wordlessMs]
	])('after %s', (_, text, ms) => {
		expect(needed(text)).toBe(ms);
	});

	it('is longer after a finished sentence where the pause head hesitated', () => {
		expect(needed('I am done.', OPTIONS.sureWithinMs)).toBe(OPTIONS.completeMs);
		expect(needed('I am done.', OPTIONS.sureWithinMs + 80)).toBe(OPTIONS.unsureMs);
	});

	it('is as short without a mark, where the STT writes none and the pause head was sure', () => {
		const { sureWithinMs, completeMs, plainMs, unfinishedMs } = OPTIONS;
		expect(needed('only tonight', sureWithinMs, 0, true)).toBe(completeMs);
		expect(needed('only tonight', sureWithinMs)).toBe(plainMs);
		expect(needed('only tonight', sureWithinMs + 80, 0, true)).toBe(plainMs);
		expect(needed('only tonight', null, 0, true)).toBe(plainMs);
		expect(needed('only tonight and', sureWithinMs, 0, true)).toBe(unfinishedMs);
	});

	it('grows with the speaker’s own pauses, up to a limit, and not after a finished sentence', () => {
		expect(needed('I like it but', null, 1000)).toBe(OPTIONS.unfinishedMs + 1000 * OPTIONS.learnedShare);
		expect(needed('I like it but', null, 60_000)).toBe(OPTIONS.unfinishedMs + OPTIONS.learnedLimitMs);
		expect(needed('I am done.', null, 60_000)).toBe(OPTIONS.completeMs);
	});
});
