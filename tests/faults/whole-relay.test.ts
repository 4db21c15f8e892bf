/**
 * What a transport has its own way with, against whole relays on either: a browser that reads too slowly or not at all, and
 * one that is gone in mid-handshake.
 */
import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SLOW_MS } from '../../relay/session/flow.ts';
import { stream } from '../../relay/session/testing/reply-house.ts';
import { serveChat, type ChatServer } from '../../relay/upstream/testing/chat-server.ts';
import { serveMoshi, type MoshiClient, type MoshiServer } from '../../relay/upstream/testing/moshi-server.ts';
import { oggOpusData } from '../../src/lib/protocol/moshi.ts';
import { CLOSE } from '../../src/lib/protocol/problems.ts';
import { SESSION_PATH, SESSION_SUBPROTOCOL } from '../../src/lib/protocol/session.ts';
import {
	isImpossible,
	killRelays,
	sessionsDownTo,
	startRelay,
	TRANSPORTS,
	type RelayProcess
} from './support/relay-process.ts';
import { MAX_BUFFERED_BYTES } from './support/relay-in-process.ts';
import { Talker } from './support/talker.ts';

/** As in `slow-reader.test.ts`: more than any kernel holds between the two of them. */
const FRAME_BYTES = 32_000;
const FRAMES = 1500;

/** The `n`th of the voice: an array of small numbers, up to two bytes each. */
function soundOf(n: number): Uint8Array<ArrayBuffer> {
	const data = new Uint8Array(FRAME_BYTES / 2).fill(0xee);
	new DataView(data.buffer).setUint32(n % (data.length - 4), n);
	return data;
}

/** The number of the first frame that is not the voice's, or null. */
function firstBroken(frames: readonly { readonly frame: Uint8Array }[]): number | null {
	const at = frames.findIndex(({ frame }, n) => {
		const sound = oggOpusData(frame);
		return sound === null || Buffer.compare(sound, soundOf(n)) !== 0;
	});
	return at < 0 ? null : at;
}

function flood({ send, socket }: MoshiClient): void {
	send({ type: 'Ready' });
	socket.on('message', (data: Buffer) => {
		if (!data.includes('Eos')) return;
		for (let i = 0; i < FRAMES; i++) send({ type: 'OggOpus', data: soundOf(i) });
		socket.close();
	});
}

/** The voice cannot get rid of its sound any more. */
async function stuck({ socket }: MoshiClient): Promise<void> {
	for (let before = -1; socket.bufferedAmount === 0 || socket.bufferedAmount !== before;) {
		before = socket.bufferedAmount;
		await new Promise((resolve) => setTimeout(resolve, 200));
	}
}

const HANDSHAKE = [
	`GET ${SESSION_PATH} HTTP/1.1`,
	'Host: 127.0.0.1',
	'Connection: Upgrade',
	'Upgrade: websocket',
	'Sec-WebSocket-Version: 13',
	'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
	`Sec-WebSocket-Protocol: ${SESSION_SUBPROTOCOL}`,
	'\r\n'
].join('\r\n');

describe.each(TRANSPORTS)('on %s', (transport) => {
	const impossible = isImpossible(transport);
	if (impossible !== null) return it.skip(`cannot be tried: ${impossible}`);

	let tts: MoshiServer;
	let llm: ChatServer;
	let relay: RelayProcess;
	beforeAll(async () => {
		const content = 'Very well then. '.repeat(20);
		llm = await serveChat((response) =>
			stream(response).end(`data: {"choices":[{"delta":{"content":"${content}"}}]}\n\ndata: [DONE]\n\n`)
		);
		tts = await serveMoshi(flood);
		const env = { TTS_URL: tts.url, STT_URL: tts.url, LLM_URL: llm.url, LLM_MODEL: 'm', LLM_CONTEXT_TOKENS: '100000' };
		relay = await startRelay({ ...env, HANDSHAKES_PER_MINUTE: '0' }, transport);
	}, 60_000);
	afterAll(async () => {
		killRelays();
		await relay.ended;
		await Promise.all([tts.close(), llm.close()]);
	});

	async function asks(): Promise<{ readonly talker: Talker; readonly voice: MoshiClient }> {
		const talker = await Talker.welcome(relay.url);
		const messages = [{ role: 'user' as const, content: 'Go on.' }];
		talker.say({ type: 'reply', reply: 1, messages, temperature: 0, speculative: false });
		await talker.next('replyAudio');
		const voice = tts.clients.at(-1);
		if (voice === undefined) throw new Error('no voice');
		return { talker, voice };
	}
	const buffered = async (): Promise<number> => {
		const text = await (await fetch(`${relay.url}/metrics`)).text();
		return Number(/^parley_buffered_bytes (\d+)/m.exec(text)?.[1]);
	};
	const freed = async (voice: MoshiClient): Promise<void> => {
		await voice.gone;
		await sessionsDownTo(relay, 0);
		expect(relay.said()).not.toContain('internal error');
	};

	it('a browser that stops reading makes the voice wait, in a bounded buffer, and hears every frame once it reads again', async () => {
		const { talker, voice } = await asks();
		talker.pause();
		await stuck(voice);
		expect(voice.socket.bufferedAmount).toBeGreaterThan((FRAME_BYTES * FRAMES) / 4);
		let bytes = 0;
		while (bytes === 0) bytes = await buffered();
		expect(bytes).toBeLessThan(MAX_BUFFERED_BYTES / 2);
		talker.resume();
		expect((await talker.next('replyDone')).outcome).toBe('complete');
		const heard = talker.of('replyAudio');
		expect([heard.length, firstBroken(heard), talker.codes()]).toEqual([FRAMES, null, []]);
		talker.close();
		await freed(voice);
	}, 20_000);

	it('one that reads nothing at all is let go and told, and may come back', async () => {
		const { talker, voice } = await asks();
		talker.pause();
		const sinceMs = performance.now();
		await freed(voice);
		expect(performance.now() - sinceMs).toBeGreaterThan(SLOW_MS - 1000);
		expect(await buffered()).toBe(0);
		talker.resume();
		expect(await talker.closed()).toEqual({ code: CLOSE.tryAgainLater, reason: 'too_slow' });
		expect([firstBroken(talker.of('replyAudio')), talker.codes()]).toEqual([null, ['too_slow']]);
		const again = await asks();
		expect((await again.talker.next('replyDone')).outcome).toBe('complete');
		again.talker.close();
		await freed(again.voice);
	}, 30_000);

	it('one that is gone in mid-handshake, after any number of its bytes, or right after it, leaves nothing', async () => {
		const dial = async (): Promise<Socket> => {
			const socket = connect(Number(new URL(relay.url).port), '127.0.0.1');
			socket.on('error', () => undefined);
			await once(socket, 'connect');
			return socket;
		};
		for (let length = 0; length <= HANDSHAKE.length; length += 3) {
			const socket = await dial();
			if (length > 0) await new Promise((resolve) => socket.write(HANDSHAKE.slice(0, length), resolve));
			if (length % 2 === 0) socket.resetAndDestroy();
			else socket.destroy();
		}
		for (let i = 0; i < 5; i++) {
			const socket = await dial();
			socket.write(HANDSHAKE);
			await once(socket, 'data');
			socket.resetAndDestroy();
		}
		await sessionsDownTo(relay, 0);
		const another = await Talker.welcome(relay.url);
		expect(another.codes()).toEqual([]);
		another.close();
		await sessionsDownTo(relay, 0);
		expect(relay.said()).not.toContain('internal error');
	});
});
