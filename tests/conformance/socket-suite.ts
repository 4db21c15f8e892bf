/** Handshakes and messages. */
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { nextId, type ClientOf } from './client.ts';
import { LIMITS } from './limits.ts';
import { Raw, frame, handshake } from './raw.ts';

export function socketSuite(client: ClientOf): void {
	describe('handshakes', () => {
		it('answers the key with its proof', async () => {
			const raw = await Raw.open(client().url);
			raw.write(handshake('/ws'));
			const text = await raw.until((it) => it.includes('\r\n\r\n'));
			const proof = createHash('sha1')
				.update('AAAAAAAAAAAAAAAAAAAAAA==258EAFA5-E914-47DA-95CA-C5AB0DC85B11')
				.digest('base64');
			expect(text).toMatch(/^HTTP\/1\.1 101 /);
			expect(text.toLowerCase()).toContain(`sec-websocket-accept: ${proof}`.toLowerCase());
			expect(text.toLowerCase()).not.toContain('sec-websocket-extensions');
			raw.vanish();
		});

		it('keeps the status, headers and body of a refusal', async () => {
			const raw = await Raw.open(client().url);
			raw.write(handshake('/ws?mode=refuse'));
			const text = Buffer.from(await raw.untilClosed(), 'latin1').toString();
			expect(text).toMatch(/^HTTP\/1\.1 403 Forbidden\r\n/);
			expect(text).toMatch(/x-why: origin\r\n/i);
			expect(text.endsWith('\r\n\r\nnot you ✗')).toBe(true);
		});

		it('refuses with 500 where the application throws', async () => {
			const raw = await Raw.open(client().url);
			raw.write(handshake('/ws?mode=throw'));
			expect(await raw.untilClosed()).toMatch(/^HTTP\/1\.1 500 /);
		});

		it.each([
			['another version', handshake('/ws').replace('Version: 13', 'Version: 8'), 426],
			['no key', handshake('/ws').replace(/Sec-WebSocket-Key.*\r\n/, ''), 400],
			['a key of the wrong length', handshake('/ws').replace('AAAA==', '=='), 400],
			['a key of 24 wrong characters', handshake('/ws').replace('AA==', 'A!!!'), 400],
			['a malformed subprotocol', handshake('/ws', 'Sec-WebSocket-Protocol: a, , b'), 400],
			['POST', handshake('/ws').replace('GET', 'POST'), 405]
		])('refuses a handshake with %s', async (_name, request, status) => {
			const raw = await Raw.open(client().url);
			raw.write(request);
			expect(await raw.untilClosed()).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
		});

		it('ignores a wish for another protocol than WebSocket', async () => {
			const head = await client().echo(
				'GET /echo HTTP/1.1\r\nHost: h\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n\r\n'
			);
			expect(head).toMatchObject({ method: 'GET', path: '/echo' });
		});

		it('names the chosen subprotocol, and none that was not offered', async () => {
			const agreed = await client().open(nextId(), '&protocol=parley.1', ['other', 'parley.1']);
			expect(agreed.protocol).toBe('parley.1');
			agreed.terminate();
			const raw = await Raw.webSocket(client().url, '/ws?protocol=parley.1');
			expect(raw.text).toMatch(/^HTTP\/1\.1 101 /);
			expect(raw.text.toLowerCase()).not.toContain('sec-websocket-protocol');
			raw.vanish();
		});

		it('waits for a decision that takes its time, and loses no frame that comes after it', async () => {
			const id = nextId();
			const raw = await Raw.open(client().url);
			raw.write(handshake(`/ws?mode=later&id=${id}`));
			await client().diary(id, 'handshake');
			expect(raw.text).toBe('');
			await client().get(`/say?id=${id}&line=go`);
			await raw.until((it) => it.includes('\r\n\r\n'));
			raw.write(frame(1, 'first'));
			expect(await raw.until((it) => it.endsWith('first'))).toMatch(/^HTTP\/1\.1 101 /);
			raw.vanish();
		});

		it('opens no socket for a peer that left during the decision', async () => {
			const id = nextId();
			const raw = await Raw.open(client().url);
			raw.write(handshake(`/ws?mode=later&id=${id}`));
			await client().diary(id, 'handshake');
			raw.vanish();
			await client().get(`/say?id=${id}&line=go`);
			const after = await client().open(nextId());
			after.terminate();
			const lines = await client().diary(id, 'go');
			// A reset may be noticed late; then the socket opens and closes, never half of it.
			if (lines.includes('open')) expect(await client().diary(id, 'closed:')).toContain('closed:1006:closed:0');
		});
	});

	describe('messages', () => {
		it('sends from inside open', async () => {
			const ws = new WebSocket(`${client().wsUrl}/ws?mode=greet`);
			const [data, isBinary] = await once(ws, 'message');
			expect([String(data), isBinary]).toEqual(['hello', false]);
			ws.terminate();
		});

		it.each([0, 1, 125, 126, 65_535, 65_536])('echoes %i bytes, binary as binary', async (size) => {
			const ws = await client().open(nextId());
			const bytes = randomBytes(size);
			ws.send(bytes);
			const [data, isBinary] = await once(ws, 'message');
			expect([bytes.equals(data), isBinary]).toEqual([true, true]);
			ws.terminate();
		});

		it('echoes text as text, beyond ASCII too', async () => {
			const ws = await client().open(nextId());
			ws.send('où? 🎙');
			const [data, isBinary] = await once(ws, 'message');
			expect([String(data), isBinary]).toEqual(['où? 🎙', false]);
			ws.terminate();
		});

		it('joins fragments, with a ping between them', async () => {
			const id = nextId();
			const raw = await Raw.webSocket(client().url, `/ws?id=${id}`);
			raw.write(
				Buffer.concat([
					frame(1, 'one ', { fin: false }),
					frame(9, 'p'),
					frame(0, 'two ', { fin: false }),
					frame(0, 'three')
				])
			);
			await raw.until((it) => it.includes('one two three'));
			expect(raw.frames.subarray(0, 3)).toEqual(Buffer.from([0x8a, 1, 'p'.charCodeAt(0)]));
			raw.vanish();
		});

		it('takes a message split at every byte', async () => {
			const raw = await Raw.webSocket(client().url, '/ws');
			for (const byte of frame(1, 'split')) {
				raw.write(Uint8Array.of(byte));
				await new Promise(setImmediate);
			}
			await raw.until((it) => it.endsWith('split'));
			raw.vanish();
		});

		it('keeps the order of many messages in one segment', async () => {
			const raw = await Raw.webSocket(client().url, '/ws');
			raw.write(Buffer.concat(Array.from({ length: 200 }, (_, i) => frame(1, `m${i};`))));
			const text = await raw.until((it) => it.includes('m199;'));
			expect([...text.matchAll(/m(\d+);/g)].map((match) => Number(match[1]))).toEqual(
				Array.from({ length: 200 }, (_, i) => i)
			);
			raw.vanish();
		});

		it('sends what was announced as one piece in its order, whole', async () => {
			const id = nextId();
			const ws = await client().open(id);
			const got: number[] = [];
			const all = new Promise<void>((resolve) => {
				ws.on('message', (data: Buffer) => {
					got.push(...data);
					if (got.length === 6) resolve();
				});
			});
			ws.send('!together');
			ws.send('!together');
			await all;
			expect(got).toEqual([1, 2, 3, 1, 2, 3]);
			expect(await client().diary(id, 'together:')).toContain('together:sent,sent,sent');
			ws.close();
		});

		it('drops a peer whose message is too large, before it has come', async () => {
			const id = nextId();
			const ws = await client().open(id);
			ws.send(new Uint8Array(LIMITS.maxMessageBytes + 1));
			const [code] = await once(ws, 'close');
			expect([1006, 1009]).toContain(code);
			const lines = await client().diary(id, 'closed:');
			expect(lines).toEqual(['handshake', 'open', expect.stringMatching(/^closed:(1006|1009):closed:0$/)]);
		});

		it('drops a peer whose fragments grow too large together', async () => {
			const id = nextId();
			const raw = await Raw.webSocket(client().url, `/ws?id=${id}`);
			const part = new Uint8Array(40_000);
			raw.write(frame(2, part, { fin: false }));
			raw.write(frame(0, part));
			await raw.untilClosed();
			expect((await client().diary(id, 'closed:')).filter((line) => line.startsWith('binary'))).toEqual([]);
		});

		it.each([
			['a reserved opcode', frame(3, 'x')],
			['a reserved bit', frame(1, 'x', { rsv: 4 })],
			['a continuation of nothing', frame(0, 'x')],
			['a fragmented ping', frame(9, 'x', { fin: false })],
			['a ping of 126 bytes', frame(9, new Uint8Array(126))],
			['text that is not UTF-8', frame(1, Uint8Array.of(0xc3, 0x28))],
			['a new message inside a message', Buffer.concat([frame(1, 'a', { fin: false }), frame(1, 'b')])]
		])('drops a peer that sends %s', async (_name, bytes) => {
			const id = nextId();
			const raw = await Raw.webSocket(client().url, `/ws?id=${id}`);
			raw.write(bytes);
			await raw.untilClosed();
			const lines = await client().diary(id, 'closed:');
			expect(lines).toEqual(['handshake', 'open', expect.stringMatching(/^closed:(1006|1002|1007):closed:0$/)]);
		});

		it('never takes an unmasked frame for what it says', async () => {
			// `ws` drops the peer at once; uWebSockets.js unmasks it all the same and gets nonsense.
			const id = nextId();
			const raw = await Raw.webSocket(client().url, `/ws?id=${id}`);
			raw.write(frame(2, '!close 4000 unmasked', { masked: false }));
			raw.write(frame(1, '!close 4001 unmasked', { masked: false }));
			raw.vanish();
			const lines = await client().diary(id, 'closed:');
			expect(lines.at(-1)).toMatch(/^closed:(1006|1002):/);
		});
	});
}
