import { describe, expect, it } from 'vitest';
import { PARLEY } from './options.ts';
import { initialState } from './state.ts';
import { greeted, Talk } from './testing/talk.ts';
import { tracked, type VoiceTrack } from './voice-track.ts';

const of = (effects: readonly { type: string }[], type: string) => effects.filter((effect) => effect.type === type);

/** An answer sounds in a room that gave its first words back. */
function echoing(...heard: string[]): Talk {
	const talk = greeted(PARLEY);
	talk.words('Why?');
	talk.steps(1, 1);
	talk.flushed(8);
	talk.send({ type: 'started', reply: talk.reply });
	for (const text of heard) talk.send({ type: 'heard', reply: talk.reply, text });
	talk.steps(4, 0.3);
	talk.words(...heard.slice(0, 2));
	talk.steps(30, 0.7);
	return talk;
}

/** A conversation whose greeting sounds, with the pause head just past its noise. */
function greeting(): Talk {
	const talk = new Talk(PARLEY);
	talk.send({ type: 'start', sttDelayMs: 500 });
	talk.send({ type: 'listening' });
	talk.send({ type: 'started', reply: 1 });
	talk.send({ type: 'heard', reply: 1, text: 'Good' });
	talk.send({ type: 'heard', reply: 1, text: ' morning' });
	talk.steps(PARLEY.skipSteps, 1);
	return talk;
}

it('is bounded, and counts the steps since the assistant sounded', () => {
	let track: VoiceTrack = [];
	for (let i = 0; i < 500; i++)
		track = tracked(track, { ...initialState(PARLEY), name: 'speaking', paused: i >= 490 }, 0.5);
	expect(track.length).toBeLessThan(60);
	expect(track.slice(-11).map(({ silentSteps }) => silentSteps)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
});

describe('a word finds the voice that said it', () => {
	it('where a flush pushed it out sooner', () => {
		const talk = echoing('It', ' was', ' eight');
		talk.steps(1, 0.1);
		expect(talk.state.paused).toBe(true);
		// Said on while nothing sounded: no echo, though it is a word of the answer.
		talk.steps(4, 0.1);
		talk.steps(PARLEY.overlap.clearSteps, 1);
		talk.flushed(6);
		expect(talk.send({ type: 'word', text: 'eight' })).toContainEqual({ type: 'cancel', reply: 2, why: 'bargeIn' });
		expect(talk.log().at(-1)).toBe('user: eight');
	});

	it('where lost time held everything back and let it arrive at once', () => {
		const talk = echoing('It', ' was', ' eight');
		talk.send({ type: 'replyDone', reply: 2, outcome: 'complete', audible: true, retryAfterMs: null });
		talk.send({ type: 'drained', reply: 2 });
		talk.steps(10, 1);
		talk.wait(1500);
		for (let i = 0; i < 5; i++) talk.send({ type: 'step', pause: 0 });
		for (let i = 0; i < 6; i++) talk.send({ type: 'step', pause: 1 });
		talk.words('Which');
		expect(talk.log().at(-1)).toBe('user: Which');
	});

	it('and not one of some time ago: the echo of a later word is one', () => {
		const talk = echoing('It', ' was', ' eight');
		talk.steps(1, 0.1);
		talk.steps(5, 0.1);
		talk.send({ type: 'word', text: 'okay' });
		talk.steps(PARLEY.overlap.clearSteps, 1);
		talk.flushed(15);
		expect(talk.name).toBe('speaking');
		talk.steps(10, 0.7);
		talk.send({ type: 'heard', reply: 2, text: ' o’clock' });
		talk.steps(12, 0.7);
		expect(of(talk.send({ type: 'word', text: "o'clock" }), 'cancel')).toEqual([]);
	});
});

describe('a voice that falls silent', () => {
	it('waits for a late word of somebody who surely spoke', () => {
		const talk = echoing('Well');
		talk.steps(6, 0);
		const flushed = talk.steps(PARLEY.overlap.clearSteps, 1).find((effect) => effect.type === 'silence');
		expect(flushed).toEqual({ type: 'silence', frames: 14 });
		expect(of(talk.flushed(12), 'resume')).toEqual([]);
		expect(talk.send({ type: 'word', text: 'Wait!' })).toContainEqual({ type: 'cancel', reply: 2, why: 'bargeIn' });
	});

	it('is how somebody is heard in the first seconds, whatever the room gives back', () => {
		const talk = greeting();
		expect(of(talk.steps(1, 0.05), 'pause')).toHaveLength(1);
		// The echo dies away: it goes on softly, so that a voice over it is heard as one.
		talk.steps(1, 0.4);
		talk.steps(PARLEY.overlap.clearSteps, 1);
		expect(talk.flushed(9).slice(-2)).toEqual([{ type: 'resume' }, { type: 'duck', gain: PARLEY.overlap.duckGain }]);
		talk.steps(2, 0.75);
		expect(of(talk.steps(1, 0.05), 'pause')).toHaveLength(1);
		talk.steps(10, 0.05);
		expect(talk.send({ type: 'word', text: 'morning' })).toContainEqual({ type: 'cancel', reply: 1, why: 'bargeIn' });
	});

	it('speaks up again once nothing of the soft voice comes back, which says nothing about the loud one', () => {
		const talk = greeting();
		talk.steps(1, 0.05);
		talk.steps(1, 0.4);
		talk.steps(PARLEY.overlap.clearSteps, 1);
		talk.flushed(9);
		expect(of(talk.steps(8, 1), 'resume')).toHaveLength(1);
		expect(talk.state.soft).toBe(false);
		talk.steps(3, 0.7);
		expect(of(talk.send({ type: 'word', text: 'morning' }), 'cancel')).toEqual([]);
	});
});

it('an echo of the word that it fell silent in comes after it went on', () => {
	const talk = echoing('Lay', ' the', ' ground', ' and', ' push');
	talk.steps(10, 0);
	talk.send({ type: 'word', text: 'Mm-hm.' });
	talk.steps(PARLEY.overlap.clearSteps, 1);
	talk.flushed(15);
	expect(talk.name).toBe('speaking');
	talk.steps(9, 0.7);
	talk.words('push', 'push');
	expect(of(talk.effects, 'cancel')).toEqual([]);
});

it('a misheard echo that may become a backchannel and does not is none of the person’s words', () => {
	const talk = greeting();
	talk.steps(3, 0.05);
	talk.send({ type: 'word', text: 'my' });
	talk.steps(PARLEY.overlap.clearSteps, 1);
	talk.flushed(9);
	expect(of(talk.effects, 'cancel')).toEqual([]);
	expect(talk.name).toBe('speaking');
});

it('what began before the answer did is no reaction to it', () => {
	const talk = greeted(PARLEY);
	talk.words('Carrots');
	talk.steps(1, 1);
	talk.flushed(8);
	talk.wait(1200);
	expect(talk.name).toBe('thinking');
	talk.steps(1, 0.3);
	talk.send({ type: 'started', reply: talk.reply });
	talk.send({ type: 'heard', reply: talk.reply, text: 'So' });
	talk.steps(9, 0);
	expect(talk.send({ type: 'word', text: 'yes' })).toContainEqual({ type: 'cancel', reply: 2, why: 'bargeIn' });
	expect(talk.log().slice(-2)).toEqual(['assistant: So—', 'user: yes']);
});

it('what was said while listening is not lost when more follows, however much later', () => {
	const talk = echoing('Well');
	talk.steps(6, 0);
	talk.send({ type: 'word', text: 'Yes,' });
	talk.steps(PARLEY.overlap.clearSteps, 1);
	talk.flushed(15);
	expect(talk.name).toBe('speaking');
	talk.steps(30, 0.9);
	talk.steps(10, 0);
	talk.send({ type: 'word', text: 'stop' });
	expect(talk.log().at(-1)).toBe('user: Yes, stop');
});
