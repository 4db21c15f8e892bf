/**
 * A browser that reads more slowly than a voice is made: the voice waits for it, within a bounded buffer. One that reads
 * nothing is told, let go, and comes back.
 */
import { afterEach, describe, expect, it } from 'vitest';
import { SLOW_MS } from '../../relay/session/flow.ts';
import { FakeClock } from '../../relay/session/testing/fake-clock.ts';
import { testDeps } from '../../relay/session/testing/test-deps.ts';
import { NO_WATCHER } from '../../relay/session/watcher.ts';
import { stream } from '../../relay/session/testing/reply-house.ts';
import { serveChat, type ChatServer } from '../../relay/upstream/testing/chat-server.ts';
import { serveMoshi, type MoshiClient, type MoshiServer } from '../../relay/upstream/testing/moshi-server.ts';
import { CLOSE } from '../../src/lib/protocol/problems.ts';
import type { ReplyRequest } from '../../src/lib/protocol/session.ts';
import { MAX_BUFFERED_BYTES, serveSessions, type RelayInProcess } from './support/relay-in-process.ts';
import { Talker } from './support/talker.ts';

/** The sound of a reply, in frames as large as they may be: more than any kernel holds between the two of them. */
const FRAME_BYTES = 32_000;
const FRAMES = 1500;
const TOTAL_BYTES = FRAME_BYTES * FRAMES;

const REPLY: ReplyRequest = {
	type: 'reply',
	reply: 1,
	messages: [{ role: 'user', content: 'Go on.' }],
	temperature: 0,
	speculative: false
};

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
	for (const close of closers.splice(0).reverse()) await close();
});

interface House {
	readonly relay: RelayInProcess;
	readonly clock: FakeClock;
	readonly tts: MoshiServer;
	readonly llm: ChatServer;
	/** What waits in the relay for the browser, at the most that it ever was when a frame was sent. */
	readonly mostBuffered: () => number;
	/** Resolves when the voice cannot get rid of its sound any more. */
	readonly stuck: (client: MoshiClient) => Promise<void>;
}

async function house(): Promise<House> {
	const clock = new FakeClock();
	const llm = await serveChat((response) => {
		// As many words as two minutes of sound may be.
		const content = 'Very well then. '.repeat(20);
		stream(response).end(`data: {"choices":[{"delta":{"content":"${content}"}}]}\n\ndata: [DONE]\n\n`);
	});
	const tts = await serveMoshi((client) => {
		client.send({ type: 'Ready' });
		client.socket.on('message', (data: Buffer) => {
			if (!data.includes('Eos')) return;
			for (let i = 0; i < FRAMES; i++) {
				const frame = new Uint8Array(FRAME_BYTES / 2); // an array of small numbers, up to two bytes each
				new DataView(frame.buffer).setUint32(0, i);
				client.send({ type: 'OggOpus', data: frame.fill(0xee, 4) });
			}
			client.socket.close();
		});
	});
	let most = 0;
	const { deps } = testDeps({
		llm: llm.url,
		tts: tts.url,
		clock,
		watch: {
			refused: () => undefined,
			session: ({ bufferedBytes }) => ({
				...NO_WATCHER,
				sentFrame: () => (most = Math.max(most, bufferedBytes()))
			})
		}
	});
	const relay = await serveSessions(deps);
	closers.push(
		() => llm.close(),
		() => tts.close(),
		() => relay.close()
	);
	const stuck = async ({ socket }: MoshiClient): Promise<void> => {
		// Its buffer leaves in one piece, so that it also stands still while all goes well: the relay's own must hold something.
		for (let before = -1; most === 0 || socket.bufferedAmount === 0 || socket.bufferedAmount !== before;) {
			before = socket.bufferedAmount;
			await new Promise((resolve) => setTimeout(resolve, 100));
		}
	};
	return { relay, clock, tts, llm, mostBuffered: () => most, stuck };
}

/** Everybody has let go: the voice, the model, the relay. */
async function freed({ relay, clock, tts, llm }: House): Promise<void> {
	await llm.idle();
	await Promise.all(tts.clients.map((client) => client.gone));
	while (relay.sessions.count() > 0) await new Promise((resolve) => setTimeout(resolve, 5));
	expect(clock.pending()).toBe(0);
}

describe('a browser that does not keep up', () => {
	it('makes the voice wait, in a bounded buffer, and hears every frame of it once it reads again', async () => {
		const made = await house();
		const talker = await Talker.welcome(made.relay.url);
		talker.say(REPLY);
		await talker.next('replyAudio');
		talker.pause();
		const [voice] = made.tts.clients;
		await made.stuck(voice!);
		expect(voice!.socket.bufferedAmount).toBeGreaterThan(TOTAL_BYTES / 4); // it is the voice that waits
		expect(made.mostBuffered()).toBeGreaterThan(0);
		expect(made.mostBuffered()).toBeLessThan(MAX_BUFFERED_BYTES / 2);
		made.clock.advance(SLOW_MS - 1);
		talker.resume();
		expect((await talker.next('replyDone')).outcome).toBe('complete');
		expect(talker.of('replyAudio').length).toBe(FRAMES);
		expect(made.mostBuffered()).toBeLessThan(MAX_BUFFERED_BYTES / 2);
		expect(talker.codes()).toEqual([]);
		talker.close();
		await freed(made);
	});

	it('is told and let go where it reads nothing: every slot is free at once, and it comes back and is answered', async () => {
		const made = await house();
		const talker = await Talker.welcome(made.relay.url);
		talker.say(REPLY);
		await talker.next('replyAudio');
		talker.pause();
		const [voice] = made.tts.clients;
		await made.stuck(voice!);
		made.clock.advance(SLOW_MS);
		// It has not read a byte since, and nothing of it is left but what the kernel holds.
		await freed(made);
		talker.resume();
		expect(await talker.closed()).toEqual({ code: CLOSE.tryAgainLater, reason: 'too_slow' });
		expect(talker.of('problem')).toMatchObject([
			{ fault: 'client', code: 'too_slow', retry: 'soon', retryAfterMs: 250 }
		]);
		expect(talker.heard.at(-1)).toMatchObject({ type: 'problem' }); // after all that was sent before
		expect(talker.of('replyAudio').length).toBeLessThan(FRAMES);

		const again = await Talker.welcome(made.relay.url);
		again.say(REPLY);
		expect((await again.next('replyDone')).outcome).toBe('complete');
		expect(again.of('replyAudio').length).toBe(FRAMES);
		again.close();
		await freed(made);
	});

	it('may vanish while the voice waits: every slot is free', async () => {
		const made = await house();
		const talker = await Talker.welcome(made.relay.url);
		talker.say(REPLY);
		await talker.next('replyAudio');
		talker.pause();
		await made.stuck(made.tts.clients[0]!);
		talker.vanish();
		await freed(made);
	});
});
