import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { FRAME_SAMPLES } from '../../../src/lib/audio/frames.ts';
import { decodeSttOut } from '../../../src/lib/protocol/moshi.ts';
import { CodecPool } from '../../codec/pool.ts';
import { opusStream } from '../../session/testing/opus-stream.ts';
import type { UpstreamError } from '../failure.ts';
import { serveMoshi, type MoshiClient, type MoshiServer } from '../testing/moshi-server.ts';
import { simpleStt } from './stt.ts';

const codecs = new CodecPool(1);
afterAll(() => codecs.close());
const closers: (() => unknown)[] = [];
afterEach(async () => {
	await Promise.all(closers.splice(0).map((close) => close()));
	expect(codecs.streams).toBe(0);
});

interface Talk {
	readonly server: MoshiServer;
	readonly client: MoshiClient;
	readonly told: string[];
	readonly steps: number[];
	readonly ended: Promise<UpstreamError>;
	readonly blamed: string[];
	pages(count: number): void;
	/** Resolves once so much was told. */
	until(count: number): Promise<void>;
}

async function talk(path = '/any/route?x=1'): Promise<Talk> {
	const server = await serveMoshi(() => undefined);
	closers.push(() => server.close());
	const controller = new AbortController();
	closers.unshift(() => controller.abort());
	const blamed: string[] = [];
	const failed = (cause: UpstreamError): void => void blamed.push(cause.code);
	const connect = simpleStt({ codecs, delayMs: 500 });
	const leg = await connect(
		{ url: server.url + path, apiKey: 'k' },
		{ signal: controller.signal, timeoutMs: 2000, failed }
	);
	const told: string[] = [];
	const steps: number[] = [];
	const watchers: (() => void)[] = [];
	const tell = (what: string): void => {
		told.push(what);
		for (const watcher of watchers.splice(0)) watcher();
	};
	const ended = new Promise<UpstreamError>((resolve) =>
		leg.start({
			step: (frame) => {
				const step = decodeSttOut(frame);
				if (step.ok && step.value.type === 'Step') steps.push(step.value.step_idx);
			},
			word: (text, startS) => tell(`${text} ${startS.toFixed(2)}`),
			endWord: (stopS) => tell(`until ${stopS.toFixed(2)}`),
			ended: resolve
		})
	);
	const stream = opusStream();
	leg.sendHead(stream.head);
	return {
		server,
		client: server.clients[0]!,
		told,
		steps,
		ended,
		blamed,
		pages(count) {
			for (let i = 0; i < count; i++) leg.sendPage(stream.page());
		},
		async until(count) {
			while (told.length < count) await new Promise<void>((resolve) => watchers.push(resolve));
		}
	};
}

describe('ears of the simple dialect', () => {
	it('get float32 at the address as it stands, with the key, and answer each page with a step', async () => {
		const { client, steps, pages } = await talk();
		expect([client.request.url, client.request.headers['kyutai-api-key']]).toEqual(['/any/route?x=1', 'k']);
		pages(5);
		const messages = await client.messages(5);
		expect(messages.map(({ length }) => length)).toEqual(Array.from({ length: 5 }, () => 4 * FRAME_SAMPLES));
		while (steps.length < 5) await new Promise(setImmediate);
		expect(steps).toEqual([0, 1, 2, 3, 4]);
	});

	it('tell words when they are certain, in the sound that came', async () => {
		const { client, told, pages, until } = await talk();
		pages(10);
		await client.messages(10);
		client.socket.send('{"type":"ready"}');
		client.socket.send('{"type":"partial","text":"ab cd"}');
		client.socket.send('{"type":"partial","text":"ab cd ef"}');
		await until(4);
		expect(told).toEqual(['ab 0.00', 'until 0.40', 'cd 0.40', 'until 0.80']);
		pages(5);
		await client.messages(15);
		client.socket.send('{"type":"final","text":"Ab cd ef."}');
		await until(6);
		expect(told.slice(4)).toEqual(['ef. 0.80', 'until 1.20']);
	});

	it.each([
		['no JSON', 'how are you'],
		['no transcript', '{"type":"final","text":5}'],
		['bytes', Buffer.from('{"type":"final","text":"x"}')],
		['an error', '{"type":"error","message":"no model"}']
	])('end where they are told %s', async (_what, message) => {
		const { client, ended, blamed } = await talk();
		client.socket.send(message);
		expect((await ended).code).toBe('protocol');
		expect(blamed).toEqual(['protocol']);
	});

	it.each([
		[1000, 'lost'],
		[1011, 'lost'],
		[1013, 'at_capacity']
	])('end where the server closes with %i', async (close, code) => {
		const { client, ended, blamed } = await talk();
		client.socket.close(close);
		expect((await ended).code).toBe(code);
		expect(blamed).toEqual([code]);
	});
});
