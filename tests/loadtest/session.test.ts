/** The load tester on `/v1/session`: the real relay and the embedded engines, with a voice that costs nothing. */
import { afterEach, describe, expect, it } from 'vitest';
import { DEFAULT_API_KEY } from '../../src/lib/protocol/moshi.ts';
import { encodeSession } from '../../src/lib/protocol/session.ts';
import { startLlmEngine } from '../../relay/embedded/llm/engine.ts';
import { startSttEngine } from '../../relay/embedded/stt/engine.ts';
import { startTtsEngine } from '../../relay/embedded/tts/engine.ts';
import { testDeps } from '../../relay/session/testing/test-deps.ts';
import { serveSessions, type RelayInProcess } from '../faults/support/relay-in-process.ts';
import { hum } from '../faults/support/upstreams.ts';
import { serveSockets } from './support/realtime-server.ts';
import { reasons, talk } from './support/talk.ts';

const after: (() => Promise<unknown>)[] = [];
afterEach(async () => {
	for (const undo of after.splice(0).reverse()) await undo();
});

async function relay(options: { readonly isFull?: boolean; readonly reply?: string } = {}): Promise<RelayInProcess> {
	const { isFull = false, reply = 'Yes, why?' } = options;
	const [stt, tts, llm] = await Promise.all([
		startSttEngine({ log: () => undefined, slots: 32, ...(isFull ? { fault: 'full' } : {}) }),
		startTtsEngine({ synthesiser: hum, speed: 20, slots: 32 }),
		startLlmEngine({ script: { replies: Array.from({ length: 200 }, () => reply) } })
	]);
	const keys = { stt: DEFAULT_API_KEY, tts: DEFAULT_API_KEY, llm: '' };
	const { deps } = testDeps({ stt: stt.url, tts: tts.url, llm: llm.url, keys });
	const served = await serveSessions(deps);
	after.push(
		() => stt.close(),
		() => tts.close(),
		() => llm.close(),
		() => served.close()
	);
	return served;
}

describe('a relay', () => {
	it('is talked to, and every figure is there', async () => {
		const { url, sessions } = await relay();
		const { tally, figures } = await talk({ url, protocol: 'session', messages: 4 });
		expect(tally.counts).toMatchObject({ good: 1, bad: 0, messages: 5, interruptions: 0, cutIns: 0 });
		for (const name of ['stt', 'vad', 'turn', 'wait'] as const) expect(figures.summary(name)?.n).toBe(2);
		for (const name of ['llm', 'ttsStart', 'gap'] as const) expect(figures.summary(name)?.n).toBe(3);
		// Nobody can decide before the pause was noticed, nor answer before it was decided.
		expect(figures.summary('vad')?.mean).toBeGreaterThan(0);
		expect(figures.summary('turn')?.mean).toBeGreaterThanOrEqual(figures.summary('vad')?.mean ?? Infinity);
		expect(figures.summary('wait')?.mean).toBeGreaterThanOrEqual(figures.summary('turn')?.mean ?? Infinity);
		while (sessions.count() > 0) await new Promise((resolve) => setTimeout(resolve, 5));
	});

	it('is talked to by 20 at once', async () => {
		const { url } = await relay();
		const { tally, figures } = await talk({ url, protocol: 'session', talkers: 20, conversations: 20 });
		expect(reasons({ tally, figures, tookMs: 0 })).toEqual({});
		expect(tally.counts).toMatchObject({ good: 20, bad: 0, messages: 60 });
		expect(figures.summary('turn')?.n).toBeGreaterThanOrEqual(19);
	});

	it('is talked to with turns as Unmute takes them', async () => {
		const { url } = await relay();
		const { tally } = await talk({ url, protocol: 'session', policy: 'unmute' });
		expect(tally.counts).toMatchObject({ good: 1, bad: 0, messages: 3 });
	});

	it('whose assistant says goodbye did well', async () => {
		const { url } = await relay({ reply: 'Well, bye!' });
		const { tally } = await talk({ url, protocol: 'session', messages: 100 });
		expect(tally.counts).toMatchObject({ good: 1, bad: 0 });
	});

	it('whose ears are taken is told by its own code', async () => {
		const { url } = await relay({ isFull: true });
		const outcome = await talk({ url, protocol: 'session', talkers: 2, conversations: 2, patienceMs: 1500 });
		expect(reasons(outcome)).toEqual({ 'never_ready (stt at_capacity)': 2 });
	});
});

describe('what is no relay', () => {
	it.each<[string, Parameters<typeof serveSockets>[0], string]>([
		['closes', (socket) => socket.close(4401), 'closed (code 4401)'],
		['talks text', (socket) => socket.send('{}'), 'bad_message (invalid_field)'],
		['talks garbage', (socket) => socket.send(Buffer.from([0xc1, 0xff])), 'bad_message (invalid_field)'],
		['says nothing', () => undefined, 'never_ready'],
		[
			'says why it lets nobody in',
			(socket) => {
				const said = {
					type: 'problem',
					fault: 'relay',
					code: 'quota',
					retry: 'soon',
					retryAfterMs: 5,
					detail: ''
				} as const;
				socket.send(encodeSession(said));
				socket.close(1013);
			},
			'closed (code 1013, relay quota)'
		]
	])('and %s is given up, each time', async (_name, misbehave, reason) => {
		const server = await serveSockets(misbehave);
		after.push(server.close);
		const outcome = await talk({ url: server.url, protocol: 'session', conversations: 2, patienceMs: 1000 });
		expect(reasons(outcome)).toEqual({ [reason]: 2 });
	});
});
