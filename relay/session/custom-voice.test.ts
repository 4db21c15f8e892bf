import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MAX_MESSAGE_BYTES } from '../../src/lib/protocol/msgpack.ts';
import { isCustomName } from '../voices/name.ts';
import { voiceMessage } from '../voices/testing/cloning-server.ts';
import { answer } from '../upstream/testing/chat-server.ts';
import type { MoshiClient } from '../upstream/testing/moshi-server.ts';
import {
	READY,
	parrot,
	replyHouse,
	request,
	sound,
	spoken,
	story,
	told,
	type ReplyHouse
} from './testing/reply-house.ts';
import type { TestTargets } from './testing/test-deps.ts';

const MINE = 'custom:00000000-0000-4000-8000-000000000001';
const GONE = 'custom:00000000-0000-4000-8000-000000000002';

const houses: ReplyHouse[] = [];
let kept: Map<string, Uint8Array>;
let lookups: string[];
beforeEach(() => {
	kept = new Map([[MINE, voiceMessage(64_000)]]);
	lookups = [];
});
afterEach(async () => {
	await Promise.all(houses.splice(0).map((house) => house.close()));
});

async function open(
	speak: (client: MoshiClient, number: number) => void = parrot,
	targets: TestTargets = {}
): Promise<ReplyHouse> {
	const lookup = async (name: string): Promise<Uint8Array | null> => {
		lookups.push(name);
		return kept.get(name) ?? null;
	};
	const house = await replyHouse((response) => answer(response, 'One', ' two', ' three', ' four.'), speak, {
		voices: { lookup },
		...targets
	});
	houses.push(house);
	return house;
}

const voiceOf = ({ request: { url = '' } }: MoshiClient): string | null =>
	new URL(url, 'ws://tts').searchParams.get('voice');
const problems = ({ browser }: ReplyHouse): string[] =>
	story(browser.received).filter((line) => line.startsWith('problem'));

describe('a reply in a cloned voice', () => {
	it('is spoken by a TTS that got the voice, byte for byte, before the first word, and no name', async () => {
		const house = await open();
		house.browser.say(request(1, { voice: MINE }));
		expect((await house.browser.next('replyDone')).outcome).toBe('complete');
		const client = house.tts.clients[0]!;
		expect(told(client)).toEqual(['Voice', 'One', ' two', ' three', ' four.', 'Eos']);
		expect(Buffer.from(client.received[0]!).equals(voiceMessage(64_000))).toBe(true);
		expect(voiceOf(client)).toBeNull();
		expect(problems(house)).toEqual([]);
	});

	it('is spoken though the voice is as large as any may be', async () => {
		// A message that ends in one long array, filled up to the limit.
		kept.set(MINE, voiceMessage(209_000));
		expect(kept.get(MINE)?.byteLength).toBeGreaterThan(MAX_MESSAGE_BYTES * 0.99);
		const house = await open();
		house.browser.say(request(1, { voice: MINE }));
		expect((await house.browser.next('replyDone')).outcome).toBe('complete');
		expect(told(house.tts.clients[0])[0]).toBe('Voice');
	});

	it('may have its voice connected ahead: one connection, and the voice is there already', async () => {
		const house = await open();
		house.browser.say({ type: 'prepare', voice: MINE });
		while (house.tts.clients.length === 0) await new Promise(setImmediate);
		await house.tts.clients[0]!.messages(1);
		expect(told(house.tts.clients[0])).toEqual(['Voice']);
		house.browser.say(request(1, { voice: MINE }));
		await house.browser.next('replyDone');
		expect(told(house.tts.clients[0])).toEqual(['Voice', 'One', ' two', ' three', ' four.', 'Eos']);
		expect([house.tts.attempts(), lookups]).toEqual([1, [MINE]]);
	});

	it('keeps its voice where another TTS has to go on', async () => {
		const house = await open((client, number) => {
			if (number > 1) return parrot(client);
			client.send(READY, sound(0));
			// Voice, then two words: then it dies.
			void client.messages(3).then(() => {
				client.send(sound(1), spoken('One', 0));
				client.socket.terminate();
			});
		});
		house.browser.say(request(1, { voice: MINE }));
		expect((await house.browser.next('replyDone')).outcome).toBe('complete');
		expect(house.tts.clients.map((client) => told(client)[0])).toEqual(['Voice', 'Voice']);
		expect(problems(house).filter((line) => line.includes('voice_gone'))).toEqual([]);
	});
});

describe('a reply in a cloned voice that is gone', () => {
	it('is spoken all the same, in the relay’s own voice, and the person is told once', async () => {
		const house = await open();
		house.browser.say(request(1, { voice: GONE }));
		expect((await house.browser.next('replyDone')).outcome).toBe('complete');
		const client = house.tts.clients[0]!;
		expect(told(client)).toEqual(['One', ' two', ' three', ' four.', 'Eos']);
		expect(voiceOf(client)).toBe('default.wav');
		expect(problems(house)).toEqual(['problem 1 tts voice_gone']);
		expect(house.lines.join()).not.toContain(GONE);
	});

	it('is told of where the voice was connected ahead, though nobody was told then', async () => {
		const house = await open();
		house.browser.say({ type: 'prepare', voice: GONE });
		while (house.tts.clients.length === 0) await new Promise(setImmediate);
		expect(problems(house)).toEqual([]);
		house.browser.say(request(1, { voice: GONE }));
		await house.browser.next('replyDone');
		expect(problems(house)).toEqual(['problem 1 tts voice_gone']);
		expect(house.tts.attempts()).toBe(1);
	});

	it('is told of only once it is meant', async () => {
		const house = await open();
		house.browser.say(request(1, { voice: GONE, speculative: true }));
		await house.browser.next('replyWritten');
		while (house.tts.clients.length === 0) await new Promise(setImmediate);
		const client = house.tts.clients[0]!;
		client.socket.ping();
		await new Promise((resolve) => client.socket.once('pong', resolve));
		expect(problems(house)).toEqual([]);
		house.browser.say({ type: 'commit', reply: 1 });
		await house.browser.next('replyDone');
		expect(problems(house)).toEqual(['problem 1 tts voice_gone']);
	});

	it('is never asked of a TTS by its name, where nobody keeps voices either', async () => {
		const house = await replyHouse((response) => answer(response, 'Yes.'));
		houses.push(house);
		house.browser.say(request(1, { voice: GONE }));
		expect((await house.browser.next('replyDone')).outcome).toBe('complete');
		for (const client of house.tts.clients) expect(isCustomName(voiceOf(client) ?? '')).toBe(false);
		expect(problems(house)).toEqual(['problem 1 tts voice_gone']);
	});

	it('costs nothing where it is cancelled while the voice is looked for', async () => {
		let found: (voice: Uint8Array | null) => void = () => undefined;
		const lookup = (): Promise<Uint8Array | null> => new Promise((resolve) => (found = resolve));
		const house = await open(parrot, { voices: { lookup } });
		house.browser.say(request(1, { voice: MINE }));
		house.browser.say({ type: 'cancel', reply: 1 });
		expect((await house.browser.next('replyDone')).outcome).toBe('cancelled');
		found(null);
		house.browser.say(request(2));
		expect((await house.browser.next('replyDone', 2)).outcome).toBe('complete');
		expect(house.tts.attempts()).toBe(1);
		expect(problems(house)).toEqual([]);
	});
});
