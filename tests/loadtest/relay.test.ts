/** The load tester on both protocols of the real relay, which has the embedded engines behind it. */
import { afterAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { encodeSession } from '../../src/lib/protocol/session.ts';
import { serveSockets } from './support/realtime-server.ts';
import { serveRelay, type Relay, type RelayOptions } from './support/relay.ts';
import { reasons, talk } from './support/talk.ts';

const after: (() => Promise<unknown>)[] = [];
afterAll(async () => {
	for (const undo of after.splice(0).reverse()) await undo();
});

async function relay(options?: RelayOptions): Promise<Relay> {
	const served = await serveRelay(options);
	after.push(served.close);
	return served;
}

async function deserted({ count }: Relay): Promise<void> {
	while (count() > 0) await new Promise((resolve) => setTimeout(resolve, 5));
}

// Side by side: they wait for one another's speech far longer than they work.
describe.concurrent('a relay', () => {
	it('is talked to on /v1/session, and every figure is there', async () => {
		const served = await relay();
		const { tally, figures } = await talk({ url: served.url, protocol: 'session', messages: 4 });
		expect(tally.counts).toMatchObject({ good: 1, bad: 0, messages: 5, interruptions: 0, cutIns: 0, reconnects: 0 });
		for (const name of ['stt', 'vad', 'turn', 'wait'] as const) expect(figures.summary(name)?.n).toBe(2);
		for (const name of ['llm', 'ttsStart', 'gap'] as const) expect(figures.summary(name)?.n).toBe(3);
		// Nobody can decide before the pause was noticed, nor answer before it was decided.
		expect(figures.summary('vad')?.mean).toBeGreaterThan(0);
		expect(figures.summary('turn')?.mean).toBeGreaterThanOrEqual(figures.summary('vad')?.mean ?? Infinity);
		expect(figures.summary('wait')?.mean).toBeGreaterThanOrEqual(figures.summary('turn')?.mean ?? Infinity);
		await deserted(served);
	});

	it('is talked to on /v1/realtime, and every figure is there', async () => {
		const served = await relay();
		const { tally, figures } = await talk({ url: served.url, protocol: 'realtime', messages: 4 });
		expect(tally.counts).toMatchObject({ good: 1, bad: 0, messages: 5, interruptions: 0, cutIns: 0 });
		for (const name of ['stt', 'vad', 'turn', 'wait'] as const) expect(figures.summary(name)?.n).toBe(2);
		for (const name of ['llm', 'ttsStart', 'gap', 'ttsFactor'] as const) expect(figures.summary(name)?.n).toBe(3);
		expect(figures.summary('wait')?.mean).toBeGreaterThanOrEqual(figures.summary('turn')?.mean ?? Infinity);
		await deserted(served);
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

	it('that drains hands its talkers over to the next, and one that is shot does too', async () => {
		const relays = [await relay({ drainMs: 2000 }), await relay(), await relay()];
		const open: WebSocket[] = [];
		let current = 0;
		const connect = (_url: string, subprotocol: string): WebSocket => {
			const socket = new WebSocket(`${relays[current]?.url}/v1/session`, subprotocol, { perMessageDeflate: false });
			open.push(socket);
			return socket;
		};
		const talking = talk({ protocol: 'session', connect, talkers: 3, conversations: 3, messages: 4, policy: 'unmute' });
		const [first, second] = relays;
		while ((first?.count() ?? 0) < 3) await new Promise((resolve) => setTimeout(resolve, 5));
		current = 1;
		await first?.sessions.close();
		// Everybody is there, and the second has nobody to tell.
		while ((second?.count() ?? 0) < 3) await new Promise((resolve) => setTimeout(resolve, 5));
		current = 2;
		for (const socket of open) socket.terminate();
		const { tally } = await talking;
		expect(reasons({ tally, figures: (await talking).figures, tookMs: 0 })).toEqual({});
		expect(tally.counts).toMatchObject({ good: 3, bad: 0, reconnects: 6 });
	});
});

// Not beside the others: talkers, relay and engines are one process here, and all of them have to keep up.
describe('a relay', () => {
	it.each(['session', 'realtime'] as const)('is talked to by 20 at once on /v1/%s', async (protocol) => {
		const served = await relay();
		const outcome = await talk({ url: served.url, protocol, talkers: 20, conversations: 20 });
		expect(reasons(outcome)).toEqual({});
		expect(outcome.tally.counts).toMatchObject({ good: 20, bad: 0, messages: 60, talking: 0 });
		expect(outcome.figures.summary('turn')?.n).toBeGreaterThanOrEqual(19);
		await deserted(served);
	});
});

describe.concurrent('what is no relay', () => {
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
