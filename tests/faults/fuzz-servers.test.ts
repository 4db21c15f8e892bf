/**
 * Whatever bytes stand where a server should be, from the first one on: no WebSocket, half a handshake, broken frames. Each
 * try ends with a code, and however many there were, the relay holds no more than before.
 */
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { opusStream } from '../../relay/session/testing/opus-stream.ts';
import { testDeps } from '../../relay/session/testing/test-deps.ts';
import { encodeMoshi } from '../../src/lib/protocol/moshi.ts';
import { serveSessions, type RelayInProcess } from './support/relay-in-process.ts';
import { Talker } from './support/talker.ts';

/** What is answered to whoever connects, in turn: set by each run. */
let answers: readonly (readonly Part[])[] = [];
let connections = 0;
type Part = Uint8Array | 'accept';

const SESSIONS = 150;
/** A session that stays behind holds several times as much, with its legs. */
const LEAST_LEAK_BYTES = 6000;

const sockets = new Set<Socket>();
let server: Server;
let relay: RelayInProcess;
let lines: string[];
beforeAll(async () => {
	server = createServer((socket) => {
		sockets.add(socket);
		socket.on('error', () => undefined);
		socket.on('close', () => sockets.delete(socket));
		socket.once('data', (request) => {
			for (const part of answers[connections++ % answers.length] ?? [])
				socket.write(part === 'accept' ? accepted(request) : part);
			socket.end();
		});
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.address() as AddressInfo;
	const limits = { sttTimeoutMs: 500, ttsTimeoutMs: 500, llmFirstTokenMs: 500, llmStallMs: 500, ttsStallMs: 500 };
	const made = testDeps({
		stt: `ws://127.0.0.1:${port}`,
		tts: `ws://127.0.0.1:${port}`,
		llm: `http://127.0.0.1:${port}`,
		limits
	});
	lines = made.lines;
	relay = await serveSessions(made.deps);
});
afterAll(async () => {
	await relay.close();
	await new Promise((resolve) => server.close(resolve));
});

/** The answer to a WebSocket's handshake; to any other request a WebSocket's answer is only more nonsense. */
function accepted(request: Buffer): string {
	const key = /sec-websocket-key: (.*)\r\n/i.exec(request.toString('latin1'))?.[1] ?? '';
	const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
	const head = ['HTTP/1.1 101 Switching Protocols', 'Upgrade: websocket', 'Connection: Upgrade'];
	return [...head, `Sec-WebSocket-Accept: ${accept}`, '\r\n'].join('\r\n');
}

/** A WebSocket frame as a server sends it. */
function frame(opcode: number, payload: Uint8Array): Uint8Array {
	return Uint8Array.of(0x80 | opcode, payload.byteLength, ...payload);
}

const ready = frame(2, encodeMoshi({ type: 'Ready' }));
const frames = fc.oneof(
	fc.constant(ready),
	fc.constant(frame(2, encodeMoshi({ type: 'Word', text: 'nightingale', start_time: 1 }))),
	fc.constant(frame(2, encodeMoshi({ type: 'Text', text: 'nightingale', start_s: 0, stop_s: 1 }))),
	fc.constant(frame(8, Uint8Array.of(0x03, 0xe8))),
	fc
		.tuple(fc.integer({ min: 0, max: 15 }), fc.uint8Array({ maxLength: 125 }))
		.map(([code, bytes]) => frame(code, bytes)),
	fc.uint8Array({ maxLength: 40 })
);
const http = fc
	.constantFrom(
		'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\ndata: {"choices":[{"delta":{"content":"Well then."}}]}\n\n',
		'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n',
		'HTTP/1.1 200 OK\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\nnight',
		'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: no\r\n\r\n',
		'HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/nightingale\r\n\r\n',
		'HTTP/1.1 503 nightingale\r\nRetry-After: 1e9\r\n\r\n',
		'HTTP/1.1 400 Bad\r\n\r\n{"error":{"message":"nightingale"}}',
		'HTTP/9.9 nightingale'
	)
	.map((text) => Buffer.from(text));
const cut = (bytes: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Uint8Array> =>
	fc.tuple(bytes, fc.nat()).map(([whole, at]) => whole.subarray(0, 1 + (at % whole.byteLength)));
const anyAnswer: fc.Arbitrary<readonly Part[]> = fc.oneof(
	fc.array(fc.oneof(http, cut(http), fc.uint8Array({ minLength: 1, maxLength: 60 })), { minLength: 1, maxLength: 2 }),
	fc.array(frames, { maxLength: 6 }).map((parts) => ['accept' as const, ...parts]),
	fc.array(frames, { maxLength: 6 }).map((parts) => ['accept' as const, ready, ...parts])
);

/** One browser that asks everything of every server, until it has been told what became of it. */
async function converse(): Promise<Talker> {
	const talker = await Talker.welcome(relay.url);
	talker.say({ type: 'listen', stream: 1, head: opusStream().head });
	talker.say({ type: 'prepare', voice: 'v' });
	talker.say({
		type: 'reply',
		reply: 1,
		messages: [{ role: 'user', content: 'nightingale' }],
		temperature: 0,
		speculative: false
	});
	await Promise.all([
		talker.next('replyDone'),
		talker.until(() => talker.of('problem').some(({ fault }) => fault === 'stt'))
	]);
	talker.vanish();
	return talker;
}

async function isWell(): Promise<void> {
	while (relay.sessions.count() + sockets.size > 0) await new Promise((resolve) => setTimeout(resolve, 2));
	expect(lines.join('\n')).not.toMatch(/internal|nightingale/);
}

const collect = ((): (() => void) => {
	setFlagsFromString('--expose-gc');
	return runInNewContext('gc');
})();

/** As many at once as there are answers. */
async function crowd(parts: readonly (readonly Part[])[]): Promise<Talker[]> {
	answers = parts;
	return Promise.all(parts.map(() => converse()));
}

describe('where a server should be', () => {
	it('any bytes end each try with a code, and tell nobody what they were', async () => {
		await fc.assert(
			fc.asyncProperty(fc.array(anyAnswer, { minLength: 12, maxLength: 12 }), async (parts) => {
				for (const { fault, detail } of (await crowd(parts)).flatMap((talker) => talker.of('problem'))) {
					expect(['stt', 'tts', 'llm']).toContain(fault);
					expect(detail).not.toContain('nightingale');
				}
			}),
			{ numRuns: 12 }
		);
		await isWell();
	});

	it('nonsense without end leaves the relay as small as it was', async () => {
		const samples = fc.sample(anyAnswer, { numRuns: SESSIONS, seed: 1 });
		async function usedBytes(): Promise<number> {
			for (let at = 0; at < SESSIONS; at += 50) await crowd(samples.slice(at, at + 50));
			await isWell();
			lines.length = 0; // they are the test's
			collect();
			return process.memoryUsage().heapUsed;
		}
		await usedBytes(); // what is kept for ever is there now
		const before = await usedBytes();
		expect((await usedBytes()) - before).toBeLessThan(SESSIONS * LEAST_LEAK_BYTES);
	});
});
