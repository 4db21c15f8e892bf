import { describe, expect, it } from 'vitest';
import { UNMUTE } from './options.ts';
import { greeted, Talk } from './testing/talk.ts';

const replies = (effects: readonly { type: string }[]) => effects.filter((effect) => effect.type === 'reply').length;

describe('the beginning', () => {
	it('asks for ears first, and greets once it has them', () => {
		const talk = new Talk();
		expect(talk.send({ type: 'start', sttDelayMs: 500 })).toEqual([{ type: 'listen' }]);
		expect(talk.send({ type: 'listening' })).toContainEqual({
			type: 'reply',
			reply: 1,
			first: true,
			speculative: false
		});
		expect(talk.name).toBe('thinking');
	});

	it('does not greet again when the STT comes back', () => {
		const talk = greeted();
		talk.send({ type: 'deaf', retryAfterMs: 100 });
		expect(talk.wait(100)).toEqual([{ type: 'listen' }]);
		expect(replies(talk.send({ type: 'listening' }))).toBe(0);
	});
});

describe('an STT that keeps going away', () => {
	/** How long it is not asked, each time it goes away. */
	const waits = (talk: Talk, times: number, retryAfterMs: number): number[] =>
		Array.from({ length: times }, () => {
			talk.send({ type: 'deaf', retryAfterMs });
			const waitMs = (talk.state.listenAtMs ?? Infinity) - talk.nowMs;
			talk.wait(waitMs);
			talk.send({ type: 'listening' });
			return waitMs;
		});

	it('is asked less and less often, though it takes each stream, until it has heard something', () => {
		const talk = greeted();
		expect(waits(talk, 7, 250)).toEqual([250, 500, 1000, 2000, 4000, UNMUTE.listenLimitMs, UNMUTE.listenLimitMs]);
		talk.steps(1, 1);
		expect(waits(talk, 1, 250)).toEqual([250]);
	});

	it('is waited for as long as the relay asks', () => {
		expect(waits(greeted(), 2, 60_000)).toEqual([60_000, 60_000]);
	});
});

describe('the end of a turn', () => {
	it('waits for a pause, flushes the delay through, and asks for the answer', () => {
		const talk = greeted();
		talk.words('How');
		talk.steps(5, 0.1);
		talk.words('are', 'you?');
		expect(talk.name).toBe('hearing');
		expect(talk.steps(1, 0.9)).toEqual([{ type: 'silence', frames: Math.ceil(500 / 80) + 1 }]);
		expect(talk.name).toBe('flushing');
		expect(talk.flushed(6)).toEqual([]);
		expect(talk.flushed(1)).toContainEqual({ type: 'reply', reply: 2, first: false, speculative: false });
		expect(talk.log()).toEqual(['assistant: Hello there.', 'user: How are you?']);
	});

	it('keeps the words that come out during the flush', () => {
		const talk = greeted();
		talk.words('one');
		talk.steps(2, 1);
		talk.words('two');
		talk.flushed(8);
		expect(talk.log()).toContain('user: one two');
		expect(talk.reply).toBe(2);
	});

	it('is not over after the first word, though the pause head still says silence', () => {
		const talk = greeted();
		expect(talk.state.pause).toBeGreaterThan(0.9);
		talk.words('Well');
		expect(talk.state.pause).toBe(0);
		talk.steps(1, 0.3);
		expect(talk.name).toBe('hearing');
	});

	it("does not begin with the STT's empty first word", () => {
		const talk = greeted();
		talk.words('', '  ');
		expect(talk.name).toBe('waiting');
	});

	it('ignores the noise of the first twelve steps of a stream', () => {
		const talk = new Talk();
		talk.send({ type: 'start', sttDelayMs: 500 });
		talk.send({ type: 'listening' });
		talk.steps(UNMUTE.skipSteps, 0);
		expect(talk.state.pause).toBe(1);
		talk.steps(1, 0);
		expect(talk.state.pause).toBeLessThan(0.01);
	});

	it('is answered even when the STT stops stepping in the middle of the flush', () => {
		const talk = greeted();
		talk.words('Hello?');
		talk.steps(1, 1);
		expect(replies(talk.wait(UNMUTE.flushLimitMs))).toBe(1);
	});

	it('is answered at once when the STT goes away during the flush', () => {
		const talk = greeted();
		talk.words('Hello?');
		talk.steps(1, 1);
		expect(replies(talk.send({ type: 'deaf', retryAfterMs: 100 }))).toBe(1);
	});
});

describe("the browser's own recogniser", () => {
	it('is waited for, and its words replace the marker', () => {
		const talk = greeted();
		talk.send({ type: 'recogniser', active: true });
		talk.words('[speech]');
		talk.steps(1, 1);
		expect(replies(talk.flushed(20))).toBe(0);
		talk.send({ type: 'transcript', text: 'What time is it?' });
		expect(replies(talk.flushed(1))).toBe(1);
		expect(talk.log()).toContain('user: What time is it?');
	});

	it('is not waited for where nothing was said', () => {
		const talk = greeted();
		talk.send({ type: 'recogniser', active: true });
		talk.wait(UNMUTE.silenceMs);
		talk.steps(1, 1);
		expect(replies(talk.flushed(8))).toBe(1);
	});

	it('is not waited for longer than its limit', () => {
		const talk = greeted();
		talk.send({ type: 'recogniser', active: true });
		talk.words('[speech]');
		talk.steps(1, 1);
		talk.flushed(8);
		expect(replies(talk.wait(UNMUTE.transcriptLimitMs - 1))).toBe(0);
		expect(replies(talk.wait(1))).toBe(1);
	});
});

describe('barge-in', () => {
	const speaking = (heard: string) => {
		const talk = greeted();
		talk.words('Tell', 'me.');
		talk.steps(1, 1);
		talk.flushed(8);
		talk.send({ type: 'started', reply: 2 });
		talk.send({ type: 'heard', reply: 2, text: heard });
		return talk;
	};

	it('happens at a word: the sound stops, the history ends where it was heard', () => {
		const talk = speaking('Once upon');
		expect(talk.send({ type: 'word', text: 'Stop!' })[0]).toEqual({ type: 'cancel', reply: 2, why: 'bargeIn' });
		talk.send({ type: 'heard', reply: 2, text: ' a time' });
		talk.send({ type: 'drained', reply: 2 });
		expect(talk.name).toBe('hearing');
		expect(talk.log().slice(1)).toEqual(['user: Tell me.', 'assistant: Once upon—', 'user: Stop!']);
	});

	it('happens when the pause prediction falls', () => {
		const talk = speaking('Once');
		expect(talk.steps(1, 0.45)).toEqual([]);
		expect(talk.steps(1, 0.3)).toContainEqual({ type: 'cancel', reply: 2, why: 'bargeIn' });
		expect(talk.name).toBe('waiting');
	});

	it('happens before the answer sounds, too', () => {
		const talk = greeted();
		talk.words('Tell');
		talk.steps(1, 1);
		talk.flushed(8);
		talk.words('me');
		expect(talk.name).toBe('hearing');
		talk.steps(1, 1);
		talk.flushed(8);
		expect(talk.reply).toBe(3);
	});

	it('is not taken from the pause prediction in the first three seconds, but is from a word', () => {
		const talk = new Talk();
		talk.send({ type: 'start', sttDelayMs: 500 });
		talk.send({ type: 'listening' });
		talk.send({ type: 'started', reply: 1 });
		talk.steps(37, 0); // 2.96 s
		expect(talk.name).toBe('speaking');
		talk.words('Wait');
		expect(talk.name).toBe('hearing');
	});

	it('is taken from the pause prediction right after the first three seconds', () => {
		const talk = new Talk();
		talk.send({ type: 'start', sttDelayMs: 500 });
		talk.send({ type: 'listening' });
		talk.send({ type: 'started', reply: 1 });
		expect(talk.steps(38, 0)).toContainEqual({ type: 'cancel', reply: 1, why: 'bargeIn' }); // 3.04 s
	});
});

describe('silence', () => {
	it('of seven seconds is said in the person’s name and answered', () => {
		const talk = greeted();
		expect(talk.wait(UNMUTE.silenceMs - 1)).toEqual([]);
		expect(talk.wait(1)).toContainEqual({ type: 'remember', role: 'user', text: '...' });
		talk.steps(1, 1);
		talk.flushed(8);
		expect(talk.reply).toBe(2);
	});

	it('counts from the end of the answer, and not while somebody speaks', () => {
		const talk = greeted();
		talk.words('Hm');
		expect(talk.wait(60_000)).toEqual([]);
		talk.steps(1, 1);
		talk.flushed(8);
		talk.send({ type: 'started', reply: 2 });
		expect(talk.wait(60_000)).toEqual([]);
		talk.answered('Yes?');
		expect(talk.wakeAtMs).toBe(talk.nowMs + UNMUTE.silenceMs);
	});

	it('is nobody’s while the relay is away', () => {
		const talk = greeted();
		talk.send({ type: 'lost' });
		expect(talk.wait(60_000)).toEqual([]);
	});
});

describe('goodbye', () => {
	it('closes one second after it was heard, whatever the capitals', () => {
		const talk = greeted();
		talk.words('Goodbye');
		talk.steps(1, 1);
		talk.flushed(8);
		talk.answered('It was nice. BYE! ');
		expect(talk.name).toBe('leaving');
		expect(talk.wait(UNMUTE.goodbyeMs - 1)).toEqual([]);
		expect(talk.wait(1)).toEqual([{ type: 'close', why: 'goodbye' }]);
		expect(talk.name).toBe('over');
	});

	it.each([
		['**Bye!**', 'leaving'],
		['“Bye!”', 'leaving'],
		['« Bye! » _', 'leaving'],
		['Bye! *waves*', 'waiting'],
		['Bye!?', 'waiting']
	])('is told from what is shown: %s', (text, name) => {
		const talk = greeted();
		talk.words('Goodbye');
		talk.steps(1, 1);
		talk.flushed(8);
		talk.answered(text);
		expect(talk.name).toBe(name);
	});

	it('that was interrupted does not close', () => {
		const talk = greeted();
		talk.words('Goodbye');
		talk.steps(1, 1);
		talk.flushed(8);
		talk.send({ type: 'started', reply: 2 });
		talk.send({ type: 'heard', reply: 2, text: 'Bye!' });
		talk.words('No,', 'wait');
		talk.steps(1, 1);
		talk.flushed(8);
		talk.answered('Yes?');
		expect(talk.name).toBe('waiting');
	});
});

describe('an answer that fails', () => {
	const asked = () => {
		const talk = greeted();
		talk.words('Hello');
		talk.steps(1, 1);
		talk.flushed(8);
		return talk;
	};
	const failed = (talk: Talk, retryAfterMs: number | null) =>
		talk.send({ type: 'replyDone', reply: talk.reply, outcome: 'failed', audible: false, retryAfterMs });

	it('is asked for again, a bounded number of times', () => {
		const talk = asked();
		for (let attempt = 1; attempt < UNMUTE.replyAttempts; attempt++) {
			failed(talk, 500);
			expect(talk.wait(499)).toEqual([]);
			expect(replies(talk.wait(1))).toBe(1);
		}
		failed(talk, 500);
		expect(talk.name).toBe('waiting');
	});

	it('is asked for again although the worklet has nothing left to play of it', () => {
		const talk = asked();
		failed(talk, 500);
		talk.send({ type: 'drained', reply: 2 });
		expect(talk.name).toBe('thinking');
		expect(replies(talk.wait(500))).toBe(1);
	});

	it('is not asked for again where that would not help', () => {
		const talk = asked();
		failed(talk, null);
		expect(talk.name).toBe('waiting');
	});

	it('is said to its end when it failed after it began to sound', () => {
		const talk = asked();
		talk.send({ type: 'started', reply: 2 });
		talk.send({ type: 'heard', reply: 2, text: 'Half a' });
		talk.send({ type: 'replyDone', reply: 2, outcome: 'failed', audible: true, retryAfterMs: 500 });
		expect(talk.name).toBe('speaking');
		talk.send({ type: 'drained', reply: 2 });
		expect(talk.name).toBe('waiting');
	});
});

describe('the relay going away', () => {
	it('while thinking: the question is put again when it is back', () => {
		const talk = greeted();
		talk.words('Hello');
		talk.steps(1, 1);
		talk.flushed(8);
		expect(talk.send({ type: 'lost' })).toEqual([{ type: 'cancel', reply: 2, why: 'lost' }]);
		expect(talk.send({ type: 'back' })).toEqual([
			{ type: 'listen' },
			{ type: 'reply', reply: 3, first: false, speculative: false }
		]);
	});

	it('while speaking: what was received is heard, and marked as cut off', () => {
		const talk = greeted();
		talk.words('Hello');
		talk.steps(1, 1);
		talk.flushed(8);
		talk.send({ type: 'started', reply: 2 });
		talk.send({ type: 'heard', reply: 2, text: 'I was' });
		talk.send({ type: 'lost' });
		talk.send({ type: 'drained', reply: 2 });
		expect(talk.log().at(-1)).toBe('assistant: I was—');
		expect(talk.send({ type: 'back' })).toEqual([{ type: 'listen' }]);
	});

	it('while the person speaks: their words stay, and are answered afterwards', () => {
		const talk = greeted();
		talk.words('I', 'think');
		talk.send({ type: 'lost' });
		talk.send({ type: 'back' });
		talk.send({ type: 'listening' });
		talk.words('so');
		talk.steps(13, 1);
		talk.flushed(8);
		expect(talk.log().at(-1)).toBe('user: I think so');
		expect(talk.reply).toBe(2);
	});
});

it('cuts off what is being said when it is stopped', () => {
	const talk = greeted();
	talk.words('Hello');
	talk.steps(1, 1);
	talk.flushed(8);
	talk.send({ type: 'started', reply: 2 });
	talk.send({ type: 'heard', reply: 2, text: 'I was' });
	talk.send({ type: 'stop' });
	expect(talk.log().at(-1)).toBe('assistant: I was—');
});

it('stops in any state, and nothing happens after that', () => {
	const talk = greeted();
	expect(talk.send({ type: 'stop' })).toContainEqual({ type: 'close', why: 'stopped' });
	talk.words('Hello?');
	expect(talk.wait(60_000)).toEqual([]);
	expect(talk.name).toBe('over');
});
