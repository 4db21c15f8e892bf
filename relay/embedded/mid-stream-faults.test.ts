/** The faults that come in the middle of a stream, as a client of the engines' shared face sees them. */
import { afterEach, expect, it } from 'vitest';
import WebSocket from 'ws';
import type { Engine, FaultName } from './engine.ts';
import { serveSlots } from './server.ts';

const engines: Engine[] = [];
afterEach(async () => {
	await Promise.all(engines.splice(0).map((engine) => engine.close()));
});

const PING = Uint8Array.of(9);

/** An engine that sends back each message as content, but for PING. */
async function connect(
	fault: FaultName,
	quietMs = 20_000
): Promise<{ engine: Engine; socket: WebSocket; got: number[] }> {
	const engine = await serveSlots(
		{ fault },
		{
			type: 'test',
			path: '/api/test',
			quietMs,
			pingEveryMs: quietMs / 2,
			open: (client) => ({ message: (bytes) => (bytes[0] === 9 ? client.send(bytes) : client.sendContent(bytes)) })
		}
	);
	engines.push(engine);
	const socket = new WebSocket(`${engine.url}/api/test?auth_id=public_token`);
	const got: number[] = [];
	socket.on('message', (data: Buffer) => got.push(data[0] ?? -1));
	socket.on('error', () => undefined);
	await new Promise((resolve) => socket.once('open', resolve));
	for (const byte of [1, 2, 3, 4]) socket.send(Uint8Array.of(byte));
	socket.send(PING);
	return { engine, socket, got };
}

const pong = (socket: WebSocket): Promise<unknown> => {
	socket.ping();
	return new Promise((resolve) => socket.once('pong', resolve));
};

it('leaves: a proper goodbye after the third message, and the slot is free', async () => {
	const { engine, socket, got } = await connect('leaves');
	expect(await new Promise((resolve) => socket.once('close', resolve))).toBe(1005);
	expect(got).toEqual([1, 2, 3]);
	expect(engine.usedSlots()).toBe(0);
});

it('hangs: nothing after the third message, not even what is no content; but pongs, and the slot is kept', async () => {
	const { engine, socket, got } = await connect('hangs');
	await pong(socket);
	await pong(socket);
	expect(got).toEqual([1, 2, 3]);
	expect(engine.usedSlots()).toBe(1);
	socket.close();
	await new Promise((resolve) => socket.once('close', resolve));
	await expect.poll(() => engine.usedSlots()).toBe(0);
});

it('halfOpen: no pong and no goodbye either; the engine drops it in its own time', async () => {
	const { engine, socket, got } = await connect('halfOpen', 100);
	await expect.poll(() => got.length).toBe(3);
	let answered = false;
	void pong(socket).then(() => (answered = true));
	socket.close();
	expect(await new Promise((resolve) => socket.once('close', resolve))).toBe(1006);
	expect([answered, got]).toEqual([false, [1, 2, 3]]);
	await expect.poll(() => engine.usedSlots()).toBe(0);
});
