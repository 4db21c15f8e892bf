/** The load tester on `/v1/realtime`, against servers that follow a script, good ones and bad ones. */
import { createServer } from 'node:net';
import { once } from 'node:events';
import { afterAll, describe, expect, it } from 'vitest';
import type { WebSocket } from 'ws';
import type { FigureName } from '../../loadtest/figures.ts';
import type { Outcome } from '../../loadtest/run.ts';
import { serveScript, serveSockets, type ScriptedServer, type ScriptOptions } from './support/realtime-server.ts';
import { reasons, talk, type TalkOptions } from './support/talk.ts';

// Side by side: they wait far longer than they work.
const after: (() => Promise<unknown>)[] = [];
afterAll(async () => {
	for (const undo of after.splice(0)) await undo();
});

async function against(options: ScriptOptions, more: Partial<TalkOptions> = {}): Promise<Outcome> {
	const server = await serveScript(options);
	after.push(server.close);
	const outcome = await talk({ url: server.url, protocol: 'realtime', ...more });
	expect(server.faults).toEqual([]);
	return outcome;
}

async function withServer(serving: Promise<ScriptedServer>, more: Partial<TalkOptions> = {}): Promise<Outcome> {
	const server = await serving;
	after.push(server.close);
	return talk({ url: server.url, protocol: 'realtime', patienceMs: 1000, ...more });
}

const mean = ({ figures }: Outcome, name: FigureName): number => figures.summary(name)?.mean ?? Number.NaN;

describe.concurrent('a server that answers', () => {
	it('is talked to until there were enough messages, and measured', async () => {
		const outcome = await against({ llmMs: 300, ttsMs: 400, frames: 10, frameMs: 40 });
		expect(outcome.tally.counts).toMatchObject({ good: 1, bad: 0, messages: 3, interruptions: 0, cutIns: 0 });
		const count = (name: FigureName): number => outcome.figures.summary(name)?.n ?? 0;
		expect([count('stt'), count('vad'), count('turn'), count('wait')]).toEqual([1, 1, 1, 1]);
		expect([count('llm'), count('ttsStart'), count('ttsFactor'), count('gap')]).toEqual([2, 2, 2, 2]);
		// The server's own waits, and half of them for a machine that stood still; exact figures are conversation.test.ts's.
		expect(mean(outcome, 'llm')).toBeGreaterThan(150);
		expect(mean(outcome, 'ttsStart')).toBeGreaterThan(200);
		expect(mean(outcome, 'wait')).toBeGreaterThan(mean(outcome, 'turn') + 350);
	});

	it('is talked to by many at once', async () => {
		const { tally } = await against({}, { talkers: 20, conversations: 30 });
		expect(tally.counts).toMatchObject({ good: 30, bad: 0, talking: 0 });
	});
});

describe.concurrent('a server that does not do well', () => {
	it.each<[string, (socket: WebSocket) => void, string]>([
		['by closing', (socket) => socket.close(1013, 'busy'), 'closed (code 1013)'],
		['by vanishing', (socket) => socket.terminate(), 'closed (code 1006)'],
		['by closing as after a goodbye that was none', (socket) => socket.close(1000), 'closed (code 1000)'],
		['by talking garbage', (socket) => socket.send('garbage'), 'bad_message (invalid_json)'],
		['by sending bytes', (socket) => socket.send(Buffer.alloc(3)), 'bad_message (invalid_json)'],
		['by a wrong field', (socket) => socket.send('{"type":"response.audio.delta","delta":5}'), 'bad_message (delta)'],
		['by far too much', (socket) => socket.send('x'.repeat(2 << 20)), 'closed (code 1006)'],
		[
			'by an error that ends it',
			(socket) => {
				socket.send('{"type":"error","error":{"type":"fatal","message":"Too many people."}}');
				socket.close(1011);
			},
			'fatal (code 1011)'
		],
		['by sound that is none', sayNoise, 'no_answer']
	])('%s is given up', async (_name, misbehave, reason) => {
		const outcome = await withServer(serveSockets(misbehave), { conversations: 2 });
		expect(Object.keys(reasons(outcome))[0]).toContain(reason.replace('no_answer', 'no_'));
		expect(outcome.tally.counts).toMatchObject({ good: 0, bad: 2, talking: 0 });
	});

	it('by never finishing the handshake is given up', async () => {
		// It reads, and says nothing.
		const silent = createServer((socket) => void socket.resume());
		silent.listen(0, '127.0.0.1');
		await once(silent, 'listening');
		after.push(() => new Promise((resolve) => silent.close(resolve)));
		const address = silent.address();
		const port = typeof address === 'object' ? address?.port : 0;
		const outcome = await talk({ url: `ws://127.0.0.1:${port}`, protocol: 'realtime', patienceMs: 200 });
		expect(reasons(outcome)).toEqual({ never_ready: 1 });
	});

	it('by not being there is not asked a thousand times a second', async () => {
		const startedMs = performance.now();
		const outcome = await talk({ url: 'ws://127.0.0.1:1', protocol: 'realtime', conversations: 3 });
		expect(reasons(outcome)).toEqual({ refused: 3 });
		expect(performance.now() - startedMs).toBeGreaterThan(390);
	});
});

describe.concurrent('a load test', () => {
	it('that is stopped counts what is under way for nothing, and what is over as it was', async () => {
		const stopping = new AbortController();
		const outcome = await against(
			{ frames: 2 },
			{
				talkers: 2,
				conversations: 50,
				messages: 1,
				signal: stopping.signal,
				progress: ({ counts }) => {
					if (counts.over === 5) stopping.abort();
				}
			}
		);
		expect(outcome.tally.counts.good).toBeGreaterThanOrEqual(5);
		expect(outcome.tally.counts.bad).toBe(0);
		expect(outcome.tally.counts.over).toBeLessThan(10);
		expect(outcome.tally.goodShare).toBe(1);
	});
});

function sayNoise(socket: WebSocket): void {
	socket.send('{"type":"response.created","response":{"status":"in_progress","voice":"x"}}');
	for (let i = 0; i < 100; i++) socket.send(`{"type":"response.audio.delta","delta":"${'A'.repeat(400)}"}`);
	socket.send('{"type":"response.audio.delta","delta":"*"}');
	socket.send('{"type":"response.audio.done"}');
}
