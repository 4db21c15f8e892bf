import { describe, expect, it } from 'vitest';
import { PARLEY } from './options.ts';
import { greeted, Talk } from './testing/talk.ts';

const of = (effects: readonly { type: string }[], type: string) => effects.filter((effect) => effect.type === type);
/** The STT hears the flush: as fast as it comes. */
const FLUSH_STEPS = 8;
/** …and longer for words that may be late. */
const LATE_STEPS = 6;

/** The person has said this and paused; the flush is through. */
function paused(...words: string[]): Talk {
	const talk = greeted(PARLEY);
	talk.words(...words);
	talk.steps(1, 1);
	talk.flushed(FLUSH_STEPS);
	return talk;
}

/** An answer sounds, beyond the first seconds, and these words of it were heard. */
function speaking(...heard: string[]): Talk {
	const talk = paused('Why', 'is', 'that?');
	talk.send({ type: 'started', reply: talk.reply });
	for (const text of heard) talk.send({ type: 'heard', reply: talk.reply, text });
	return talk;
}

/** Somebody talks over the answer for so long that the words of it have had the time to come. */
function voice(talk: Talk): void {
	talk.steps(8, 0);
}

describe('the end of a turn', () => {
	it('comes at once after a question, and is committed to only one answer', () => {
		const talk = paused('Why', 'is', 'that?');
		expect(talk.name).toBe('thinking');
		expect(of(talk.effects, 'reply')).toHaveLength(2);
	});

	it.each([
		['digits', ['It', 'is', '06', '12'], PARLEY.endpoint.spelledMs],
		['a conjunction', ['I', 'like', 'it', 'but'], PARLEY.endpoint.unfinishedMs],
		['une conjonction', ['Je', 'voudrais', 'bien', 'mais'], PARLEY.endpoint.unfinishedMs],
		['a filler', ['I', 'would', 'say', 'um'], PARLEY.endpoint.unfinishedMs]
	])('waits after %s', (_, words, waitMs) => {
		const talk = paused(...words);
		expect(talk.name).toBe('holding');
		expect(of(talk.wait(waitMs - 1), 'commit')).toEqual([]);
		expect(of(talk.wait(1), 'commit')).toHaveLength(1);
	});

	it('has not come when the person goes on during the flush: no answer is asked for', () => {
		const talk = greeted(PARLEY);
		talk.words('Why');
		talk.steps(1, 1);
		expect(talk.name).toBe('flushing');
		expect(of(talk.steps(PARLEY.endpoint.resumeSteps, 0), 'reply')).toEqual([]);
		expect(talk.name).toBe('hearing');
		talk.words('is', 'that?');
		expect(talk.log().at(-1)).toBe('user: Why is that?');
	});

	it('has not come when the person goes on before the answer sounds: it is taken back, and the turn is one', () => {
		const talk = paused('Why', 'is', 'that?');
		expect(talk.steps(PARLEY.endpoint.resumeSteps, 0)).toContainEqual({ type: 'cancel', reply: 2, why: 'resumed' });
		talk.words('Tell', 'me.');
		expect(talk.log().at(-1)).toBe('user: Why is that? Tell me.');
	});

	it('of a word or two began before the first word came: it is counted from there', () => {
		const talk = greeted(PARLEY);
		// Said, and silent again, before the STT writes it.
		talk.steps(4, 0.03);
		talk.steps(3, 0.9);
		talk.words('Ostrich!');
		talk.steps(1, 0.9);
		expect(talk.name).toBe('flushing');
		expect(talk.state.pauseStartedMs).toBe(talk.nowMs - 3 * 80);
	});

	it('has not come with its first word where the pause head has not seen the voice yet', () => {
		const talk = greeted(PARLEY);
		talk.steps(4, 0.9);
		talk.words('Ostrich!');
		talk.steps(1, 0.3);
		expect(talk.name).toBe('hearing');
	});

	it('does not wait for marks of an STT that has never written one', () => {
		const wait = (...words: string[]): number => {
			const talk = greeted(PARLEY);
			talk.words(...words);
			talk.send({ type: 'wordEnd', stopMs: 80 * talk.state.steps - 160 });
			talk.steps(1, 1);
			talk.flushed(FLUSH_STEPS);
			return talk.name === 'thinking' ? 0 : (talk.wakeAtMs ?? 0) - talk.nowMs;
		};
		const unmarked = wait('turn', 'on', 'the', 'light', 'in', 'the', 'hall');
		expect(unmarked).toBeLessThanOrEqual(PARLEY.endpoint.completeMs);
		expect(wait('Well,', 'turn', 'on', 'the', 'light', 'in', 'the', 'hall')).toBe(PARLEY.endpoint.plainMs);
		expect(wait('turn', 'on')).toBe(PARLEY.endpoint.plainMs);
	});

	it('is taken later from a person who pauses long in mid-turn', () => {
		const wait = (talk: Talk): number => (talk.wakeAtMs ?? 0) - talk.nowMs;
		const talk = paused('I', 'like', 'it', 'but');
		const firstMs = wait(talk);
		talk.steps(15, 1); // 1.2 s of thought
		talk.steps(PARLEY.endpoint.resumeSteps, 0);
		talk.words('not', 'that', 'because');
		talk.steps(1, 1);
		talk.flushed(FLUSH_STEPS);
		expect(wait(talk)).toBeGreaterThan(firstMs);
	});
});

describe('a speculative answer', () => {
	it('is asked for while the pause may still end, and committed when it does not', () => {
		const talk = paused('I', 'like', 'it', 'but');
		expect(talk.effects.at(-1)).toEqual({ type: 'reply', reply: 2, first: false, speculative: true });
		expect(of(talk.wait(5000), 'commit')).toEqual([{ type: 'commit', reply: 2 }]);
	});

	it('is not committed when a late word changes the question: that is asked instead', () => {
		const talk = paused('I', 'like', 'it', 'but');
		expect(talk.send({ type: 'word', text: 'why?' })).toContainEqual({ type: 'cancel', reply: 2, why: 'stale' });
		const effects = talk.wait(5000);
		expect(of(effects, 'commit')).toEqual([]);
		expect(of(effects, 'reply')).toEqual([{ type: 'reply', reply: 3, first: false, speculative: false }]);
	});

	it('is asked for a bounded number of times in one turn', () => {
		const talk = greeted(PARLEY);
		talk.words('I', 'like', 'it', 'but');
		for (let pauses = 0; pauses < 6; pauses++) {
			talk.steps(1, 1);
			talk.flushed(FLUSH_STEPS);
			talk.steps(PARLEY.endpoint.resumeSteps, 0);
		}
		expect(of(talk.effects, 'reply').length - 1).toBe(PARLEY.endpoint.speculations);
	});
});

describe('somebody talking over the answer', () => {
	it('ducks it at the first sign, silences it at a clear one, and brings it back when that was nothing', () => {
		const talk = speaking('Well');
		expect(talk.steps(1, 0.6)).toEqual([{ type: 'duck', gain: PARLEY.overlap.duckGain }]);
		expect(talk.steps(1, 0.2)).toEqual([{ type: 'pause' }]);
		talk.steps(PARLEY.overlap.clearSteps, 1);
		expect(of(talk.flushed(FLUSH_STEPS + 1), 'resume')).toHaveLength(1);
		expect(talk.name).toBe('speaking');
		expect(of(talk.effects, 'cancel')).toEqual([]);
	});

	it('stops it when it goes on, words or no words', () => {
		const talk = speaking('Well');
		const steps = Math.ceil(PARLEY.overlap.stopAfterMs / 80) + 1;
		expect(talk.steps(steps, 0)).toContainEqual({ type: 'cancel', reply: 2, why: 'bargeIn' });
	});

	it('stops it at a word, and the history ends with what was heard', () => {
		const talk = speaking('Well', ' I', ' think');
		voice(talk);
		expect(talk.send({ type: 'word', text: 'Stop!' })).toContainEqual({ type: 'cancel', reply: 2, why: 'bargeIn' });
		expect(talk.log().slice(-2)).toEqual(['assistant: Well I think—', 'user: Stop!']);
	});

	it.each(['Mm-hm.', 'Yeah.', "D'accord.", 'Okay'])('does not stop it with "%s"', (text) => {
		const talk = speaking('Well');
		expect(of(talk.send({ type: 'word', text }), 'cancel')).toEqual([]);
		expect(talk.log().some((line) => line.includes(text))).toBe(false);
	});

	it('loses nothing where a backchannel was the beginning of more', () => {
		const talk = speaking('Well');
		voice(talk);
		talk.words('Yeah,', 'but');
		expect(talk.log().at(-1)).toBe('user: Yeah, but');
	});

	it.each(['No.', 'no', 'Okay, got it.'])('stops it when all that was said was "%s"', (text) => {
		const talk = speaking('Well');
		voice(talk);
		for (const word of text.split(' ')) talk.send({ type: 'word', text: word });
		talk.steps(PARLEY.overlap.clearSteps, 1);
		talk.flushed(FLUSH_STEPS + LATE_STEPS + 1);
		expect(talk.effects).toContainEqual({ type: 'cancel', reply: 2, why: 'bargeIn' });
		expect(talk.log().at(-1)).toBe(`user: ${text}`);
	});

	it('is believed at once in the first seconds, where the answer has sounded and nothing of it came back', () => {
		const talk = new Talk(PARLEY);
		talk.send({ type: 'start', sttDelayMs: 500 });
		talk.send({ type: 'listening' });
		talk.send({ type: 'started', reply: 1 });
		talk.send({ type: 'heard', reply: 1, text: 'Hello' });
		talk.steps(PARLEY.skipSteps + 8, 1);
		expect(of(talk.steps(1, 0), 'pause')).toHaveLength(1);
		talk.steps(7, 0);
		expect(talk.send({ type: 'word', text: 'Pizza' })).toContainEqual({ type: 'cancel', reply: 1, why: 'bargeIn' });
	});

	it('is not believed in the first seconds where the answer was never heard alone, but for a word that says so', () => {
		const talk = new Talk(PARLEY);
		talk.send({ type: 'start', sttDelayMs: 500 });
		talk.send({ type: 'listening' });
		talk.send({ type: 'started', reply: 1 });
		talk.send({ type: 'heard', reply: 1, text: 'Hello' });
		talk.steps(PARLEY.skipSteps + 8, 0.1);
		expect(of(talk.send({ type: 'word', text: 'Pizza' }), 'cancel')).toEqual([]);
		expect(of(talk.send({ type: 'word', text: 'Stop!' }), 'cancel')).toHaveLength(1);
	});

	it('is its own echo: words that were just heard never stop it, one misheard among them neither', () => {
		const talk = speaking('The', ' weather', ' in', ' the', ' mountains', ' is', ' fine');
		talk.words('weather', 'in', 'ze', 'mountains');
		expect(of(talk.effects, 'cancel')).toEqual([]);
		expect(talk.name).toBe('speaking');
	});

	it('does not leave it silent when the STT stops stepping', () => {
		const talk = speaking('Well');
		talk.steps(1, 0);
		expect(of(talk.wait(PARLEY.overlap.limitMs), 'resume')).toHaveLength(1);
	});

	it('is believed the less, the more often it was nothing; a clear voice and its words always are', () => {
		const talk = speaking('Well');
		const faint = PARLEY.bargeInBelow - 0.05;
		for (let times = 0; times < PARLEY.overlap.falseAlarms; times++) {
			expect(of(talk.steps(1, faint), 'pause')).toHaveLength(1);
			talk.steps(PARLEY.overlap.clearSteps, 1);
			talk.flushed(FLUSH_STEPS + 1);
		}
		expect(talk.steps(3, faint)).toEqual([]);
		expect(of(talk.steps(8, 0), 'pause')).toHaveLength(1);
		expect(talk.send({ type: 'word', text: 'Stop!' })).toContainEqual({ type: 'cancel', reply: 2, why: 'bargeIn' });
	});

	it('does not flutter: what makes it duck for nothing makes it duck a few times, and no more', () => {
		const talk = speaking('Well');
		expect(of(talk.steps(100, PARLEY.overlap.duckBelow - 0.1), 'duck').length).toBeLessThanOrEqual(2);
		expect(talk.name).toBe('speaking');
	});
});

it('takes what was said into the last words of an answer for the next turn', () => {
	const talk = speaking('Single', ' or', ' return?');
	voice(talk);
	talk.send({ type: 'word', text: 'Okay' });
	talk.send({ type: 'replyDone', reply: 2, outcome: 'complete', audible: true, retryAfterMs: null });
	talk.send({ type: 'drained', reply: 2 });
	expect(talk.name).toBe('hearing');
	expect(talk.log().at(-1)).toBe('user: Okay');
});
