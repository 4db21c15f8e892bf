/** Whatever bytes come over a socket, from a browser or from a server: told or dropped, never fatal, and nothing stays behind. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { opusStream } from '../../relay/session/testing/opus-stream.ts';
import { testDeps } from '../../relay/session/testing/test-deps.ts';
import { encodeMoshi } from '../../src/lib/protocol/moshi.ts';
import { encodeSession } from '../../src/lib/protocol/session.ts';
import { serveChat, type ChatServer } from '../../relay/upstream/testing/chat-server.ts';
import { serveMoshi, type MoshiServer } from '../../relay/upstream/testing/moshi-server.ts';
import { serveSessions, type RelayInProcess } from './support/relay-in-process.ts';
import { Talker } from './support/talker.ts';

/** What the servers send next: set by each run. */
let nonsense: readonly Uint8Array[] = [];
let llmBytes: readonly Uint8Array[] = [];
let stt: MoshiServer;
let tts: MoshiServer;
let llm: ChatServer;
let relay: RelayInProcess;
let lines: string[];
beforeAll(async () => {
	[stt, tts, llm] = await Promise.all([
		serveMoshi((client) => {
			client.send({ type: 'Ready' }, ...nonsense);
			setTimeout(() => client.socket.terminate(), 5);
		}),
		serveMoshi((client) => {
			client.send({ type: 'Ready' }, ...nonsense);
			setTimeout(() => client.socket.close(), 5);
		}),
		serveChat((response) => {
			response.writeHead(200, { 'content-type': 'text/event-stream' });
			for (const part of llmBytes) response.write(part);
			response.end();
		})
	]);
	const limits = { sttTimeoutMs: 500, ttsTimeoutMs: 500, llmFirstTokenMs: 500, llmStallMs: 500, ttsStallMs: 500 };
	const made = testDeps({ stt: stt.url, tts: tts.url, llm: llm.url, limits });
	lines = made.lines;
	relay = await serveSessions(made.deps);
});
afterAll(async () => {
	await relay.close();
	await Promise.all([stt.close(), tts.close(), llm.close()]);
});

/** Nothing is left of anybody, and the next one is welcome. */
async function isWell(): Promise<void> {
	const talker = await Talker.welcome(relay.url);
	talker.close();
	await talker.closed();
	while (relay.sessions.count() > 0) await new Promise((resolve) => setTimeout(resolve, 2));
	await llm.idle();
	await Promise.all([...stt.clients, ...tts.clients].map((client) => client.gone));
	expect(lines.join('\n')).not.toMatch(/internal|nightingale/);
}

const { head, page } = opusStream();
const valid: readonly Uint8Array[] = [
	encodeSession({ type: 'hello', version: 1, client: 'x', language: 'en', token: 'nightingale' }),
	encodeSession({ type: 'listen', stream: 1, head }),
	encodeSession({ type: 'audio', page: page() }),
	encodeSession({ type: 'prepare', voice: 'v' }),
	encodeSession({
		type: 'reply',
		reply: 1,
		messages: [{ role: 'user', content: 'nightingale' }],
		temperature: 0,
		speculative: true
	}),
	encodeSession({ type: 'commit', reply: 1 }),
	encodeSession({ type: 'cancel', reply: 1 }),
	encodeSession({ type: 'consent', recording: true }),
	encodeSession({ type: 'report', gaps: 1, heardLatencyMs: 1e300 })
];
const fromServers: readonly Uint8Array[] = [
	encodeMoshi({ type: 'Step', step_idx: 1, prs: [0.1, 0.2, 0.3, 0.4], buffered_pcm: 0 }),
	encodeMoshi({ type: 'Word', text: 'nightingale', start_time: 1 }),
	encodeMoshi({ type: 'EndWord', stop_time: 2 }),
	encodeMoshi({ type: 'OggOpus', data: page() }),
	encodeMoshi({ type: 'Text', text: 'nightingale', start_s: 0, stop_s: 1 }),
	encodeMoshi({ type: 'Error', message: 'nightingale' }),
	encodeMoshi({ type: 'Ready' })
];

/** One of `messages`, whole, cut, with a byte changed, or twice; or any bytes at all. */
function spoiled(messages: readonly Uint8Array[]): fc.Arbitrary<Uint8Array> {
	const one = fc.constantFrom(...messages);
	return fc.oneof(
		one,
		fc.tuple(one, fc.nat()).map(([bytes, at]) => bytes.subarray(0, at % (bytes.byteLength + 1))),
		fc.tuple(one, fc.nat(), fc.integer({ min: 0, max: 255 })).map(([bytes, at, value]) => {
			const changed = Uint8Array.from(bytes);
			changed[at % changed.byteLength] = value;
			return changed;
		}),
		one.map((bytes) => Uint8Array.from([...bytes, ...bytes])),
		fc.uint8Array({ maxLength: 100 })
	);
}

describe('a browser that sends', () => {
	it('any messages in any order, whole or broken: each session ends with a code or goes on', async () => {
		await fc.assert(
			fc.asyncProperty(
				fc.boolean(),
				fc.array(fc.oneof(spoiled(valid), fc.string({ maxLength: 20 })), { maxLength: 12 }),
				async (polite, messages) => {
					const talker = await (polite ? Talker.welcome(relay.url) : Talker.connect(relay.url));
					for (const message of messages) talker.raw(message);
					talker.close();
					const { code } = await talker.closed();
					expect([1000, 4400, 4409, 4429]).toContain(code);
				}
			),
			{ numRuns: 150 }
		);
		await isWell();
	});
});

describe('servers that send', () => {
	it('any frames, whole or broken: the browser gets problems with codes, the relay lives on', async () => {
		await fc.assert(
			fc.asyncProperty(fc.array(spoiled(fromServers), { maxLength: 8 }), async (frames) => {
				nonsense = frames;
				llmBytes = [Buffer.from('data: {"choices":[{"delta":{"content":"Hello to you all."}}]}\n\ndata: [DONE]\n\n')];
				const talker = await Talker.welcome(relay.url);
				talker.say({ type: 'listen', stream: 1, head });
				talker.say({
					type: 'reply',
					reply: 1,
					messages: [{ role: 'user', content: 'x' }],
					temperature: 0,
					speculative: false
				});
				await talker.next('replyDone');
				talker.vanish();
			}),
			{ numRuns: 60 }
		);
		nonsense = [];
		await isWell();
	});

	it('any answer of a model, cut anywhere: the reply ends', async () => {
		const event = fc.oneof(
			fc.constantFrom(
				'data: {"choices":[{"delta":{"content":"Hello there."}}]}\n\n',
				'data: {"choices":[]}\n\n',
				'data: {"choices":[{"delta":{"content":null}}]}\n\n',
				'data: {"error":{"message":"nightingale"}}\n\n',
				'data: [DONE]\n\n',
				': nothing\n\n',
				'data: {\n\n'
			),
			fc.string({ maxLength: 40 })
		);
		await fc.assert(
			fc.asyncProperty(fc.array(event, { maxLength: 6 }), fc.integer({ min: 1, max: 50 }), async (events, cut) => {
				const bytes = Buffer.from(events.join(''));
				llmBytes = Array.from({ length: Math.ceil(bytes.byteLength / cut) }, (_, i) =>
					bytes.subarray(i * cut, (i + 1) * cut)
				);
				const talker = await Talker.welcome(relay.url);
				talker.say({
					type: 'reply',
					reply: 1,
					messages: [{ role: 'user', content: 'x' }],
					temperature: 0,
					speculative: false
				});
				await talker.next('replyDone');
				talker.close();
			}),
			{ numRuns: 60 }
		);
		await isWell();
	});
});
