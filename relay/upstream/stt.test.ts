import { createServer, type AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { STT_PATH, decodeSttIn, encodeMoshi, type SttOut } from '../../src/lib/protocol/moshi.ts';
import { UpstreamError } from './failure.ts';
import { connectStt, type SttLeg } from './stt.ts';
import { serveMoshi, type MoshiClient, type MoshiServer } from './testing/moshi-server.ts';

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

function connect(
	server: { url: string },
	options: { timeoutMs?: number; maxBufferedBytes?: number } = {}
): Promise<SttLeg> {
	const controller = new AbortController();
	controllers.push(controller);
	return connectStt({ url: server.url, apiKey: 'key' }, { signal: controller.signal, timeoutMs: 5000, ...options });
}

const codeOf = (promise: Promise<unknown>): Promise<string> =>
	promise.then(
		() => 'connected',
		(error: unknown) => (error instanceof UpstreamError ? error.code : 'another error')
	);

type Event = readonly ['step', Uint8Array] | readonly ['word', string, number] | readonly ['endWord', number];
interface Heard {
	readonly events: Event[];
	readonly ended: Promise<UpstreamError>;
	/** How often it was told that it ended. */
	endings(): number;
}
function listen(leg: SttLeg): Heard {
	const events: Event[] = [];
	let endings = 0;
	const ended = new Promise<UpstreamError>((resolve) => {
		leg.start({
			step: (frame) => events.push(['step', Uint8Array.from(frame)]),
			word: (text, startS) => events.push(['word', text, startS]),
			endWord: (stopS) => events.push(['endWord', stopS]),
			ended: (cause) => {
				endings++;
				resolve(cause);
			}
		});
	});
	return { events, ended, endings: () => endings };
}

const READY: SttOut = { type: 'Ready' };
const step = (index: number): SttOut => ({ type: 'Step', step_idx: index, prs: [0.5, 0.25, 0, 1], buffered_pcm: 0 });
const ready = (client: MoshiClient): void => client.send(READY);

describe('connectStt', () => {
	it('shows its key in the header on the right route, and sends the head and pages as arrays of bytes', async () => {
		const server = await serve(ready);
		const leg = await connect(server);
		leg.sendHead(Uint8Array.of(1, 200, 3));
		leg.sendPage(Uint8Array.of(255, 0));
		const [client] = server.clients;
		const messages = await client!.messages(2);
		expect(messages.map((bytes) => decodeSttIn(bytes))).toEqual([
			{ ok: true, value: { type: 'OggOpus', data: Uint8Array.of(1, 200, 3) } },
			{ ok: true, value: { type: 'OggOpus', data: Uint8Array.of(255, 0) } }
		]);
		expect(messages[0]!.includes(0xc4)).toBe(false); // an array, not bin
		expect([client!.request.url, client!.request.headers['kyutai-api-key']]).toEqual([STT_PATH, 'key']);
	});

	it('ignores stray messages before Ready', async () => {
		const server = await serve((client) =>
			client.send(step(1), { type: 'Word', text: 'theirs', start_time: 1 }, READY)
		);
		const leg = await connect(server);
		const { events } = listen(leg);
		expect(events).toEqual([]);
	});

	it.each([
		['an Error of no free channels', [{ type: 'Error', message: 'no free channels' }], 'at_capacity'],
		['another Error', [{ type: 'Error', message: 'on fire' }], 'protocol'],
		['bytes of no message', [Uint8Array.of(0xc1, 0xc1)], 'protocol'],
		['strays without end', Array.from({ length: 40 }, (_, i) => step(i)), 'protocol'],
		['nothing at all', [], 'timed_out']
	] as const)('%s instead of Ready is %s', async (_name, messages, code) => {
		const server = await serve((client) => client.send(...messages));
		expect(await codeOf(connect(server, { timeoutMs: code === 'timed_out' ? 50 : 5000 }))).toBe(code);
		await server.clients[0]!.gone;
	});

	it('refuses a text message', async () => {
		const server = await serve((client) => client.socket.send('Ready'));
		expect(await codeOf(connect(server))).toBe('protocol');
	});

	it('is lost where the server closes before Ready', async () => {
		const server = await serve((client) => client.socket.close());
		expect(await codeOf(connect(server))).toBe('lost');
	});

	it.each([
		[401, 'unauthorized_upstream'],
		[404, 'not_found'],
		[503, 'at_capacity'],
		[500, 'protocol'],
		[302, 'protocol']
	])('HTTP %i instead of the upgrade is %s', async (status, code) => {
		const server = await serve(ready, () => status);
		expect(await codeOf(connect(server))).toBe(code);
	});

	it('says refused where nobody listens and where the connection is reset', async () => {
		const resets = createServer((socket) => socket.resetAndDestroy());
		await new Promise<void>((resolve) => resets.listen(0, '127.0.0.1', resolve));
		const url = `ws://127.0.0.1:${(resets.address() as AddressInfo).port}`;
		expect(await codeOf(connect({ url }))).toBe('refused');
		await new Promise((resolve) => resets.close(resolve));
		expect(await codeOf(connect({ url }))).toBe('refused');
	});

	it('says timed_out where the handshake is never answered, and hangs up', async () => {
		const hungUp = new Promise<void>((resolve) => {
			const mute = createServer((socket) => {
				socket.on('error', () => undefined);
				socket.on('close', () => mute.close(() => resolve()));
				socket.resume();
			});
			mute.listen(0, '127.0.0.1', () => {
				const url = `ws://127.0.0.1:${(mute.address() as AddressInfo).port}`;
				void codeOf(connect({ url }, { timeoutMs: 50 })).then((code) => expect(code).toBe('timed_out'));
			});
		});
		await hungUp;
	});

	it('says protocol, not more, for a key that no header can hold', async () => {
		const server = await serve(ready);
		const signal = new AbortController().signal;
		expect(await codeOf(connectStt({ url: server.url, apiKey: 'a\nb' }, { signal, timeoutMs: 5000 }))).toBe('protocol');
	});

	it('gives up at once when it is aborted, at every stage', async () => {
		const server = await serve((client, number) => (number === 2 ? ready(client) : undefined));
		const endpoint = { url: server.url, apiKey: '' };
		expect(await codeOf(connectStt(endpoint, { signal: AbortSignal.abort(), timeoutMs: 5000 }))).toBe('lost');
		const waiting = new AbortController();
		const first = codeOf(connectStt(endpoint, { signal: waiting.signal, timeoutMs: 5000 }));
		while (server.clients.length === 0) await new Promise(setImmediate);
		waiting.abort();
		expect(await first).toBe('lost');
		await server.clients[0]!.gone;
		const open = new AbortController();
		const leg = await connectStt(endpoint, { signal: open.signal, timeoutMs: 5000 });
		let told = false;
		leg.start({
			step: () => (told = true),
			word: () => (told = true),
			endWord: () => (told = true),
			ended: () => (told = true)
		});
		open.abort();
		expect(await server.clients[1]!.gone).toBe(1000);
		expect(told).toBe(false);
	});
});

describe('SttLeg', () => {
	it('passes steps on undecoded, words decoded, and drops the empty first word and markers', async () => {
		const server = await serve((client) => {
			client.send(READY, step(1), { type: 'Word', text: '', start_time: 0 }, { type: 'Marker', id: 1 });
			client.send({ type: 'Word', text: 'hello', start_time: 0.5 }, step(2), { type: 'EndWord', stop_time: 0.75 });
			client.socket.close();
		});
		// All of it came with Ready, before anybody could listen.
		const { events, ended } = listen(await connect(server));
		expect((await ended).code).toBe('lost');
		expect(events).toEqual([
			['step', encodeMoshi(step(1))],
			['word', 'hello', 0.5],
			['step', encodeMoshi(step(2))],
			['endWord', 0.75]
		]);
	});

	it.each([
		['bytes of no message', (client: MoshiClient) => client.send(Uint8Array.of(0xc1)), 'protocol'],
		[
			'an unknown type',
			(client: MoshiClient) => client.send(Uint8Array.of(0x81, 0xa4, 0x74, 0x79, 0x70, 0x65, 0xa1, 0x58)),
			'protocol'
		],
		[
			'a word without a time',
			(client: MoshiClient) => client.send(encodeMoshi({ type: 'Text', text: 'x', start_s: 0, stop_s: 0 })),
			'protocol'
		],
		[
			'a step of a million numbers',
			(client: MoshiClient) => client.send({ ...step(1), prs: new Array<number>(5000).fill(0) } as SttOut),
			'protocol'
		],
		['an Error', (client: MoshiClient) => client.send({ type: 'Error', message: 'the words so far' }), 'protocol'],
		['a frame beyond all limits', (client: MoshiClient) => client.send(new Uint8Array(100_000)), 'protocol'],
		['a text message', (client: MoshiClient) => client.socket.send('hello'), 'protocol'],
		['a cut connection', (client: MoshiClient) => client.socket.terminate(), 'lost'],
		['a server that goes away', (client: MoshiClient) => client.socket.close(1001), 'lost'],
		['a proper goodbye', (client: MoshiClient) => client.socket.close(1000), 'lost']
	] as const)('%s ends it once, as %s arrives', async (_name, misbehave, code) => {
		const server = await serve(ready);
		const leg = await connect(server);
		const heard = listen(leg);
		misbehave(server.clients[0]!);
		const cause = await heard.ended;
		expect(cause.code).toBe(code);
		expect(cause.message).not.toContain('words so far');
		expect(heard.events).toEqual([]);
		leg.sendPage(Uint8Array.of(1)); // harmless afterwards
		await server.clients[0]!.gone;
		expect(heard.endings()).toBe(1);
	});

	it('bounds what waits for a server that does not read', async () => {
		const server = await serve((client) => {
			ready(client);
			client.socket.pause();
		});
		const leg = await connect(server, { maxBufferedBytes: 100_000 });
		const { ended } = listen(leg);
		let over = false;
		void ended.then(() => (over = true));
		const page = new Uint8Array(5000);
		for (let i = 0; i < 100_000 && !over; i++) {
			leg.sendPage(page);
			if (i % 100 === 0) await new Promise(setImmediate);
		}
		expect((await ended).code).toBe('timed_out');
		server.clients[0]!.socket.resume();
		await server.clients[0]!.gone;
	});

	it('tells nothing that came after its end, even if all of it came at once', async () => {
		const server = await serve((client) =>
			client.send(READY, Uint8Array.of(0xc1), step(1), { type: 'EndWord', stop_time: 1 })
		);
		const { events, ended, endings } = listen(await connect(server));
		expect((await ended).code).toBe('protocol');
		await server.clients[0]!.gone;
		expect([events, endings()]).toEqual([[], 1]);
	});
});
