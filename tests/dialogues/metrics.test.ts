import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TrueWord } from '../../bench/turns/log.ts';
import {
	cutsIn,
	cutsInAudibly,
	isSelfInterruption,
	measure,
	obeyedAfterMs,
	outcomeOf,
	wronglyInterrupted
} from '../../bench/turns/measure/metrics.ts';
import { plainWords, wordErrors } from '../../bench/turns/measure/words.ts';
import { log, reply, turn } from './support.ts';

describe('cutting in', () => {
	it('is a reply that became certain between the first word and the true end', () => {
		expect(cutsIn(turn(), reply({ committedMs: 1500 }))).toBe(true);
		expect(cutsIn(turn(), reply({ committedMs: 2000 }))).toBe(false);
		expect(cutsIn(turn(), reply({ committedMs: 900 }))).toBe(false);
	});

	it('is not a speculative call that nobody heard of', () => {
		expect(cutsIn(turn(), reply({ askedMs: 1500, speculative: true, committedMs: null }))).toBe(false);
		expect(cutsIn(turn(), reply({ askedMs: 1500, speculative: true, committedMs: 2600 }))).toBe(false);
	});

	it('is audible where it sounded before the end', () => {
		expect(cutsInAudibly(turn(), reply({ committedMs: 1500, startedMs: 1900 }))).toBe(true);
		expect(cutsInAudibly(turn(), reply({ committedMs: 1500, startedMs: 2100 }))).toBe(false);
		expect(cutsInAudibly(turn(), reply({ committedMs: 1500, startedMs: null }))).toBe(false);
	});
});

describe('the gap', () => {
	it('runs from the true end to the decision, and to the first sound', () => {
		expect(outcomeOf(log({ replies: [reply()] }), 0)).toEqual({ kind: 'answered', gapMs: 500, soundMs: 1000 });
	});

	it('ends with the reply that came to sound, not with one that was taken back', () => {
		const replies = [
			reply({ committedMs: 2200, startedMs: null, drainedMs: null, cancelledMs: 2300, sounded: [] }),
			reply({ reply: 2 })
		];
		expect(outcomeOf(log({ replies }), 0)).toMatchObject({ gapMs: 500 });
	});

	it('is the time after which a person gives up, where no answer came before they went on', () => {
		const turns = [turn(), turn({ startMs: 6000, endMs: 7000 })];
		const replies = [reply({ committedMs: 7400, startedMs: 8000, drainedMs: 9000 })];
		expect(outcomeOf(log({ turns, replies }), 0)).toEqual({ kind: 'unanswered' });
		expect(measure([log({ turns, replies })], 1)).toMatchObject({
			unansweredPercent: 50,
			gapMsP50: (12_000 + 400) / 2
		});
	});

	it('has no length where the reply that cut in was taken for the answer', () => {
		const early = reply({ committedMs: 1500, startedMs: 1900, sounded: [{ fromMs: 1900, toMs: 4000 }] });
		expect(outcomeOf(log({ replies: [early] }), 0)).toEqual({ kind: 'early' });
	});
});

describe('a wrong interruption', () => {
	const cancelled = reply({ drainedMs: null, cancelledMs: 4000, sounded: [{ fromMs: 3000, toMs: 4000 }] });

	it('is a cancel that nobody meant', () => {
		expect(wronglyInterrupted(log({ replies: [cancelled] }))).toEqual([cancelled]);
	});

	it('is not a cancel for a turn that was being said', () => {
		const turns = [turn(), turn({ startMs: 3700, endMs: 4600 })];
		expect(wronglyInterrupted(log({ turns, replies: [cancelled] }))).toEqual([]);
	});

	it('is not the taking back of a reply that had cut in, nor of one that missed a late word', () => {
		expect(wronglyInterrupted(log({ replies: [{ ...cancelled, committedMs: 1500 }] }))).toEqual([]);
		const unheard = { ...cancelled, startedMs: null, sounded: [] };
		expect(wronglyInterrupted(log({ replies: [unheard], meantWordsMs: [3900] }))).toEqual([]);
		expect(wronglyInterrupted(log({ replies: [unheard], meantWordsMs: [2400] }))).toEqual([unheard]);
	});

	it('is a pause that never ended', () => {
		const stuck = reply({ drainedMs: null, sounded: [{ fromMs: 3000, toMs: 3500 }] });
		expect(wronglyInterrupted(log({ replies: [stuck] }))).toEqual([stuck]);
	});

	it('is not what the end of the conversation cut off, nor a speculation', () => {
		const cut = reply({ drainedMs: null, cancelledMs: 10_000 });
		const guess = reply({ speculative: true, committedMs: null, drainedMs: null, cancelledMs: 2600, startedMs: null });
		expect(wronglyInterrupted(log({ replies: [cut, guess] }))).toEqual([]);
	});

	it('counts once for each answer owed, however often it happened to it', () => {
		const replies = [cancelled, { ...cancelled, reply: 2 }, { ...cancelled, reply: 3, item: 0 }];
		expect(measure([log({ replies })], 1).wrongInterruptPercent).toBe(100);
	});

	it('is the assistant’s own doing where there is echo and nobody else made a sound', () => {
		const cancelledLate = { ...cancelled, cancelledMs: 4000 };
		expect(isSelfInterruption(log({ echo: 0.5 }), cancelledLate)).toBe(true);
		expect(isSelfInterruption(log({ echo: 0 }), cancelledLate)).toBe(false);
		expect(isSelfInterruption(log({ echo: 0.5, noises: [{ fromMs: 3000, toMs: 3200 }] }), cancelledLate)).toBe(false);
		expect(isSelfInterruption(log({ echo: 0.5, noises: [{ fromMs: 1000, toMs: 1200 }] }), cancelledLate)).toBe(true);
	});
});

describe('obeying', () => {
	const meant = turn({ startMs: 3500, endMs: 4500, interrupts: 1 });
	const after = (change: Parameters<typeof reply>[0]): number | null | undefined =>
		obeyedAfterMs(log({ replies: [reply(change)] }), meant);

	it('takes from the true onset until nothing sounds', () => {
		expect(after({ drainedMs: null, cancelledMs: 3800, sounded: [{ fromMs: 3000, toMs: 3800 }] })).toBe(300);
	});

	it('counts a pause that turns into a cancel from the pause on', () => {
		expect(after({ drainedMs: null, cancelledMs: 4400, sounded: [{ fromMs: 3000, toMs: 3700 }] })).toBe(200);
	});

	it('counts from the last sound where the voice came back in between', () => {
		const sounded = [
			{ fromMs: 3000, toMs: 3700 },
			{ fromMs: 4000, toMs: 4300 }
		];
		expect(after({ drainedMs: null, cancelledMs: 4300, sounded })).toBe(800);
	});

	it('fails where the answer is heard to its end, or goes on for two seconds', () => {
		expect(after({})).toBeNull();
		expect(after({ drainedMs: null, cancelledMs: 6000, sounded: [{ fromMs: 3000, toMs: 6000 }] })).toBeNull();
	});

	it('is not asked for where the answer was ending anyway, or nothing was interrupted', () => {
		expect(after({ drainedMs: 4000 })).toBeUndefined();
		expect(obeyedAfterMs(log({ replies: [reply()] }), turn())).toBeUndefined();
	});
});

describe('lost and repeated words', () => {
	const truth = (words: string): TrueWord[] =>
		words.split(' ').map((word, index) => ({ text: word.replace('?', ''), atMs: index, optional: word.endsWith('?') }));
	const errors = (said: string, kept: string): unknown => wordErrors(truth(said), plainWords(kept));

	it('are none where everything is there, in whatever spelling of marks', () => {
		expect(errors("Hello, it's me.", 'hello its ME ...')).toEqual({ lost: 0, repeated: 0 });
	});

	it('are counted apart', () => {
		expect(errors('one two three', 'one three')).toEqual({ lost: 1, repeated: 0 });
		expect(errors('one two three', 'one two two three')).toEqual({ lost: 0, repeated: 1 });
		expect(errors('one two', '')).toEqual({ lost: 2, repeated: 0 });
		expect(errors('a', 'b')).toEqual({ lost: 1, repeated: 1 });
	});

	it('forgive an optional word its absence, and its presence', () => {
		expect(errors('one mm? two', 'one two')).toEqual({ lost: 0, repeated: 0 });
		expect(errors('one mm? two', 'one mm two')).toEqual({ lost: 0, repeated: 0 });
	});

	it('put the truth in the order of its moments first', () => {
		const late: TrueWord[] = [
			{ text: 'two', atMs: 2, optional: false },
			{ text: 'one', atMs: 1, optional: false }
		];
		expect(wordErrors(late, ['one', 'two'])).toEqual({ lost: 0, repeated: 0 });
	});

	it('find exactly what was taken out or put in, if only one of the two was done', () => {
		const words = fc.array(fc.stringMatching(/^[a-d]$/), { minLength: 1, maxLength: 12 });
		fc.assert(
			fc.property(words, fc.array(fc.boolean(), { minLength: 12, maxLength: 12 }), (all, keep) => {
				const kept = all.filter((_, index) => keep[index]);
				expect(wordErrors(truth(all.join(' ')), kept)).toEqual({ lost: all.length - kept.length, repeated: 0 });
				if (kept.length > 0)
					expect(wordErrors(truth(kept.join(' ')), all)).toEqual({ lost: 0, repeated: all.length - kept.length });
			})
		);
	});
});
