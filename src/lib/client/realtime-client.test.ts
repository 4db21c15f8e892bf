import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { encodeRealtimeServerEvent, type RealtimeServerOutput } from '../protocol/realtime.ts';
import { audioOf, RealtimeClient } from './realtime-client.ts';
import { endpoint } from './socket.ts';
import { FakeSocket } from './testing/fake-socket.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function open(): { client: RealtimeClient; socket: FakeSocket; asked: string[] } {
	const socket = new FakeSocket();
	const asked: string[] = [];
	const client = new RealtimeClient({
		url: 'ws://host',
		connect: (url, subprotocol) => {
			asked.push(url, subprotocol);
			return socket;
		},
		readyLimitMs: 1000,
		maxBufferedBytes: 100
	});
	return { client, socket, asked };
}
const event = (output: RealtimeServerOutput): string => encodeRealtimeServerEvent(output, 'event_1');

describe('a realtime client', () => {
	it('asks for the path and the subprotocol, and is ready once the socket is open', async () => {
		const { client, socket, asked } = open();
		expect(asked).toEqual(['ws://host/v1/realtime', 'realtime']);
		expect(client.state).toBe('connecting');
		socket.open();
		expect(await client.ready).toBe(true);
		expect(client.state).toBe('ready');
	});

	it('tells each event to who listens to its type, until they no longer do', () => {
		const { client, socket } = open();
		socket.open();
		const words: string[] = [];
		const off = client.on('response.text.delta', ({ delta }) => words.push(delta));
		client.on('response.audio.done', () => words.push('done'));
		socket.say(event({ type: 'response.text.delta', delta: 'one' }));
		socket.say(event({ type: 'response.audio.done' }));
		off();
		socket.say(event({ type: 'response.text.delta', delta: 'two' }));
		expect(words).toEqual(['one', 'done']);
	});

	it('sends events as JSON, and audio as base64', () => {
		const { client, socket } = open();
		expect(client.send({ type: 'response.create' })).toBe(false);
		socket.open();
		expect(client.send({ type: 'response.create' })).toBe(true);
		expect(client.append(Uint8Array.of(0x4f, 0x67, 0x67, 0x53))).toBe(true);
		expect(socket.sent).toEqual([
			'{"type":"response.create"}',
			'{"type":"input_audio_buffer.append","audio":"T2dnUw=="}'
		]);
	});

	it('gives audio back as bytes, and nothing for what is none', () => {
		const delta = (text: string) => ({ type: 'response.audio.delta', event_id: '', delta: text }) as const;
		expect(audioOf(delta('T2dnUw=='))).toEqual(Uint8Array.of(0x4f, 0x67, 0x67, 0x53));
		expect(audioOf(delta('?'))).toEqual(new Uint8Array(0));
	});

	it('passes over events of a newer server', () => {
		const { client, socket } = open();
		socket.open();
		socket.say('{"type":"rate_limits.updated"}');
		expect(client.state).toBe('ready');
	});

	it.each<[unknown, object]>([
		['no json', { code: 'invalid_json' }],
		['[]', { code: 'unknown_type', param: null }],
		['{"type":"response.text.delta"}', { code: 'invalid_field', param: 'delta' }],
		[new ArrayBuffer(3), { code: 'invalid_json' }],
		[null, { code: 'invalid_json' }]
	])('ends over %j', async (data, fault) => {
		const { client, socket } = open();
		socket.open();
		socket.say(data);
		expect(client.state).toBe('closed');
		expect(await client.ended).toMatchObject({ why: 'bad_message', fault });
		expect(socket.closedWith).toBe(1000);
	});

	it('says how it ended: here, there, or before it began', async () => {
		const here = open();
		here.socket.open();
		here.client.close();
		expect(await here.client.ended).toEqual({ why: 'closed_here' });

		const there = open();
		there.socket.open();
		there.socket.vanish(1011, 'too many');
		expect(await there.client.ended).toEqual({ why: 'closed_there', code: 1011, reason: 'too many' });

		const refused = open();
		refused.socket.fail();
		refused.socket.vanish();
		expect(await refused.client.ready).toBe(false);
		expect(await refused.client.ended).toEqual({ why: 'refused' });
	});

	it('does not wait for ever to be ready, and leaves no timer behind', async () => {
		const { client, socket } = open();
		vi.advanceTimersByTime(999);
		expect(client.state).toBe('connecting');
		vi.advanceTimersByTime(1);
		expect(await client.ended).toEqual({ why: 'never_ready' });
		expect(socket.closedWith).toBe(1000);
		// The handshake that comes after all opens nothing.
		socket.open();
		expect(client.state).toBe('closed');
		expect(client.send({ type: 'response.create' })).toBe(false);

		const ready = open();
		ready.socket.open();
		expect(vi.getTimerCount()).toBe(0);
	});

	it('leaves a server that does not read', async () => {
		const { client, socket } = open();
		socket.open();
		socket.bufferedAmount = 101;
		expect(client.send({ type: 'response.create' })).toBe(false);
		expect(await client.ended).toEqual({ why: 'too_slow' });
		expect(socket.sent).toEqual([]);
	});

	it('ends once and stays so, in whatever order things happen', async () => {
		const steps = ['open', 'say', 'garbage', 'fail', 'vanish', 'close', 'time', 'send'] as const;
		await fc.assert(
			fc.asyncProperty(fc.array(fc.constantFrom(...steps)), async (order) => {
				const { client, socket } = open();
				let isOver = false;
				for (const step of order) {
					if (step === 'open') socket.open();
					if (step === 'say') socket.say(event({ type: 'response.audio.done' }));
					if (step === 'garbage') socket.say('garbage');
					if (step === 'fail') socket.fail();
					if (step === 'vanish') socket.vanish();
					if (step === 'close') client.close();
					if (step === 'time') vi.advanceTimersByTime(1000);
					if (step === 'send') client.append(new Uint8Array(4));
					if (isOver) expect(client.state).toBe('closed');
					isOver = client.state === 'closed';
				}
				client.close();
				await client.ended;
				expect(vi.getTimerCount()).toBe(0);
			})
		);
	});
});

describe('an address', () => {
	it.each([
		['ws://host', 'ws://host/v1/realtime'],
		['http://host:8080/', 'ws://host:8080/v1/realtime'],
		['https://host/api', 'wss://host/api/v1/realtime'],
		['wss://host/v1/realtime?policy=parley', 'wss://host/v1/realtime?policy=parley'],
		['ws://host/?model=x', 'ws://host/v1/realtime?model=x']
	])('%s means %s', (address, url) => {
		expect(endpoint(address, '/v1/realtime')).toBe(url);
	});

	it('that is none throws at once, and leaves no timer', () => {
		expect(() => new RealtimeClient({ url: 'nonsense', connect: () => new FakeSocket() })).toThrow(TypeError);
		expect(vi.getTimerCount()).toBe(0);
	});
});
