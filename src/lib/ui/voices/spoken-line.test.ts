import { beforeEach, describe, expect, it } from 'vitest';
import { encodeOggOpus, encodeMoshi } from '../../protocol/moshi.ts';
import { problem } from '../../protocol/problems.ts';
import { replyAudioHead, withBin } from '../../protocol/session.ts';
import { FakeRelay } from '../../session/worker/testing/fake-relay.ts';
import { FakeTime } from '../../session/worker/testing/fake-time.ts';
import { speakLine } from './spoken-line.ts';

let relay: FakeRelay;
let time: FakeTime;
let heard: string[];
beforeEach(() => {
	relay = new FakeRelay();
	time = new FakeTime();
	heard = [];
});

const speak = (voice: string | null = 'en-female', token: string | null = null): (() => void) =>
	speakLine(
		{ voice, language: 'fr', text: 'Bonjour.' },
		{ url: 'ws://relay/v1/session', token, connect: relay.connect, nowMs: time.now, later: time.later },
		{
			page: (bytes) => heard.push(`page ${[...bytes].join()}`),
			over: (whole) => heard.push(whole ? 'whole' : 'broken off')
		}
	);
const audio = (reply: number, ...bytes: number[]) =>
	withBin(replyAudioHead(reply), encodeOggOpus(Uint8Array.from(bytes)));

describe('a line', () => {
	it('is asked for in its voice, word for word, and its pages come in order', () => {
		speak('en-female', 'a code');
		relay.last.welcome();
		expect(relay.last.of('hello')).toMatchObject([{ language: 'fr', token: 'a code' }]);
		expect(relay.last.of('reply')).toMatchObject([{ voice: 'en-female', begin: 'Bonjour.', written: true }]);
		relay.last.say({ type: 'replyWord', reply: 1, text: 'Bonjour.' });
		relay.last.sayBytes(audio(1, 1, 2));
		relay.last.sayBytes(audio(2, 9));
		relay.last.sayBytes(withBin(replyAudioHead(1), encodeMoshi({ type: 'Ready' })));
		relay.last.sayBytes(audio(1, 3));
		relay.last.say({ type: 'replyDone', reply: 1, outcome: 'complete' });
		expect(heard).toEqual(['page 1,2', 'page 3', 'whole']);
		expect(relay.last.closedWith).toBe(1000);
		time.advance(60_000);
		expect(heard).toHaveLength(3);
	});

	it('in no voice of its own leaves the choice to the relay', () => {
		speak(null);
		relay.last.welcome();
		expect(relay.last.of('reply')[0]).not.toHaveProperty('voice');
	});

	it('is not said by another voice where its own is gone', () => {
		speak('custom:gone');
		relay.last.welcome();
		relay.last.say({ ...problem('tts', 'voice_gone'), type: 'problem', reply: 1 });
		relay.last.sayBytes(audio(1, 1));
		relay.last.say({ type: 'replyDone', reply: 1, outcome: 'complete' });
		expect(heard).toEqual(['broken off']);
		expect(relay.last.closedWith).toBe(1000);
	});

	it('that cannot be had says so once: refused, failed, lost, or never answered', () => {
		speak();
		relay.last.open();
		relay.last.say({ ...problem('client', 'unauthorized'), type: 'problem' });
		relay.last.vanish();
		expect(heard).toEqual(['broken off']);

		speak();
		relay.last.welcome();
		relay.last.say({ type: 'replyDone', reply: 1, outcome: 'failed' });
		relay.last.vanish();
		expect(heard).toEqual(['broken off', 'broken off']);

		speak();
		relay.last.welcome();
		time.advance(15_000);
		expect(heard).toHaveLength(3);
		expect(relay.last.closedWith).toBe(1000);
		time.advance(60_000);
		expect(heard).toHaveLength(3);
	});

	it('that is given up is not heard of again', () => {
		const giveUp = speak();
		relay.last.welcome();
		giveUp();
		relay.last.sayBytes(audio(1, 1));
		relay.last.say({ type: 'replyDone', reply: 1, outcome: 'complete' });
		time.advance(60_000);
		expect(heard).toEqual([]);
		expect(relay.last.closedWith).toBe(1000);
	});
});
