/** Whatever bytes come to the relay's port: each connection is answered or closed, and nothing of it stays or ends the process. */
import { connect } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { killRelays, startRelay, type RelayProcess } from './support/relay-process.ts';

const TOKEN = 'fuzz-token-of-28-characters!'.replace('!', 'x');
let relay: RelayProcess;
beforeAll(async () => {
	relay = await startRelay({
		ACCESS_TOKENS: TOKEN,
		ALLOWED_ORIGINS: 'https://talk.example',
		LLM_URL: 'http://127.0.0.1:1',
		LLM_MODEL: 'm'
	});
});
afterAll(async () => {
	killRelays();
	await relay.ended;
});

/** Sends it in pieces of `cut` bytes and answers all that comes back until the relay has closed. */
function exchange(bytes: Uint8Array, cut: number): Promise<string> {
	return new Promise((resolve) => {
		const socket = connect({ host: '127.0.0.1', port: Number(new URL(relay.url).port) });
		const parts: Buffer[] = [];
		socket.on('data', (part) => parts.push(part));
		socket.on('error', () => undefined);
		socket.on('close', () => resolve(Buffer.concat(parts).toString('latin1')));
		socket.setNoDelay(true);
		for (let at = 0; at < bytes.byteLength; at += cut) socket.write(bytes.subarray(at, at + cut));
		socket.end();
	});
}

async function isWell(): Promise<void> {
	expect((await fetch(`${relay.url}/healthz`)).status).toBe(200);
	const build: { sessions: number } = await (await fetch(`${relay.url}/v1/build`)).json();
	expect(build.sessions).toBe(0);
	expect(relay.said()).not.toMatch(/handler failed|route failed|internal|Error:/);
	expect(relay.said()).not.toContain(TOKEN);
}

const NAMES = [
	...['Origin', 'Authorization', 'X-Forwarded-For', 'Forwarded', 'Content-Type'],
	...[
		'Upgrade',
		'Connection',
		'Sec-WebSocket-Key',
		'Sec-WebSocket-Version',
		'Sec-WebSocket-Protocol',
		'Cookie',
		'Range'
	],
	...['Access-Control-Request-Method', 'If-None-Match', 'Accept-Encoding', 'Expect', '__proto__', 'constructor']
];
const VALUES = [
	...[
		'websocket',
		'Upgrade',
		'13',
		'parley.1',
		'AAAAAAAAAAAAAAAAAAAAAA==',
		`Bearer ${TOKEN}`,
		'Bearer eyJh.eyJh.AAAA',
		'chunked'
	],
	...[
		'https://talk.example',
		'null',
		'127.0.0.1',
		'for="[::1]:1"',
		'-1',
		'0',
		'5',
		'99999999999999999999',
		'100-continue',
		'*',
		'bytes=0-'
	]
];
const latin = fc.string({
	unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)),
	maxLength: 60
});
const printable = fc.string({
	unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)),
	maxLength: 60
});
/** Mostly what a parser takes: what it refuses, it refuses before anything of ours is asked. */
const rarely = <T>(usual: fc.Arbitrary<T>, odd: fc.Arbitrary<T>): fc.Arbitrary<T> =>
	fc.oneof({ weight: 40, arbitrary: usual }, { weight: 1, arbitrary: odd });
const field = fc.tuple(
	rarely(fc.constantFrom(...NAMES), latin),
	rarely(fc.oneof(fc.constantFrom(...VALUES), printable), latin)
);
const target = fc.oneof(
	fc.constantFrom(
		'/',
		'/v1/session',
		'/v1/voices',
		'/v1/news?language=en',
		'/v1/health',
		'/v1/debug/sessions',
		'/metrics',
		'*'
	),
	fc.constantFrom('/v1/__proto__', '/%00', '/..%2f..%2fetc/passwd', '//', 'http://evil.example/', '/v1/characters'),
	printable.map((text) => `/${text.replaceAll(' ', '')}`)
);
const method = fc.constantFrom(
	'GET',
	'HEAD',
	'POST',
	'PUT',
	'DELETE',
	'OPTIONS',
	'CONNECT',
	'TRACE',
	'PRI',
	'G\0T',
	''
);
const HANDSHAKE = [
	...['Upgrade: websocket', 'Connection: Upgrade', 'Sec-WebSocket-Version: 13'],
	...['Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==', 'Sec-WebSocket-Protocol: parley.1']
];
const framing = rarely(fc.constantFrom('none', 'length', 'handshake'), fc.constantFrom('chunked', 'lie'));
const request = fc
	.tuple(method, target, framing, fc.array(field, { maxLength: 5 }), fc.uint8Array({ maxLength: 200 }))
	.map(([verb, path, kind, fields, body]) => {
		const length = kind === 'length' ? body.byteLength : kind === 'lie' ? body.byteLength + 5 : null;
		const head = [
			kind === 'handshake' ? 'GET /v1/session HTTP/1.1' : `${verb} ${path} HTTP/1.1`,
			'Host: localhost',
			...(kind === 'handshake' ? HANDSHAKE : []),
			...(kind === 'chunked' ? ['Transfer-Encoding: chunked'] : []),
			...(length === null ? [] : [`Content-Length: ${length}`]),
			...fields.map(([name, value]) => `${name}: ${value}`),
			'',
			''
		];
		return Buffer.concat([Buffer.from(head.join('\r\n'), 'latin1'), kind === 'none' ? new Uint8Array() : body]);
	});

describe('the port, given', () => {
	it('any bytes', async () => {
		await fc.assert(
			fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), fc.integer({ min: 1, max: 400 }), async (bytes, cut) => {
				expect(await exchange(bytes, cut)).not.toMatch(/^HTTP\/1\.1 (2|5)/);
			}),
			{ numRuns: 150 }
		);
		await isWell();
	});

	it('requests of any kind, in pieces of any size: an answer, never a 500, and nothing that only a token opens', async () => {
		const statuses = new Set<string>();
		await fc.assert(
			fc.asyncProperty(request, fc.integer({ min: 1, max: 600 }), async (bytes, cut) => {
				const answer = await exchange(bytes, cut);
				statuses.add(answer.slice(9, 12));
				expect(answer).toMatch(/^($|HTTP\/1\.1 [1-5]\d\d )/);
				expect(answer).not.toMatch(/^HTTP\/1\.1 500/);
				expect(answer).not.toContain('root:');
				const sent = bytes.toString('latin1');
				if (/^GET \/v1\/(news|voices)/.test(sent) && !sent.includes(TOKEN))
					expect(answer).not.toMatch(/^HTTP\/1\.1 200/);
			}),
			{ numRuns: 500 }
		);
		// Not only the parser was asked.
		for (const status of ['101', '200', '401', '404', '405']) expect([...statuses]).toContain(status);
		await isWell();
	});

	it('a request cut off at every byte', async () => {
		const whole = Buffer.from(
			`POST /v1/voices HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer ${TOKEN}\r\nContent-Length: 4\r\n\r\nabcd`
		);
		const cuts = Array.from({ length: whole.byteLength }, (_, length) => length + 1);
		for (let i = 0; i < cuts.length; i += 20)
			await Promise.all(cuts.slice(i, i + 20).map((length) => exchange(whole.subarray(0, length), length)));
		await isWell();
	});
});
