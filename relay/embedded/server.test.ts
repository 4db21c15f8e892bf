import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { listenLoopback } from './loopback.ts';
import { serveSlots } from './server.ts';
import type { EngineClient, SlotService } from './server.ts';
import type { Engine, EngineOptions } from './engine.ts';

const PATH = '/api/test';
let engines: Engine[] = [];
afterEach(async () => {
	const open = engines;
	engines = [];
	for (const engine of open) await engine.close();
});

async function start(
	options: EngineOptions = {},
	service: Partial<SlotService> = {}
): Promise<{ engine: Engine; clients: EngineClient[] }> {
	const clients: EngineClient[] = [];
	const engine = await serveSlots(options, {
		type: 'test',
		path: PATH,
		quietMs: 20_000,
		open(client) {
			clients.push(client);
			return { message: (bytes) => client.sendContent(bytes) };
		},
		...service
	});
	engines.push(engine);
	return { engine, clients };
}

function dial(engine: Engine, query = '?auth_id=public_token', headers: Record<string, string> = {}): WebSocket {
	const socket = new WebSocket(`${engine.url}${PATH}${query}`, { headers });
	socket.on('error', () => undefined);
	return socket;
}
const opened = (socket: WebSocket): Promise<unknown> => new Promise((resolve) => socket.once('open', resolve));
const closed = (socket: WebSocket): Promise<number> => new Promise((resolve) => socket.once('close', resolve));
const received = (socket: WebSocket): Promise<Buffer> => new Promise((resolve) => socket.once('message', resolve));
const fetched = (engine: Engine, path: string): Promise<Response> => fetch(engine.url.replace('ws', 'http') + path);

describe('the face that the STT and TTS engines share', () => {
	it('answers build_info and modules_info without a key, with slots as strings', async () => {
		const { engine } = await start({ slots: 3 });
		expect((await fetched(engine, '/api/build_info')).status).toBe(200);
		const socket = dial(engine);
		await opened(socket);
		expect(await (await fetched(engine, '/api/modules_info')).json()).toEqual([
			{ type: 'test', path: PATH, used_slots: '1', total_slots: '3' }
		]);
		expect((await fetched(engine, PATH)).status).toBe(400);
		expect((await fetched(engine, '/elsewhere')).status).toBe(404);
	});

	it.each([
		['no key', '', {}, 401],
		['a wrong key', '?auth_id=wrong', {}, 401],
		['a wrong header beside a right query', '?auth_id=public_token', { 'kyutai-api-key': 'wrong' }, 401],
		['a right header', '', { 'kyutai-api-key': 'public_token' }, 101],
		['a right query', '?auth_id=public_token', {}, 101]
	])('judges %s before the upgrade', async (_name, query, headers, status) => {
		const { engine } = await start();
		const socket = dial(engine, query, headers);
		const answer = await new Promise((resolve) => {
			socket.once('open', () => resolve(101));
			socket.once('unexpected-response', (_request, response) => {
				resolve(response.statusCode);
				socket.terminate();
			});
		});
		expect(answer).toBe(status);
	});

	it('gives the slot of a client that was cut off to the next one', async () => {
		const { engine } = await start({ slots: 1 });
		for (let round = 0; round < 5; round++) {
			const socket = dial(engine);
			await opened(socket);
			expect(engine.usedSlots()).toBe(1);
			socket.terminate();
			await expect.poll(() => engine.usedSlots()).toBe(0);
		}
	});

	it('frees the slot at once when the engine closes, though the peer never answers the close', async () => {
		const { engine, clients } = await start({ slots: 1 });
		const socket = dial(engine);
		await opened(socket);
		socket.pause();
		clients[0]!.close();
		expect(engine.usedSlots()).toBe(0);
		expect(clients[0]!.signal.aborted).toBe(true);
		socket.terminate();
	});

	it('pings in silence, and drops a peer from which no pong comes', async () => {
		const { engine } = await start({}, { pingEveryMs: 30, quietMs: 600 });
		const answering = dial(engine);
		await opened(answering);
		const mute = new WebSocket(`${engine.url}${PATH}?auth_id=public_token`, { autoPong: false });
		mute.on('error', () => undefined);
		expect(await closed(mute)).toBe(1006);
		expect(answering.readyState).toBe(WebSocket.OPEN);
		expect(engine.usedSlots()).toBe(1);
	});

	it('drops a peer that pongs but says nothing, where the service wants to hear something', async () => {
		const { engine } = await start({}, { pingEveryMs: 30, mutenessMs: 600 });
		const socket = dial(engine);
		let pings = 0;
		socket.on('ping', () => pings++);
		expect(await closed(socket)).toBe(1006);
		expect(pings).toBeGreaterThan(0);
	});

	it('tells an engine to wait while its client reads nothing', async () => {
		const { engine, clients } = await start();
		const socket = dial(engine);
		await opened(socket);
		await expect.poll(() => clients.length).toBe(1);
		const client = clients[0]!;
		await client.drained();
		socket.pause();
		// More than any socket buffer between the two.
		for (let i = 0; i < 64; i++) client.send(new Uint8Array(1 << 20));
		let drained = false;
		const waiting = client.drained().then(() => (drained = true));
		await (await fetched(engine, '/api/build_info')).text();
		expect(drained).toBe(false);
		socket.resume();
		await waiting;
		socket.terminate();
	});

	it('loses only the client whose handler throws', async () => {
		const { engine } = await start(
			{},
			{
				open: (client) => ({
					message(bytes) {
						if (bytes[0] === 1) throw new Error('a mistake made for this test');
						client.send(bytes);
					}
				})
			}
		);
		const good = dial(engine);
		const bad = dial(engine);
		await Promise.all([opened(good), opened(bad)]);
		bad.send(new Uint8Array([1]));
		expect(await closed(bad)).toBe(1006);
		good.send(new Uint8Array([2]));
		expect([...(await received(good))]).toEqual([2]);
	});

	it('changes its fault for the next connection and leaves the present one alone', async () => {
		const { engine } = await start();
		const before = dial(engine);
		await opened(before);
		engine.setFault('refuse');
		expect(await closed(dial(engine))).toBe(1006);
		await expect(fetched(engine, '/api/build_info')).rejects.toThrow();
		before.send(new Uint8Array([7]));
		expect([...(await received(before))]).toEqual([7]);
		engine.setFault(null);
		await opened(dial(engine));
	});

	it('leaves no socket behind when it closes, half-open ones included', async () => {
		const { engine } = await start();
		const silent = connect(engine.port, '127.0.0.1');
		silent.on('error', () => undefined);
		await new Promise((resolve) => silent.once('connect', resolve));
		silent.write('GET /api/build_info HTTP/1.1\r\nHost:');
		const socket = dial(engine);
		await opened(socket);
		const ends = Promise.all([closed(socket), new Promise((resolve) => silent.once('close', resolve))]);
		await engine.close();
		await ends;
		expect(engine.usedSlots()).toBe(0);
		await engine.close();
		await expect(fetched(engine, '/api/build_info')).rejects.toThrow();
	});

	it('says that a port is taken', async () => {
		const { engine } = await start();
		await expect(listenLoopback({ port: engine.port }, () => undefined)).rejects.toThrow(/EADDRINUSE/);
	});
});
