import { describe, expect, it } from 'vitest';
import { encodeMoshi, encodeOggOpus } from '../protocol/moshi.ts';
import { decodeClientMessage, encodeSession, type RelayMessage } from '../protocol/session.ts';
import { pagesOf, pauseOf, SessionClient } from './session-client.ts';
import { FakeSocket } from './testing/fake-socket.ts';

const WELCOME: RelayMessage = {
	type: 'welcome',
	session: 's',
	version: 1,
	relay: 'r',
	stt: { name: 'stt', embedded: false, recognises: true, delayS: 0.5 },
	llm: { name: 'llm', embedded: false },
	tts: { name: 'tts', embedded: false }
};

function open(token?: string): { client: SessionClient; socket: FakeSocket; hear: (bytes: Uint8Array) => void } {
	const socket = new FakeSocket();
	const more = token === undefined ? {} : { token };
	const client = new SessionClient({ url: 'ws://host', connect: () => socket, readyLimitMs: 60_000, ...more });
	return { client, socket, hear: (bytes) => socket.say(new Uint8Array(bytes).buffer) };
}

describe('a session client', () => {
	it('says hello, and is ready once it is welcome', async () => {
		const { client, socket, hear } = open('a token of 16 ch');
		socket.open();
		expect(socket.binaryType).toBe('arraybuffer');
		const [hello] = socket.sent;
		expect(hello instanceof Uint8Array && decodeClientMessage(hello)).toMatchObject({
			ok: true,
			value: { type: 'hello', version: 1, token: 'a token of 16 ch' }
		});
		expect(client.state).toBe('connecting');
		const heard: string[] = [];
		client.on('welcome', ({ session }) => heard.push(session));
		hear(encodeSession(WELCOME));
		expect(heard).toEqual(['s']);
		expect(await client.ready).toBe(true);
		client.close();
	});

	it('hears a problem before the welcome, and that it was closed', async () => {
		const { client, socket, hear } = open();
		socket.open();
		const codes: string[] = [];
		client.on('problem', ({ code }) => codes.push(code));
		hear(
			encodeSession({
				type: 'problem',
				fault: 'client',
				code: 'unauthorized',
				retry: 'never',
				retryAfterMs: 0,
				detail: ''
			})
		);
		socket.vanish(4401);
		expect(codes).toEqual(['unauthorized']);
		expect(await client.ready).toBe(false);
		expect(await client.ended).toEqual({ why: 'closed_there', code: 4401, reason: '' });
	});

	it.each<[string, unknown]>([
		['text', '{}'],
		['bytes that are no message', new Uint8Array([0xc1]).buffer],
		['a message of no type that there is', encodeSession({ type: 'hello', version: 1, client: 'x' }).buffer],
		['a message larger than any', new ArrayBuffer((1 << 20) + 1)]
	])('ends over %s', async (_name, data) => {
		const { client, socket } = open();
		socket.open();
		socket.say(data);
		expect(await client.ended).toMatchObject({ why: 'bad_message' });
	});
});

describe("an upstream's frame", () => {
	it('is a pause of 0 to 1, or no step', () => {
		const step = (prs: number[]) =>
			({ type: 'step', frame: encodeMoshi({ type: 'Step', step_idx: 0, prs, buffered_pcm: 0 }) }) as const;
		expect(pauseOf(step([0, 0, 0.75, 0]))).toBe(0.75);
		expect(pauseOf(step([0, 0, 7, 0]))).toBe(1);
		expect(pauseOf(step([]))).toBe(0);
		expect(pauseOf({ type: 'step', frame: encodeMoshi({ type: 'Ready' }) })).toBeNull();
		expect(pauseOf({ type: 'step', frame: new Uint8Array(0) })).toBeNull();
	});

	it('is pages of sound, or none', () => {
		const audio = (frame: Uint8Array<ArrayBuffer>) => ({ type: 'replyAudio', reply: 1, frame }) as const;
		expect(pagesOf(audio(encodeOggOpus(Uint8Array.of(1, 2, 3))))).toEqual(Uint8Array.of(1, 2, 3));
		expect(pagesOf(audio(encodeMoshi({ type: 'Ready' })))).toEqual(new Uint8Array(0));
	});
});
