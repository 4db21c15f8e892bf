/** One suite for every transport: what `relay/http/transport.ts` promises, seen from the other end of the wire. */
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { LIMITS } from './limits.ts';
import { Raw, frame, handshake } from './raw.ts';
import { candidates, type Server } from './servers.ts';

let serial = 0;
const nextId = (): string => `socket-${++serial}`;

for (const candidate of candidates) {
	if (candidate.impossible !== null)
		console.warn(`The ${candidate.name} transport is not tested: ${candidate.impossible}.`);

	describe.skipIf(candidate.impossible !== null)(`the ${candidate.name} transport`, () => {
		let server: Server;
		/** Peers that do nothing, from the suite's start on: its last tests look at what became of them. */
		let idle: { readonly id: string; readonly socket: Raw; readonly ponging: WebSocket; readonly headers: Raw };
		beforeAll(async () => {
			server = await candidate.start();
			const id = nextId();
			const [socket, ponging, headers] = await Promise.all([
				Raw.webSocket(server.url, `/ws?id=${id}`),
				open(nextId()),
				Raw.open(server.url)
			]);
			headers.write('GET /echo HTTP/1.1\r\nHost: h\r\nX-Slow: ');
			idle = { id, socket, ponging, headers };
		}, 60_000);
		afterAll(() => server.close());

		const get = (path: string, init?: RequestInit): Promise<Response> => fetch(server.url + path, init);
		/** The socket's diary, once it has a line that begins so. */
		const diary = async (id: string, line: string, base = server.url): Promise<string[]> =>
			(await fetch(`${base}/wait?${new URLSearchParams({ id, for: line })}`)).json() as Promise<string[]>;
		const open = async (id: string, query = '', protocols: string[] = [], base = server.url): Promise<WebSocket> => {
			const ws = new WebSocket(`${base.replace('http', 'ws')}/ws?id=${id}${query}`, protocols);
			await once(ws, 'open');
			return ws;
		};
		const echo = async (request: string): Promise<Record<string, unknown>> => {
			const raw = await Raw.open(server.url);
			raw.write(request);
			const text = await raw.until((it) => /\r\n\r\n\{.*\}$/s.test(it));
			raw.vanish();
			return JSON.parse(text.slice(text.indexOf('\r\n\r\n') + 4));
		};

		describe('requests', () => {
			it('hands out method, path, query, headers and address', async () => {
				const head = await (await get('/echo?a=1&b=%20', { method: 'PUT', headers: { 'X-One': 'Two' } })).json();
				expect(head).toMatchObject({ method: 'PUT', path: '/echo', query: 'a=1&b=%20', remoteAddress: '127.0.0.1' });
				expect(head.headers).toMatchObject({ 'x-one': 'Two' });
			});

			it('lower-cases header names and leaves their values alone', async () => {
				const head = await echo('GET /echo HTTP/1.1\r\nHost: A\r\nX-MiXeD:  Va:Lue \r\n\r\n');
				expect(head.headers).toMatchObject({ host: 'A', 'x-mixed': 'Va:Lue' });
			});

			it('joins repeated headers, cookies in their own way, and takes the first of those that must be single', async () => {
				const repeated = [
					'X-A: 1',
					'x-a: 2',
					'Cookie: a=1',
					'Cookie: b=2',
					'Origin: http://a',
					'Origin: http://b',
					'Authorization: x',
					'Authorization: y'
				];
				const head = await echo(`GET /echo HTTP/1.1\r\nHost: h\r\n${repeated.join('\r\n')}\r\n\r\n`);
				expect(head.headers).toMatchObject({
					'x-a': '1, 2',
					cookie: 'a=1; b=2',
					origin: 'http://a, http://b',
					authorization: 'x'
				});
			});

			it('cannot be made to touch a prototype by a header name', async () => {
				const head = await echo('GET /echo HTTP/1.1\r\nHost: h\r\nconstructor: y\r\n\r\n');
				expect(head.headers).toMatchObject({ constructor: 'y' });
				expect(Object.hasOwn((await (await get('/echo')).json()).headers, 'constructor')).toBe(false);
			});

			it('keeps percent-encoding, dots and double slashes as they came', async () => {
				const answer = await echo('GET //a/../%2e%2e/%00/b%2Fc?x=%2F&y=?z HTTP/1.1\r\nHost: h\r\n\r\n');
				expect(answer).toEqual({ path: '//a/../%2e%2e/%00/b%2Fc', query: 'x=%2F&y=?z', method: 'GET' });
			});

			it('answers pipelined requests in their order', async () => {
				const raw = await Raw.open(server.url);
				const ask = (n: number, end = ''): string => `GET /echo?n=${n} HTTP/1.1\r\nHost: h\r\n${end}\r\n`;
				raw.write(ask(1) + ask(2) + ask(3, 'Connection: close\r\n'));
				const text = await raw.until((it) => it.includes('n=3'));
				expect([...text.matchAll(/"query":"n=(\d)"/g)].map((match) => match[1])).toEqual(['1', '2', '3']);
				raw.vanish();
			});

			it('puts a request together that arrives byte by byte', async () => {
				const raw = await Raw.open(server.url);
				// The request line in one piece: the build of uWebSockets.js under test takes half of one for HTTP/1.0.
				raw.write('POST /body HTTP/1.1\r\n');
				for (const byte of 'Host: h\r\nContent-Length: 5\r\n\r\nabcde') {
					raw.write(byte);
					await new Promise(setImmediate);
				}
				expect(await raw.until((it) => it.endsWith('abcde'))).toContain('200 OK');
				raw.vanish();
			});

			it('refuses what is no HTTP with an error or by hanging up, and lives on', async () => {
				for (const junk of ['GET\r\n\r\n', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n']) {
					const raw = await Raw.open(server.url);
					raw.write(junk);
					expect(await raw.untilClosed()).not.toMatch(/^HTTP\/1\.1 [123]/);
				}
				expect((await get('/echo')).status).toBe(200);
			});

			it('refuses headers without end', async () => {
				const raw = await Raw.open(server.url);
				raw.write(`GET /echo HTTP/1.1\r\nHost: h\r\nX-Long: ${'x'.repeat(64 * 1024)}`);
				expect(await raw.untilClosed()).not.toContain('200 OK');
			});
		});

		describe('answers', () => {
			it('sends status, headers and body, with the length', async () => {
				const answer = await get('/status?code=404');
				expect([answer.status, answer.headers.get('x-kept'), answer.headers.get('content-length')]).toEqual([
					404,
					'yes',
					'4'
				]);
				expect(await answer.text()).toBe('text');
			});

			it('tells HEAD the length and sends no byte', async () => {
				const raw = await Raw.open(server.url);
				raw.write('HEAD /big?bytes=12345 HTTP/1.1\r\nHost: h\r\n\r\nGET /status?code=200 HTTP/1.1\r\nHost: h\r\n\r\n');
				const text = await raw.until((it) => it.endsWith('text'));
				expect(text).toMatch(/content-length: 12345\r\n/i);
				expect(text).not.toContain('aaaa');
				raw.vanish();
			});

			it.each([204, 304])('sends %i without body and length', async (code) => {
				const raw = await Raw.open(server.url);
				raw.write(
					`GET /status?code=${code} HTTP/1.1\r\nHost: h\r\n\r\nGET /status?code=200 HTTP/1.1\r\nHost: h\r\n\r\n`
				);
				const text = await raw.until((it) => it.endsWith('text'));
				const first = text.slice(0, text.indexOf('\r\n\r\n') + 4);
				expect(first).toMatch(new RegExp(`^HTTP/1\\.1 ${code} `));
				expect(first).not.toMatch(/content-length/i);
				expect(text.slice(first.length)).toMatch(/^HTTP\/1\.1 200 OK/);
				raw.vanish();
			});

			it('sends a large body whole', async () => {
				const body = new Uint8Array(await (await get('/big?bytes=5000000')).arrayBuffer());
				expect(body.byteLength).toBe(5_000_000);
				expect(body.every((byte) => byte === 97)).toBe(true);
			});

			it.each(['/throw', '/reject', '/inject', '/status?code=99999'])(
				'answers 500 where the application fails: %s',
				async (path) => {
					const answer = await get(path);
					expect(answer.status).toBe(500);
					expect(answer.headers.get('set-cookie')).toBeNull();
					expect(await answer.text()).toBe('Internal error.\n');
				}
			);

			it('survives a peer that leaves before its answer', async () => {
				const id = nextId();
				const raw = await Raw.open(server.url);
				raw.write(`GET /slow?id=${id} HTTP/1.1\r\nHost: h\r\n\r\n`);
				await diary(id, 'waiting');
				raw.vanish();
				await get(`/say?id=${id}&line=go`);
				expect((await get('/echo')).status).toBe(200);
			});
		});

		describe('bodies', () => {
			const post = (query: string, body: BodyInit, more: RequestInit = {}): Promise<Response> =>
				get(`/body?${query}`, { method: 'POST', body, ...more });

			it.each(['max=100000', 'max=100000&late=1'])('reads a body, also one asked for late (%s)', async (query) => {
				const bytes = randomBytes(90_000);
				expect(Buffer.from(await (await post(query, bytes)).arrayBuffer()).equals(bytes)).toBe(true);
			});

			it('reads an empty body', async () => {
				expect(await (await post('max=10', '')).text()).toBe('');
				expect(await (await get('/body?max=10')).text()).toBe('');
			});

			it('reads a chunked body', async () => {
				const raw = await Raw.open(server.url);
				raw.write('POST /body?max=10 HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n');
				raw.write('4\r\ndefg\r\n0\r\n\r\n');
				expect(await raw.until((it) => it.endsWith('abcdefg'))).toContain('200 OK');
				raw.vanish();
			});

			it('takes a body of exactly the limit and none above it', async () => {
				expect((await post('max=1000', 'x'.repeat(1000))).status).toBe(200);
				const above = await post('max=1000', 'x'.repeat(1001));
				expect([above.status, await above.text()]).toEqual([413, 'too_big']);
			});

			it('answers a body that grows past the limit without ever ending', async () => {
				const raw = await Raw.open(server.url);
				raw.write('POST /body?max=10 HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n');
				raw.write('14\r\n01234567890123456789\r\n');
				expect(await raw.until((it) => it.includes('too_big'))).toMatch(/^HTTP\/1\.1 413 /);
				expect(raw.text).toMatch(/connection: close/i);
				raw.vanish();
			});

			it('answers before an unwanted body has come, and takes no further request on that connection', async () => {
				const raw = await Raw.open(server.url);
				raw.write('POST /ignore-body HTTP/1.1\r\nHost: h\r\nContent-Length: 100000\r\n\r\nabc');
				const text = await raw.untilClosed();
				expect(text).toMatch(/^HTTP\/1\.1 405 /);
				expect(text).toMatch(/allow: GET\r\n/i);
			});

			it('tells the application that a body was aborted', async () => {
				const id = nextId();
				const raw = await Raw.open(server.url);
				raw.write(`POST /body?id=${id} HTTP/1.1\r\nHost: h\r\nContent-Length: 100\r\n\r\nabc`);
				await diary(id, 'reading');
				raw.vanish();
				expect(await diary(id, 'aborted')).toEqual(['reading', 'aborted']);
			});
		});

		describe('handshakes', () => {
			it('answers the key with its proof', async () => {
				const raw = await Raw.open(server.url);
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
				const raw = await Raw.open(server.url);
				raw.write(handshake('/ws?mode=refuse'));
				const text = Buffer.from(await raw.untilClosed(), 'latin1').toString();
				expect(text).toMatch(/^HTTP\/1\.1 403 Forbidden\r\n/);
				expect(text).toMatch(/x-why: origin\r\n/i);
				expect(text.endsWith('\r\n\r\nnot you ✗')).toBe(true);
			});

			it('refuses with 500 where the application throws', async () => {
				const raw = await Raw.open(server.url);
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
				const raw = await Raw.open(server.url);
				raw.write(request);
				expect(await raw.untilClosed()).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
			});

			it('ignores a wish for another protocol than WebSocket', async () => {
				const head = await echo(
					'GET /echo HTTP/1.1\r\nHost: h\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n\r\n'
				);
				expect(head).toMatchObject({ method: 'GET', path: '/echo' });
			});

			it('names the chosen subprotocol, and none that was not offered', async () => {
				const agreed = await open(nextId(), '&protocol=parley.1', ['other', 'parley.1']);
				expect(agreed.protocol).toBe('parley.1');
				agreed.terminate();
				const raw = await Raw.webSocket(server.url, '/ws?protocol=parley.1');
				expect(raw.text).toMatch(/^HTTP\/1\.1 101 /);
				expect(raw.text.toLowerCase()).not.toContain('sec-websocket-protocol');
				raw.vanish();
			});

			it('waits for a decision that takes its time, and loses no frame that comes after it', async () => {
				const id = nextId();
				const raw = await Raw.open(server.url);
				raw.write(handshake(`/ws?mode=later&id=${id}`));
				await diary(id, 'handshake');
				expect(raw.text).toBe('');
				await get(`/say?id=${id}&line=go`);
				await raw.until((it) => it.includes('\r\n\r\n'));
				raw.write(frame(1, 'first'));
				expect(await raw.until((it) => it.endsWith('first'))).toMatch(/^HTTP\/1\.1 101 /);
				raw.vanish();
			});

			it('opens no socket for a peer that left during the decision', async () => {
				const id = nextId();
				const raw = await Raw.open(server.url);
				raw.write(handshake(`/ws?mode=later&id=${id}`));
				await diary(id, 'handshake');
				raw.vanish();
				await get(`/say?id=${id}&line=go`);
				const after = await open(nextId());
				after.terminate();
				const lines = await diary(id, 'go');
				// A reset may be noticed late; then the socket opens and closes, never half of it.
				if (lines.includes('open')) expect(await diary(id, 'closed:')).toContain('closed:1006:closed:0');
			});
		});

		describe('messages', () => {
			it('sends from inside open', async () => {
				const ws = new WebSocket(`${server.url.replace('http', 'ws')}/ws?mode=greet`);
				const [data, isBinary] = await once(ws, 'message');
				expect([String(data), isBinary]).toEqual(['hello', false]);
				ws.terminate();
			});

			it.each([0, 1, 125, 126, 65_535, 65_536])('echoes %i bytes, binary as binary', async (size) => {
				const ws = await open(nextId());
				const bytes = randomBytes(size);
				ws.send(bytes);
				const [data, isBinary] = await once(ws, 'message');
				expect([bytes.equals(data), isBinary]).toEqual([true, true]);
				ws.terminate();
			});

			it('echoes text as text, beyond ASCII too', async () => {
				const ws = await open(nextId());
				ws.send('où? 🎙');
				const [data, isBinary] = await once(ws, 'message');
				expect([String(data), isBinary]).toEqual(['où? 🎙', false]);
				ws.terminate();
			});

			it('joins fragments, with a ping between them', async () => {
				const id = nextId();
				const raw = await Raw.webSocket(server.url, `/ws?id=${id}`);
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
				const raw = await Raw.webSocket(server.url, '/ws');
				for (const byte of frame(1, 'split')) {
					raw.write(Uint8Array.of(byte));
					await new Promise(setImmediate);
				}
				await raw.until((it) => it.endsWith('split'));
				raw.vanish();
			});

			it('keeps the order of many messages in one segment', async () => {
				const raw = await Raw.webSocket(server.url, '/ws');
				raw.write(Buffer.concat(Array.from({ length: 200 }, (_, i) => frame(1, `m${i};`))));
				const text = await raw.until((it) => it.includes('m199;'));
				expect([...text.matchAll(/m(\d+);/g)].map((match) => Number(match[1]))).toEqual(
					Array.from({ length: 200 }, (_, i) => i)
				);
				raw.vanish();
			});

			it('drops a peer whose message is too large, before it has come', async () => {
				const id = nextId();
				const ws = await open(id);
				ws.send(new Uint8Array(LIMITS.maxMessageBytes + 1));
				const [code] = await once(ws, 'close');
				expect([1006, 1009]).toContain(code);
				const lines = await diary(id, 'closed:');
				expect(lines).toEqual(['handshake', 'open', expect.stringMatching(/^closed:(1006|1009):closed:0$/)]);
			});

			it('drops a peer whose fragments grow too large together', async () => {
				const id = nextId();
				const raw = await Raw.webSocket(server.url, `/ws?id=${id}`);
				const part = new Uint8Array(40_000);
				raw.write(frame(2, part, { fin: false }));
				raw.write(frame(0, part));
				await raw.untilClosed();
				expect((await diary(id, 'closed:')).filter((line) => line.startsWith('binary'))).toEqual([]);
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
				const raw = await Raw.webSocket(server.url, `/ws?id=${id}`);
				raw.write(bytes);
				await raw.untilClosed();
				const lines = await diary(id, 'closed:');
				expect(lines).toEqual(['handshake', 'open', expect.stringMatching(/^closed:(1006|1002|1007):closed:0$/)]);
			});

			it('never takes an unmasked frame for what it says', async () => {
				// `ws` drops the peer at once; uWebSockets.js unmasks it all the same and gets nonsense.
				const id = nextId();
				const raw = await Raw.webSocket(server.url, `/ws?id=${id}`);
				raw.write(frame(2, '!close 4000 unmasked', { masked: false }));
				raw.write(frame(1, '!close 4001 unmasked', { masked: false }));
				raw.vanish();
				const lines = await diary(id, 'closed:');
				expect(lines.at(-1)).toMatch(/^closed:(1006|1002):/);
			});
		});

		describe('back-pressure', () => {
			it('says full to a reader that does not read, queues nothing more, and says drained when it has read', async () => {
				const id = nextId();
				const raw = await Raw.webSocket(server.url, `/ws?id=${id}`);
				raw.pause();
				raw.write(frame(1, '!flood 16000'));
				const flooded = (await diary(id, 'full-after:')).at(-1)!;
				const [, count, result, buffered] = flooded.split(':');
				expect(result).toBe('full');
				expect(Number(buffered)).toBeGreaterThan(0);
				expect(Number(buffered)).toBeLessThanOrEqual(LIMITS.maxBufferedBytes + 16_000);
				raw.resume();
				await raw.until((it) => it.endsWith('drained'));
				expect((await diary(id, 'drained')).filter((line) => line.startsWith('drained'))).toEqual(['drained:0']);
				// Every frame that was `sent` arrived, in order and with the bytes it had then; none that was `full` did.
				const frames = raw.frames;
				for (let n = 0; n < Number(count); n++) expect(frames.readUInt32BE(n * 16_004 + 4)).toBe(n);
				expect(frames.byteLength).toBe(Number(count) * 16_004 + 2 + 'drained'.length);
				raw.vanish();
			}, 20_000);

			it('takes one message above the limit where nothing waits, since it could never be sent otherwise', async () => {
				const id = nextId();
				const ws = await open(id);
				ws.send(`!huge ${LIMITS.maxBufferedBytes * 4}`);
				const [data] = await once(ws, 'message');
				expect(data.byteLength).toBe(LIMITS.maxBufferedBytes * 4);
				expect(await diary(id, 'huge:')).toContain('huge:sent');
				ws.terminate();
			});

			it('closes a socket whose peer never reads', async () => {
				const id = nextId();
				const raw = await Raw.webSocket(server.url, `/ws?id=${id}`);
				raw.pause();
				raw.write(frame(1, '!flood 16000'));
				await diary(id, 'full-after:');
				raw.write(frame(1, '!close 4000 slow'));
				expect(await diary(id, 'closed:')).toContain('closed:4000:closed:0');
				raw.vanish();
			});
		});

		describe('closing', () => {
			it.each([1000, 1001, 1011, 3000, 4400, 4999])("tells the peer's code %i", async (code) => {
				const id = nextId();
				const ws = await open(id);
				ws.close(code, 'bye');
				expect(await diary(id, 'closed:')).toEqual(['handshake', 'open', `closed:${code}:closed:0`]);
				if (ws.readyState !== ws.CLOSED) await once(ws, 'close');
			});

			it('tells 1005 where the peer gave no code', async () => {
				const id = nextId();
				(await open(id)).close();
				expect(await diary(id, 'closed:')).toContain('closed:1005:closed:0');
			});

			it('closes with code and reason, exactly once, and takes nothing afterwards', async () => {
				const id = nextId();
				const ws = await open(id);
				ws.send('!close 4002 because of this');
				const [code, reason] = await once(ws, 'close');
				expect([code, String(reason)]).toEqual([4002, 'because of this']);
				expect(await diary(id, 'closed:')).toEqual([
					'handshake',
					'open',
					'text:27',
					'send-after-close:closed:0',
					'closed:4002:closed:0'
				]);
			});

			it('delivers no message that came after its own close', async () => {
				const id = nextId();
				const raw = await Raw.webSocket(server.url, `/ws?id=${id}`);
				raw.write(
					Buffer.concat([frame(1, '!close 4000 x'), frame(1, 'too late'), frame(8, Uint8Array.of(0x0f, 0xa0))])
				);
				await raw.untilClosed();
				expect((await diary(id, 'closed:')).filter((line) => /^(text|binary|closed)/.test(line))).toEqual([
					'text:13',
					'closed:4000:closed:0'
				]);
			});

			it('closes from inside open, and still says closed', async () => {
				const id = nextId();
				const ws = new WebSocket(`${server.url.replace('http', 'ws')}/ws?mode=closeOpen&id=${id}`);
				const [code] = await once(ws, 'close');
				expect(code).toBe(4001);
				expect(await diary(id, 'closed:')).toEqual(['handshake', 'open', 'closed:4001:closed:0']);
			});

			it.each([['1006'], ['1005'], ['999'], ['5000'], ['1.5'], ['x']])(
				'turns code %s, which nobody may send, into 1011',
				async (code) => {
					const ws = await open(nextId());
					ws.send(`!close ${code} r`);
					expect((await once(ws, 'close'))[0]).toBe(1011);
				}
			);

			it('cuts a reason that is too long for a frame, never inside a character', async () => {
				const ws = await open(nextId());
				ws.send(`!close 4000 ${'é'.repeat(100)}`);
				expect(String((await once(ws, 'close'))[1])).toBe('é'.repeat(61));
			});

			it('closes with 1011 where a handler throws', async () => {
				const id = nextId();
				const ws = await open(id);
				ws.send('!throw');
				expect((await once(ws, 'close'))[0]).toBe(1011);
				expect(await diary(id, 'closed:')).toContain('closed:1011:closed:0');
				const opening = new WebSocket(`${server.url.replace('http', 'ws')}/ws?mode=throwOpen`);
				expect((await once(opening, 'close'))[0]).toBe(1011);
			});

			it('says 1006 where the peer vanishes', async () => {
				const id = nextId();
				const raw = await Raw.webSocket(server.url, `/ws?id=${id}`);
				raw.vanish();
				expect(await diary(id, 'closed:')).toEqual(['handshake', 'open', 'closed:1006:closed:0']);
			});

			it('pings a silent peer and drops it if it does not even pong', async () => {
				expect(await diary(idle.id, 'closed:')).toEqual(['handshake', 'open', 'closed:1006:closed:0']);
				expect(idle.socket.frames[0]).toBe(0x89);
				idle.ponging.send('still here');
				expect(String((await once(idle.ponging, 'message'))[0])).toBe('still here');
				idle.ponging.terminate();
			}, 40_000);

			it('drops a connection that never finishes its headers', async () => {
				expect(await idle.headers.untilClosed()).not.toContain('200 OK');
			}, 40_000);

			it('stops: sockets get 1001, requests under way get their answer, the port is free', async () => {
				const own = await candidate.start();
				const id = nextId();
				const sockets = await Promise.all([1, 2, 3].map(() => open(nextId(), '', [], own.url)));
				const slow = fetch(`${own.url}/slow?id=${id}`);
				await diary(id, 'waiting', own.url);
				const codes = sockets.map(async (ws) => (await once(ws, 'close'))[0]);
				const stopped = own.close();
				expect(await Promise.all(codes)).toEqual([1001, 1001, 1001]);
				await Promise.all([
					stopped,
					slow.then(
						(it) => it.text(),
						() => 'cut'
					)
				]);
				await expect(fetch(`${own.url}/echo`)).rejects.toThrow();
			}, 20_000);
		});
	});
}
