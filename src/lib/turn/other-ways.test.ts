import { describe, expect, it } from 'vitest';
import { PARLEY } from './options.ts';
import { greeted } from './testing/talk.ts';

const replies = (effects: readonly { type: string }[]) => effects.filter((effect) => effect.type === 'reply').length;

describe('the talk key', () => {
	it('that was only tapped asks nobody anything', () => {
		const talk = greeted();
		talk.send({ type: 'push', down: true });
		talk.send({ type: 'push', down: false });
		expect(replies(talk.flushed(10))).toBe(0);
		expect(talk.name).toBe('waiting');
	});

	it('ends the turn when it comes up, with the words that were still on their way', () => {
		const talk = greeted();
		talk.send({ type: 'push', down: true });
		talk.steps(20, 1);
		expect(talk.name).toBe('hearing');
		talk.send({ type: 'push', down: false });
		talk.words('Now.');
		expect(replies(talk.flushed(10))).toBe(1);
		expect(talk.log()).toContain('user: Now.');
	});
});

describe('what is typed', () => {
	it('is a turn of its own, answered at once', () => {
		const talk = greeted();
		expect(replies(talk.send({ type: 'text', text: 'Hello in writing' }))).toBe(1);
		expect(talk.log()).toContain('user: Hello in writing');
	});

	it('stops the answer', () => {
		const talk = greeted(PARLEY);
		talk.send({ type: 'text', text: 'Tell me.' });
		talk.send({ type: 'started', reply: talk.reply });
		talk.send({ type: 'heard', reply: talk.reply, text: 'Once' });
		expect(talk.send({ type: 'text', text: 'Never mind.' })[0]).toMatchObject({ type: 'cancel', why: 'bargeIn' });
		expect(talk.log().slice(-2)).toEqual(['assistant: Once—', 'user: Never mind.']);
	});

	it('belongs to what is being said', () => {
		const talk = greeted(PARLEY);
		talk.words('My name is');
		talk.send({ type: 'text', text: 'Siobhán.' });
		expect(talk.log().at(-1)).toBe('user: My name is Siobhán.');
	});
});

describe('"let me finish" and "go on"', () => {
	it('hold the turn through any pause, and end it without one', () => {
		const talk = greeted(PARLEY);
		talk.send({ type: 'hold', on: true });
		talk.words('I think', 'that');
		expect(replies(talk.steps(100, 1))).toBe(0);
		expect(talk.name).toBe('hearing');
		talk.send({ type: 'go' });
		expect(replies(talk.flushed(10))).toBe(1);
	});

	it('taken in the middle of a pause, hold it too', () => {
		const talk = greeted(PARLEY);
		talk.words('I think', 'that');
		talk.steps(1, 1);
		talk.flushed(8);
		expect(talk.name).toBe('holding');
		talk.send({ type: 'hold', on: true });
		expect(replies(talk.wait(60_000))).toBe(0);
		expect(talk.name).toBe('hearing');
	});
});

it('patience is a factor on the waits', () => {
	const waits = [0.6, 1, 1.8].map((factor) => {
		const talk = greeted(PARLEY);
		talk.send({ type: 'patience', factor });
		talk.words('I think', 'that');
		talk.steps(1, 1);
		const pausedAtMs = talk.nowMs;
		talk.flushed(8);
		return (talk.wakeAtMs ?? 0) - pausedAtMs;
	});
	expect(waits.map((ms) => ms / (waits[1] ?? 1))).toEqual([0.6, 1, 1.8].map((factor) => expect.closeTo(factor, 6)));
});

it('a muted microphone is asked for nothing', () => {
	const talk = greeted(PARLEY);
	talk.send({ type: 'mute', muted: true });
	expect(talk.wait(60_000)).toEqual([]);
	talk.send({ type: 'mute', muted: false });
	expect(talk.wait(PARLEY.silenceMs)).toContainEqual({ type: 'remember', role: 'user', text: '...' });
});
