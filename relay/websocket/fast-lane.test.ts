import { once } from 'node:events';
import { createServer } from 'node:http';
import { WebSocket, WebSocketServer } from 'ws';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listening, closed } from '../../bench/scripted-servers.ts';
import { openFastLane, type FastLane } from './fast-lane.ts';

const MAX_BYTES = 1 << 20;

describe('the fast lane', () => {
	const http = createServer();
	const server = new WebSocketServer({ server: http, perMessageDeflate: false, maxPayload: MAX_BYTES });
	let url = '';
	beforeAll(async () => {
		url = `ws://127.0.0.1:${await listening(http)}`;
	});
	afterAll(async () => {
		server.close();
		await closed(http);
	});

	interface End {
		readonly ws: WebSocket;
		readonly lane: FastLane;
		/** What came, with the way that it came. */
		readonly told: string[];
	}

	function end(ws: WebSocket, side: 'server' | 'client'): End {
		const told: string[] = [];
		const message = (bytes: Buffer): void => void told.push(`fast ${bytes.length}`);
		const lane = openFastLane(ws, { side, maxBytes: MAX_BYTES, message });
		if (lane === null) throw new Error('this ws is built otherwise: the lane has to learn how');
		ws.on('message', (data: Buffer, isBinary) => told.push(`${isBinary ? 'binary' : 'text'} ${data.length}`));
		ws.on('ping', () => told.push('ping'));
		return { ws, lane, told };
	}

	async function pair(): Promise<{ far: End; near: End }> {
		const accepted = once(server, 'connection').then(([ws]: WebSocket[]) => end(ws as WebSocket, 'server'));
		const ws = new WebSocket(url, { perMessageDeflate: false });
		const near = await new Promise<End>((resolve) => ws.once('open', () => resolve(end(ws, 'client'))));
		return { far: await accepted, near };
	}

	it('opens on both ends of the ws that is installed, and keeps the order of all messages', async () => {
		const { near, far } = await pair();
		for (const [from, to] of [
			[near, far],
			[far, near]
		] as const) {
			from.lane.send(new Uint8Array(3));
			from.ws.send('text');
			from.lane.send(new Uint8Array(200));
			from.ws.ping();
			from.lane.send(new Uint8Array(70_000));
			from.ws.send('end');
			while (to.told.at(-1) !== 'text 3') await once(to.ws, 'message');
			expect(to.told).toEqual(['fast 3', 'text 4', 'fast 200', 'ping', 'binary 70000', 'text 3']);
		}
		const ended = once(far.ws, 'close');
		near.ws.close(4000);
		expect((await ended)[0]).toBe(4000);
	});

	it('tells nothing that came behind a goodbye', async () => {
		const { near, far } = await pair();
		const ended = once(far.ws, 'close');
		near.ws.close(1000);
		near.lane.send(new Uint8Array(3));
		await ended;
		expect(far.told).toEqual([]);
	});

	it('stays away from what it does not know', () => {
		const ws = new WebSocket('ws://127.0.0.1:9');
		ws.on('error', () => undefined);
		expect(openFastLane(ws, { side: 'client', maxBytes: MAX_BYTES, message: () => undefined })).toBeNull();
		ws.terminate();
	});
});
