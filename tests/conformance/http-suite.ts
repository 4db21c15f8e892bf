/** Requests, answers and bodies. */
import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { nextId, type ClientOf } from './client.ts';
import { messageOf } from './messages.ts';
import { Raw } from './raw.ts';

export function httpSuite(client: ClientOf): void {
	describe('requests', () => {
		it('hands out method, path, query, headers and address', async () => {
			const head = await (await client().get('/echo?a=1&b=%20', { method: 'PUT', headers: { 'X-One': 'Two' } })).json();
			expect(head).toMatchObject({ method: 'PUT', path: '/echo', query: 'a=1&b=%20', remoteAddress: '127.0.0.1' });
			expect(head.headers).toMatchObject({ 'x-one': 'Two' });
		});

		it('lower-cases header names and leaves their values alone', async () => {
			const head = await client().echo('GET /echo HTTP/1.1\r\nHost: A\r\nX-MiXeD:  Va:Lue \r\n\r\n');
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
			const head = await client().echo(`GET /echo HTTP/1.1\r\nHost: h\r\n${repeated.join('\r\n')}\r\n\r\n`);
			expect(head.headers).toMatchObject({
				'x-a': '1, 2',
				cookie: 'a=1; b=2',
				origin: 'http://a, http://b',
				authorization: 'x'
			});
		});

		it('cannot be made to touch a prototype by a header name', async () => {
			const head = await client().echo('GET /echo HTTP/1.1\r\nHost: h\r\nconstructor: y\r\n\r\n');
			expect(head.headers).toMatchObject({ constructor: 'y' });
			expect(Object.hasOwn((await (await client().get('/echo')).json()).headers, 'constructor')).toBe(false);
		});

		it('keeps percent-encoding, dots and double slashes as they came', async () => {
			const answer = await client().echo('GET //a/../%2e%2e/%00/b%2Fc?x=%2F&y=?z HTTP/1.1\r\nHost: h\r\n\r\n');
			expect(answer).toEqual({ path: '//a/../%2e%2e/%00/b%2Fc', query: 'x=%2F&y=?z', method: 'GET' });
		});

		it('answers pipelined requests in their order', async () => {
			const raw = await Raw.open(client().url);
			const ask = (n: number, end = ''): string => `GET /echo?n=${n} HTTP/1.1\r\nHost: h\r\n${end}\r\n`;
			raw.write(ask(1) + ask(2) + ask(3, 'Connection: close\r\n'));
			const text = await raw.until((it) => it.includes('n=3'));
			expect([...text.matchAll(/"query":"n=(\d)"/g)].map((match) => match[1])).toEqual(['1', '2', '3']);
			raw.vanish();
		});

		it('puts a request together that arrives byte by byte', async () => {
			const raw = await Raw.open(client().url);
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
				const raw = await Raw.open(client().url);
				raw.write(junk);
				expect(await raw.untilClosed()).not.toMatch(/^HTTP\/1\.1 [123]/);
			}
			expect((await client().get('/echo')).status).toBe(200);
		});

		it('refuses headers without end', async () => {
			const raw = await Raw.open(client().url);
			raw.write(`GET /echo HTTP/1.1\r\nHost: h\r\nX-Long: ${'x'.repeat(64 * 1024)}`);
			expect(await raw.untilClosed()).not.toContain('200 OK');
		});
	});

	describe('answers', () => {
		it('sends status, headers and body, with the length', async () => {
			const answer = await client().get('/status?code=404');
			expect([answer.status, answer.headers.get('x-kept'), answer.headers.get('content-length')]).toEqual([
				404,
				'yes',
				'4'
			]);
			expect(await answer.text()).toBe('text');
		});

		it('tells HEAD the length and sends no byte', async () => {
			const raw = await Raw.open(client().url);
			raw.write('HEAD /big?bytes=12345 HTTP/1.1\r\nHost: h\r\n\r\nGET /status?code=200 HTTP/1.1\r\nHost: h\r\n\r\n');
			const text = await raw.until((it) => it.endsWith('text'));
			expect(text).toMatch(/content-length: 12345\r\n/i);
			expect(text).not.toContain('aaaa');
			raw.vanish();
		});

		it.each([204, 304])('sends %i without body and length', async (code) => {
			const raw = await Raw.open(client().url);
			raw.write(`GET /status?code=${code} HTTP/1.1\r\nHost: h\r\n\r\nGET /status?code=200 HTTP/1.1\r\nHost: h\r\n\r\n`);
			const text = await raw.until((it) => it.endsWith('text'));
			const first = text.slice(0, text.indexOf('\r\n\r\n') + 4);
			expect(first).toMatch(new RegExp(`^HTTP/1\\.1 ${code} `));
			expect(first).not.toMatch(/content-length/i);
			expect(text.slice(first.length)).toMatch(/^HTTP\/1\.1 200 OK/);
			raw.vanish();
		});

		it('sends a large body whole', async () => {
			const body = Buffer.from(await (await client().get('/big?bytes=5000000')).arrayBuffer());
			expect(body.equals(messageOf(0, 5_000_000))).toBe(true);
		});

		it('sends one that is larger than what the kernel holds to a reader that stops and reads on', async () => {
			const bytes = 24_000_000;
			const raw = await Raw.open(client().url);
			raw.pause();
			raw.write(`GET /big?bytes=${bytes} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n`);
			// Answered after the first has been asked for: by then the kernel's buffers are full.
			for (let i = 0; i < 5; i++) expect((await client().get('/echo')).status).toBe(200);
			raw.resume();
			await raw.untilClosed();
			expect(raw.frames.equals(messageOf(0, bytes))).toBe(true);
		}, 20_000);

		it.each(['/throw', '/reject', '/inject', '/status?code=99999'])(
			'answers 500 where the application fails: %s',
			async (path) => {
				const answer = await client().get(path);
				expect(answer.status).toBe(500);
				expect(answer.headers.get('set-cookie')).toBeNull();
				expect(await answer.text()).toBe('Internal error.\n');
			}
		);

		it('survives a peer that leaves before its answer', async () => {
			const id = nextId();
			const raw = await Raw.open(client().url);
			raw.write(`GET /slow?id=${id} HTTP/1.1\r\nHost: h\r\n\r\n`);
			await client().diary(id, 'waiting');
			raw.vanish();
			await client().get(`/say?id=${id}&line=go`);
			expect((await client().get('/echo')).status).toBe(200);
		});
	});

	describe('bodies', () => {
		const post = (query: string, body: BodyInit, more: RequestInit = {}): Promise<Response> =>
			client().get(`/body?${query}`, { method: 'POST', body, ...more });

		it.each(['max=100000', 'max=100000&late=1'])('reads a body, also one asked for late (%s)', async (query) => {
			const bytes = randomBytes(90_000);
			expect(Buffer.from(await (await post(query, bytes)).arrayBuffer()).equals(bytes)).toBe(true);
		});

		it('reads an empty body', async () => {
			expect(await (await post('max=10', '')).text()).toBe('');
			expect(await (await client().get('/body?max=10')).text()).toBe('');
		});

		it('reads a chunked body', async () => {
			const raw = await Raw.open(client().url);
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
			const raw = await Raw.open(client().url);
			raw.write('POST /body?max=10 HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n');
			raw.write('14\r\n01234567890123456789\r\n');
			expect(await raw.until((it) => it.includes('too_big'))).toMatch(/^HTTP\/1\.1 413 /);
			expect(raw.text).toMatch(/connection: close/i);
			raw.vanish();
		});

		it('answers before an unwanted body has come, and takes no further request on that connection', async () => {
			const raw = await Raw.open(client().url);
			raw.write('POST /ignore-body HTTP/1.1\r\nHost: h\r\nContent-Length: 100000\r\n\r\nabc');
			const text = await raw.untilClosed();
			expect(text).toMatch(/^HTTP\/1\.1 405 /);
			expect(text).toMatch(/allow: GET\r\n/i);
		});

		it('tells the application that a body was aborted', async () => {
			const id = nextId();
			const raw = await Raw.open(client().url);
			raw.write(`POST /body?id=${id} HTTP/1.1\r\nHost: h\r\nContent-Length: 100\r\n\r\nabc`);
			await client().diary(id, 'reading');
			raw.vanish();
			expect(await client().diary(id, 'aborted')).toEqual(['reading', 'aborted']);
		});
	});
}
