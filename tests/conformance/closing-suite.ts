/** How connections end, from either side and by themselves. */
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { Client, nextId, type ClientOf } from './client.ts';
import { Raw, frame } from './raw.ts';
import type { Server } from './servers.ts';

/** Peers that do nothing, from the suite's start on: the last tests look at what became of them. */
export interface IdlePeers {
	readonly id: string;
	readonly socket: Raw;
	readonly ponging: WebSocket;
	readonly headers: Raw;
}

export function closingSuite(client: ClientOf, idle: () => IdlePeers, start: () => Promise<Server>): void {
	describe('closing', () => {
		// Not 3000 to 3999: uWebSockets.js 20 takes a peer's close with one of those for a broken frame, and says 1006.
		it.each([1000, 1001, 1011, 4000, 4400, 4999])("tells the peer's code %i", async (code) => {
			const id = nextId();
			const ws = await client().open(id);
			ws.close(code, 'bye');
			expect(await client().diary(id, 'closed:')).toEqual(['handshake', 'open', `closed:${code}:closed:0`]);
			if (ws.readyState !== ws.CLOSED) await once(ws, 'close');
		});

		it('tells 1005 where the peer gave no code', async () => {
			const id = nextId();
			(await client().open(id)).close();
			expect(await client().diary(id, 'closed:')).toContain('closed:1005:closed:0');
		});

		it('closes with code and reason, exactly once, and takes nothing afterwards', async () => {
			const id = nextId();
			const ws = await client().open(id);
			ws.send('!close 4002 because of this');
			const [code, reason] = await once(ws, 'close');
			expect([code, String(reason)]).toEqual([4002, 'because of this']);
			expect(await client().diary(id, 'closed:')).toEqual([
				'handshake',
				'open',
				'text:27',
				'send-after-close:closed:0',
				'closed:4002:closed:0'
			]);
		});

		it('delivers no message that came after its own close', async () => {
			const id = nextId();
			const raw = await Raw.webSocket(client().url, `/ws?id=${id}`);
			raw.write(Buffer.concat([frame(1, '!close 4000 x'), frame(1, 'too late'), frame(8, Uint8Array.of(0x0f, 0xa0))]));
			await raw.untilClosed();
			expect((await client().diary(id, 'closed:')).filter((line) => /^(text|binary|closed)/.test(line))).toEqual([
				'text:13',
				'closed:4000:closed:0'
			]);
		});

		it('closes from inside open, and still says closed', async () => {
			const id = nextId();
			const ws = new WebSocket(`${client().wsUrl}/ws?mode=closeOpen&id=${id}`);
			const [code] = await once(ws, 'close');
			expect(code).toBe(4001);
			expect(await client().diary(id, 'closed:')).toEqual(['handshake', 'open', 'closed:4001:closed:0']);
		});

		it.each([['1006'], ['1005'], ['999'], ['5000'], ['1.5'], ['x']])(
			'turns code %s, which nobody may send, into 1011',
			async (code) => {
				const ws = await client().open(nextId());
				ws.send(`!close ${code} r`);
				expect((await once(ws, 'close'))[0]).toBe(1011);
			}
		);

		it('cuts a reason that is too long for a frame, never inside a character', async () => {
			const ws = await client().open(nextId());
			ws.send(`!close 4000 ${'é'.repeat(100)}`);
			expect(String((await once(ws, 'close'))[1])).toBe('é'.repeat(61));
		});

		it('closes with 1011 where a handler throws', async () => {
			const id = nextId();
			const ws = await client().open(id);
			ws.send('!throw');
			expect((await once(ws, 'close'))[0]).toBe(1011);
			expect(await client().diary(id, 'closed:')).toContain('closed:1011:closed:0');
			const opening = new WebSocket(`${client().wsUrl}/ws?mode=throwOpen`);
			expect((await once(opening, 'close'))[0]).toBe(1011);
		});

		it('says 1006 where the peer vanishes', async () => {
			const id = nextId();
			const raw = await Raw.webSocket(client().url, `/ws?id=${id}`);
			raw.vanish();
			expect(await client().diary(id, 'closed:')).toEqual(['handshake', 'open', 'closed:1006:closed:0']);
		});

		it('pings a silent peer and drops it if it does not even pong', async () => {
			expect(await client().diary(idle().id, 'closed:')).toEqual(['handshake', 'open', 'closed:1006:closed:0']);
			expect(idle().socket.frames[0]).toBe(0x89);
			idle().ponging.send('still here');
			expect(String((await once(idle().ponging, 'message'))[0])).toBe('still here');
			idle().ponging.terminate();
		}, 40_000);

		it('drops a connection that never finishes its headers', async () => {
			expect(await idle().headers.untilClosed()).not.toContain('200 OK');
		}, 40_000);

		it('stops: sockets get 1001, a request that never ends is cut, the port is free', async () => {
			const own = await start();
			const id = nextId();
			const sockets = await Promise.all([1, 2, 3].map(() => new Client(own.url).open(nextId())));
			const slow = fetch(`${own.url}/slow?id=${id}`).then(
				(it) => it.text(),
				() => 'cut'
			);
			await new Client(own.url).diary(id, 'waiting');
			const codes = sockets.map(async (ws) => (await once(ws, 'close'))[0]);
			const stopped = own.close();
			expect(await Promise.all(codes)).toEqual([1001, 1001, 1001]);
			await stopped;
			expect(await slow).toBe('cut');
			await expect(fetch(`${own.url}/echo`)).rejects.toThrow();
		}, 20_000);
	});
}
