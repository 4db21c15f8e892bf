import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CLOSE } from '../../src/lib/protocol/problems.ts';
import { DEFAULT_API_KEY } from '../../src/lib/protocol/moshi.ts';
import type { Engine } from '../embedded/engine.ts';
import { startTtsEngine } from '../embedded/tts/engine.ts';
import type { Synthesiser } from '../embedded/tts/synthesiser.ts';
import { answer, serveChat, type ChatServer } from '../upstream/testing/chat-server.ts';
import type { MoshiClient } from '../upstream/testing/moshi-server.ts';
import { createSessions } from './index.ts';
import { FakeClock } from './testing/fake-clock.ts';
import { READY, parrot, replyHouse, request, sound, story, told, type ReplyHouse } from './testing/reply-house.ts';
import { TestBrowser } from './testing/test-browser.ts';
import { testDeps } from './testing/test-deps.ts';

const houses: ReplyHouse[] = [];
afterEach(async () => {
	await Promise.all(houses.splice(0).map((house) => house.close()));
});

/** An LLM that says "Yes." and a voice, both scripted. */
async function open(speak: (client: MoshiClient, number: number) => void = parrot): Promise<ReplyHouse> {
	const house = await replyHouse((response) => answer(response, 'Yes.'), speak);
	houses.push(house);
	return house;
}

const tick = (): Promise<void> => new Promise(setImmediate);

/** The TTS has let `count` clients in. */
async function connected({ tts }: ReplyHouse, count = 1): Promise<MoshiClient> {
	while (tts.clients.length < count) await tick();
	return tts.clients[count - 1]!;
}

/** …and everything it sent to that client so far, `Ready` first, was read. */
async function ready(house: ReplyHouse, count = 1): Promise<MoshiClient> {
	const client = await connected(house, count);
	client.socket.ping();
	await new Promise((resolve) => client.socket.once('pong', resolve));
	return client;
}

describe('a prepared voice', () => {
	it('is taken over by the next reply: one connection, and nothing of what it sent is lost', async () => {
		const house = await open();
		const { browser, tts, clock } = house;
		browser.say({ type: 'prepare' });
		await ready(house);
		browser.say(request(1));
		expect((await browser.next('replyDone')).outcome).toBe('complete');
		expect(tts.attempts()).toBe(1);
		expect(told(tts.clients[0])).toEqual(['Yes.', 'Eos']);
		expect(story(browser.received).filter((line) => line.startsWith('audio'))).toEqual(['audio 1:0', 'audio 1:1']);
		await house.freed();
		expect(clock.pending()).toBe(1); // the session's own idle timer
	});

	it('spares the first sound the connecting: it comes though nobody else would be let in', async () => {
		const house = await open((client, number) => number === 1 && parrot(client));
		house.browser.say({ type: 'prepare', voice: 'v.wav' });
		expect((await ready(house)).request.url).toContain('voice=v.wav');
		house.browser.say(request(1, { voice: 'v.wav' }));
		await house.browser.next('replyAudio', 2);
		expect(house.tts.attempts()).toBe(1);
	});

	it('is taken over while it still connects, and by a speculative reply, which says nothing before its commit', async () => {
		let letIn: () => void = () => undefined;
		const house = await open((client) => (letIn = () => parrot(client)));
		const { browser, tts } = house;
		browser.say({ type: 'prepare' });
		await connected(house);
		browser.say(request(1, { speculative: true }));
		await browser.next('replyWord');
		letIn();
		await browser.next('replyAudio');
		expect(told(tts.clients[0])).toEqual([]);
		browser.say({ type: 'commit', reply: 1 });
		expect((await browser.next('replyDone')).outcome).toBe('complete');
		expect(tts.attempts()).toBe(1);
	});

	it('is freed with the reply that took it over, ready or not', async () => {
		for (const isReady of [true, false]) {
			const house = await open((client) => isReady && parrot(client));
			house.browser.say({ type: 'prepare' });
			const client = await (isReady ? ready(house) : connected(house));
			house.browser.say(request(1, { speculative: true }));
			house.browser.say({ type: 'cancel', reply: 1 });
			await client.gone;
			expect(story(house.browser.received).filter((line) => /^(problem|done)/.test(line))).toEqual([
				'done 1 cancelled'
			]);
		}
	});

	it('is asked for again and again and stays one connection, which lasts from the last time', async () => {
		const house = await open();
		const { browser, clock, tts } = house;
		browser.say({ type: 'prepare' });
		await ready(house);
		clock.advance(19_000);
		browser.say({ type: 'prepare', voice: 'default.wav' }); // the relay's own by name
		clock.advance(19_000);
		browser.say(request(1));
		await browser.next('replyDone');
		expect(tts.attempts()).toBe(1);
	});

	it('makes room for another one, and is let go in its turn', async () => {
		const house = await open();
		house.browser.say({ type: 'prepare', voice: 'one' });
		const one = await ready(house);
		house.browser.say({ type: 'prepare', voice: 'two' });
		await one.gone;
		const two = await ready(house, 2);
		expect(two.request.url).toContain('voice=two');
		house.clock.advance(20_000);
		await two.gone;
		expect(house.clock.pending()).toBe(1);
		expect(house.browser.received.map(({ type }) => type)).toEqual(['welcome']);
	});

	it('that died before it was used is not used, and is prepared anew where it is asked for', async () => {
		const house = await open((client, number) => (number < 3 ? client.send(READY) : parrot(client)));
		const { browser, tts } = house;
		browser.say({ type: 'prepare' });
		for (const number of [1, 2]) {
			const client = await ready(house, number);
			client.socket.close(1011);
			await client.gone;
			await tick();
			if (number === 1) browser.say({ type: 'prepare' });
		}
		browser.say(request(1));
		await browser.next('replyDone');
		expect(tts.attempts()).toBe(3);
		expect(story(browser.received).at(-1)).toBe('done 1 complete');
		expect(browser.of('problem')).toEqual([]);
	});

	it('that talks without end before anybody listens is dropped', async () => {
		const house = await open((client, number) => {
			if (number > 1) return parrot(client);
			client.send(READY);
			for (let i = 0; i < 200; i++) client.send(sound(i));
		});
		house.browser.say({ type: 'prepare' });
		await (
			await connected(house)
		).gone;
		house.browser.say(request(1));
		await house.browser.next('replyDone');
		expect(story(house.browser.received).filter((line) => line.startsWith('audio'))).toEqual([
			'audio 1:0',
			'audio 1:1'
		]);
	});

	it('lets a flood of them be stopped like any other that opens connections', async () => {
		const { browser } = await open();
		for (let i = 0; i < 20 && browser.closedWith === null; i++) browser.say({ type: 'prepare', voice: `${i}.wav` });
		expect(await browser.closed()).toEqual({ code: CLOSE.tooFast, reason: 'too_fast' });
	});

	it('comes after hello', async () => {
		const { sessions, clock } = await open();
		const timers = clock.pending();
		const early = new TestBrowser(sessions);
		early.say({ type: 'prepare' });
		expect(early.of('problem')).toMatchObject([{ fault: 'client', code: 'out_of_order' }]);
		early.vanish();
		expect(clock.pending()).toBe(timers);
	});
});

describe('the TTS engine', () => {
	const mute: Synthesiser = {
		name: 'mute',
		voices: () => [],
		speak: (text) =>
			Promise.resolve({ pcm: new Float32Array(2400), words: [{ text: text.trim(), startS: 0, stopS: 0.1 }] })
	};
	let tts: Engine;
	let llm: ChatServer;
	let browser: TestBrowser;
	let clock: FakeClock;

	beforeAll(async () => {
		tts = await startTtsEngine({ synthesiser: mute, speed: 50 });
		llm = await serveChat((response) => answer(response, 'Yes.'));
	});
	afterAll(() => Promise.all([tts.close(), llm.close()]));
	beforeEach(() => {
		clock = new FakeClock();
		const keys = { stt: '', tts: DEFAULT_API_KEY, llm: '' };
		browser = new TestBrowser(createSessions(testDeps({ tts: tts.url, llm: llm.url, clock, keys }).deps));
		browser.hello();
	});
	afterEach(async () => {
		browser.vanish();
		tts.setFault(null);
		await used(0);
		expect(clock.pending()).toBe(0);
	});

	/** Resolves when so many slots are taken; the test's own time-out is the judge of never. */
	async function used(slots: number): Promise<void> {
		while (tts.usedSlots() !== slots) await new Promise((resolve) => setTimeout(resolve, 2));
	}

	it('has its slot back when nobody wants the voice in time', async () => {
		browser.say({ type: 'prepare' });
		await used(1);
		clock.advance(19_999);
		await tick();
		expect(tts.usedSlots()).toBe(1);
		clock.advance(1);
		await used(0);
		expect(browser.closedWith).toBeNull();
	});

	it('has its slot back when the session ends', async () => {
		browser.say({ type: 'prepare' });
		await used(1);
		browser.vanish();
		await used(0);
	});

	it('has the slot of a voice back that the next reply does not want', async () => {
		browser.say({ type: 'prepare', voice: 'one' });
		await used(1);
		browser.say(request(1, { voice: 'two' }));
		await browser.next('replyDone');
		await used(0);
		expect(story(browser.received).at(-1)).toBe('done 1 complete');
	});

	it('is full while preparing: nobody is told, and the reply works once it has healed', async () => {
		tts.setFault('full');
		browser.say({ type: 'prepare' });
		while (clock.pending() > 1) await new Promise((resolve) => setTimeout(resolve, 2)); // it has given up
		expect(browser.of('problem')).toEqual([]);
		tts.setFault(null);
		browser.say(request(1));
		await browser.next('replyDone');
		expect(story(browser.received).filter((line) => /^(problem|done)/.test(line))).toEqual(['done 1 complete']);
	});

	it('is full when the reply takes the preparation over, which then tries again itself', async () => {
		tts.setFault('full');
		browser.say({ type: 'prepare' });
		browser.say(request(1, { speculative: true }));
		await browser.next('replyWord');
		tts.setFault(null);
		browser.say({ type: 'commit', reply: 1 });
		expect((await browser.next('replyDone')).outcome).toBe('complete');
		expect(browser.of('problem')).toEqual([]);
	});
});
