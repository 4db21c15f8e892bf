import { afterEach, describe, expect, it } from 'vitest';
import { decodeTtsIn, encodeMoshi, type TtsOut } from '../../src/lib/protocol/moshi.ts';
import type { UpstreamError } from './failure.ts';
import { serveMoshi, type MoshiServer } from './testing/moshi-server.ts';
import { connectTts, type TtsConnectOptions, type TtsLeg } from './tts.ts';

const servers: MoshiServer[] = [];
const controllers: AbortController[] = [];
afterEach(async () => {
	for (const controller of controllers.splice(0)) controller.abort();
	await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function serve(...script: Parameters<typeof serveMoshi>): Promise<MoshiServer> {
	const server = await serveMoshi(...script);
	servers.push(server);
	return server;
}

function connect(server: MoshiServer, options: Partial<TtsConnectOptions> = {}): Promise<TtsLeg> {
	const controller = new AbortController();
	controllers.push(controller);
	const all = { voice: 'a voice/é.wav', signal: controller.signal, timeoutMs: 5000, ...options };
	return connectTts({ url: server.url, apiKey: 'key' }, all);
}

interface Heard {
	readonly events: (string | Uint8Array)[];
	readonly ended: Promise<UpstreamError | null>;
}
function listen(leg: TtsLeg): Heard {
	const events: (string | Uint8Array)[] = [];
	const ended = new Promise<UpstreamError | null>((resolve) => {
		leg.start({
			audio: (frame) => events.push(Uint8Array.from(frame)),
			text: (text, startS, stopS) => events.push(`${text} ${startS}–${stopS}`),
			ended: resolve
		});
	});
	return { events, ended };
}

const READY: TtsOut = { type: 'Ready' };
const sound = (...bytes: number[]): TtsOut => ({ type: 'OggOpus', data: Uint8Array.from(bytes) });
const word = (text: string): TtsOut => ({ type: 'Text', text, start_s: 0.5, stop_s: 1 });

describe('connectTts', () => {
	it('asks for the voice, the format and the guidance, with its key in the header only', async () => {
		const server = await serve((client) => client.send(READY));
		await connect(server);
		const { url, headers } = server.clients[0]!.request;
		const target = new URL(url!, 'http://x');
		expect(target.pathname).toBe('/api/tts_streaming');
		expect(Object.fromEntries(target.searchParams)).toEqual({
			voice: 'a voice/é.wav',
			format: 'OggOpusMessagePack',
			cfg_alpha: '1.5'
		});
		expect(headers['kyutai-api-key']).toBe('key');
	});

	it('asks for no voice where there is none', async () => {
		const server = await serve((client) => client.send(READY));
		await connect(server, { voice: '' });
		expect(server.clients[0]!.request.url).not.toContain('voice');
	});

	it('drops the messages of an earlier client that come before Ready, and keeps those that come with it', async () => {
		const strays = Array.from({ length: 10 }, (_, i) => (i % 2 === 0 ? sound(i) : word('theirs')));
		const server = await serve((client) => client.send(...strays, READY, sound(1), word(''), word('mine'), sound(2)));
		const { events } = listen(await connect(server));
		while (events.length < 3) await new Promise(setImmediate);
		expect(events).toEqual([encodeMoshi(sound(1)), 'mine 0.5–1', encodeMoshi(sound(2))]);
	});
});

describe('TtsLeg', () => {
	it('sends words and one Eos, stays until the server closes, and is then complete', async () => {
		const server = await serve((client) => client.send(READY));
		const leg = await connect(server);
		const { events, ended } = listen(leg);
		leg.say('Hello');
		leg.say(' there.');
		leg.finish();
		leg.finish();
		const [client] = server.clients;
		const received = await client!.messages(3);
		expect(received.map((bytes) => decodeTtsIn(bytes))).toEqual([
			{ ok: true, value: { type: 'Text', text: 'Hello' } },
			{ ok: true, value: { type: 'Text', text: ' there.' } },
			{ ok: true, value: { type: 'Eos' } }
		]);
		client!.send(sound(7), word('Hello'));
		client!.socket.close(); // without a code, as moshi-server does
		expect(await ended).toBeNull();
		expect(events).toEqual([encodeMoshi(sound(7)), 'Hello 0.5–1']);
		expect(client!.received.length).toBe(3);
	});

	it('is lost where the server closes properly before it was told that the text is over', async () => {
		const server = await serve((client) => client.send(READY));
		const leg = await connect(server);
		const { ended } = listen(leg);
		leg.say('Hello');
		server.clients[0]!.socket.close(1000);
		expect((await ended)?.code).toBe('lost');
	});

	it('is lost where the connection is cut after Eos: the last words were never spoken', async () => {
		const server = await serve((client) => client.send(READY));
		const leg = await connect(server);
		const { ended } = listen(leg);
		leg.say('Hello');
		leg.finish();
		await server.clients[0]!.messages(2);
		server.clients[0]!.socket.terminate();
		expect((await ended)?.code).toBe('lost');
	});

	it.each([
		['bytes of no message', Uint8Array.of(0xc1, 0xc1)],
		['raw audio', encodeMoshi({ type: 'Audio', pcm: [0, 0] })],
		['a word of the other protocol', encodeMoshi({ type: 'Word', text: 'x', start_time: 0 })],
		['an Error', { type: 'Error', message: 'the model fell over' }]
	] as const)('%s in mid-reply is protocol', async (_name, message) => {
		const server = await serve((client) => client.send(READY, sound(1)));
		const { events, ended } = listen(await connect(server));
		server.clients[0]!.send(message, sound(2));
		expect((await ended)?.code).toBe('protocol');
		expect(events).toEqual([encodeMoshi(sound(1))]);
	});

	it('aborting it says goodbye at once: the slot is free, nothing more is heard', async () => {
		const server = await serve((client) => client.send(READY));
		const controller = new AbortController();
		const leg = await connect(server, { signal: controller.signal });
		const { events } = listen(leg);
		leg.say('A long story');
		controller.abort();
		server.clients[0]!.send(sound(1));
		expect(await server.clients[0]!.gone).toBe(1000);
		expect(events).toEqual([]);
	});
});
