/** Orders of events that are rare, and happen. */
import { describe, expect, it } from 'vitest';
import { PARLEY } from './options.ts';
import { greeted, Talk } from './testing/talk.ts';

const of = (effects: readonly { type: string }[], type: string) => effects.filter((effect) => effect.type === type);

/** The greeting was asked for and has not sounded; the pause head is past its noisy start. */
function beforeGreeting(nowMs = 0): Talk {
	const talk = new Talk(PARLEY);
	talk.nowMs = nowMs;
	talk.send({ type: 'start', sttDelayMs: 500 });
	talk.send({ type: 'listening' });
	talk.steps(13, 1);
	return talk;
}

function answering(talk = greeted(PARLEY)): Talk {
	talk.send({ type: 'text', text: 'Tell me.' });
	talk.send({ type: 'started', reply: talk.reply });
	talk.send({ type: 'heard', reply: talk.reply, text: 'Once upon a time' });
	return talk;
}

describe('the greeting', () => {
	it('is given all the same when a noise took it back before it sounded, as the first thing that is said', () => {
		const talk = beforeGreeting();
		expect(of(talk.steps(3, 0), 'cancel')).toHaveLength(1);
		const effects = [...talk.steps(1, 1), ...talk.flushed(8), ...talk.wait(5000)];
		expect(of(effects, 'reply')).toMatchObject([{ first: true }]);
	});

	it('that is broken into teaches nothing about the person’s pauses, whatever the clock says', () => {
		const talk = beforeGreeting(3_600_000);
		talk.steps(3, 0);
		expect(talk.name).toBe('hearing');
		expect(talk.state.learnedPauseMs).toBe(0);
	});

	it('is the first thing said when it is asked for again, too', () => {
		const talk = beforeGreeting();
		talk.send({ type: 'replyDone', reply: 1, outcome: 'failed', audible: false, retryAfterMs: 100 });
		expect(of(talk.wait(100), 'reply')).toMatchObject([{ reply: 2, first: true }]);
	});
});

describe('the person’s pauses', () => {
	it('are not learned from the time since the last one when a voice takes back what was typed', () => {
		const talk = greeted(PARLEY);
		talk.words('Why', 'is', 'that?');
		talk.steps(1, 1);
		talk.flushed(8);
		talk.answered('Because.');
		talk.steps(400, 1);
		talk.send({ type: 'text', text: 'And why that?' });
		talk.steps(3, 0);
		expect(talk.name).toBe('hearing');
		expect(talk.state.learnedPauseMs).toBe(0);
	});

	it('count for no more than the longest that makes a difference', () => {
		const talk = greeted(PARLEY);
		talk.words('I', 'like', 'it', 'but');
		talk.steps(1, 1);
		talk.flushed(8);
		talk.steps(20, 1);
		talk.wait(60_000);
		talk.steps(3, 0);
		expect(talk.state.learnedPauseMs).toBeLessThanOrEqual(
			PARLEY.endpoint.learnedLimitMs / PARLEY.endpoint.learnedShare
		);
	});
});

describe('the talk key', () => {
	it('that comes up while the answer sounds is up: the next turn ends with its pause', () => {
		const talk = greeted(PARLEY);
		talk.send({ type: 'push', down: true });
		talk.send({ type: 'text', text: 'In writing, then.' });
		talk.send({ type: 'started', reply: talk.reply });
		talk.send({ type: 'push', down: false });
		expect(talk.state.pushed).toBe(false);
	});

	it.each([
		['the STT goes away', { type: 'deaf', retryAfterMs: 500 }],
		['the relay goes and comes back', { type: 'lost' }]
	] as const)('that was only tapped asks nobody anything when %s', (_, event) => {
		const talk = greeted(PARLEY);
		const before = talk.reply;
		talk.send({ type: 'push', down: true });
		talk.send({ type: 'push', down: false });
		talk.send(event);
		if (event.type === 'lost') talk.send({ type: 'back' });
		expect(talk.name).toBe('waiting');
		expect(talk.reply).toBe(before);
	});

	it('that was only tapped asks nobody anything when the STT stops stepping', () => {
		const talk = greeted(PARLEY);
		const before = talk.reply;
		talk.send({ type: 'push', down: true });
		talk.send({ type: 'push', down: false });
		talk.wait(PARLEY.flushLimitMs);
		expect(talk.reply).toBe(before);
	});
});

it('"let me finish" is not answered with a question about the silence', () => {
	const talk = greeted(PARLEY);
	talk.send({ type: 'hold', on: true });
	expect(of(talk.wait(60_000), 'remember')).toEqual([]);
	talk.send({ type: 'hold', on: false });
	expect(of(talk.wait(PARLEY.silenceMs - 1), 'remember')).toEqual([]);
	expect(of(talk.wait(1), 'remember')).toHaveLength(1);
});

describe('an answer', () => {
	it('that ends while its pause was on the way is over: the next one can be paused again', () => {
		const talk = answering();
		talk.steps(1, 0);
		expect(talk.state.paused).toBe(true);
		talk.send({ type: 'drained', reply: talk.reply });
		expect(talk.name).toBe('waiting');
		expect(talk.state.paused).toBe(false);
		talk.steps(5, 1);
		expect(of(answering(talk).steps(1, 0), 'pause')).toHaveLength(1);
	});

	it('that was complete before it was committed to is not marked as interrupted', () => {
		const talk = greeted(PARLEY);
		talk.words('I', 'like', 'it', 'but');
		talk.steps(1, 1);
		talk.flushed(8);
		expect(talk.name).toBe('holding');
		const reply = talk.reply;
		talk.send({ type: 'replyDone', reply, outcome: 'complete', audible: true, retryAfterMs: null });
		talk.wait(5000);
		talk.send({ type: 'started', reply });
		talk.send({ type: 'heard', reply, text: 'So do I.' });
		talk.send({ type: 'drained', reply });
		expect(talk.log().at(-1)).toBe('assistant: So do I.');
	});

	it('is not given up for what a stream said before it was lost', () => {
		const talk = answering();
		talk.steps(1, 0);
		talk.send({ type: 'deaf', retryAfterMs: 0 });
		talk.send({ type: 'listening' });
		expect(of(talk.steps(PARLEY.skipSteps, 0), 'cancel')).toEqual([]);
	});
});

describe('an echo', () => {
	it('is known by what the voice said, not by what is shown', () => {
		const talk = answering();
		talk.send({ type: 'heard', reply: talk.reply, text: ' 3 km', spoken: ' three kilometres' });
		talk.words('three', 'kilometres');
		expect(of(talk.effects, 'cancel')).toEqual([]);
		expect(talk.state.aside.map(({ why }) => why)).toEqual(['echo', 'echo']);
	});

	it('is known as long after the words as a slow STT takes', () => {
		const talk = new Talk(PARLEY);
		talk.send({ type: 'start', sttDelayMs: 2500 });
		talk.send({ type: 'listening' });
		talk.send({ type: 'started', reply: 1 });
		talk.send({ type: 'heard', reply: 1, text: 'Welcome' });
		talk.wait(3500);
		talk.words('Welcome');
		expect(talk.name).toBe('speaking');
		expect(talk.state.aside).toMatchObject([{ why: 'echo' }]);
	});

	it('is known although the person spoke before the answer did', () => {
		const talk = greeted(PARLEY);
		talk.steps(12, 0);
		talk.words('Why?');
		talk.steps(1, 1);
		talk.flushed(8);
		talk.wait(200);
		talk.send({ type: 'started', reply: talk.reply });
		talk.send({ type: 'heard', reply: talk.reply, text: 'Because' });
		talk.steps(9, 1);
		talk.words('Because');
		expect(of(talk.effects, 'cancel')).toEqual([]);
	});

	it('that was misheard, where no voice was heard, is no turn after the answer either', () => {
		const talk = answering();
		talk.words('Once', 'upon');
		talk.send({ type: 'replyDone', reply: talk.reply, outcome: 'complete', audible: true, retryAfterMs: null });
		talk.send({ type: 'drained', reply: talk.reply });
		talk.words('tine');
		expect(talk.name).toBe('waiting');
	});
});
