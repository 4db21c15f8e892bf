import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { decodeTtsOut } from '../../../src/lib/protocol/moshi.ts';
import { floatBytes } from '../../codec/codec.ts';
import { CodecPool } from '../../codec/pool.ts';
import { UpstreamError } from '../failure.ts';
import type { TtsLeg } from '../tts.ts';
import { simpleTts } from './tts.ts';

const codecs = new CodecPool(1);
afterAll(() => codecs.close());
const closers: (() => Promise<unknown>)[] = [];
afterEach(() => Promise.all(closers.splice(0).map((close) => close())));

interface Asked {
	readonly url: string | undefined;
	readonly key: string | string[] | undefined;
	readonly body: unknown;
}
type Answer = (response: ServerResponse, asked: Asked, nth: number) => void;

/** Answers what a test says to each sentence; a greeting is answered with 404, as by most servers. */
async function serve(answer: Answer, greeting = 404): Promise<{ url: string; asked: Asked[]; closed: () => number }> {
	const asked: Asked[] = [];
	let closed = 0;
	const read = async (request: IncomingMessage): Promise<unknown> => {
		let text = '';
		for await (const part of request.setEncoding('utf8')) text += String(part);
		return JSON.parse(text) as unknown;
	};
	const server = createServer((request, response) => {
		if (request.method === 'GET') return void response.writeHead(greeting).end();
		response.once('close', () => closed++);
		void read(request).then((body) => {
			asked.push({ url: request.url, key: request.headers['kyutai-api-key'], body });
			answer(response, asked.at(-1)!, asked.length);
		});
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	closers.push(() => {
		server.closeAllConnections();
		return new Promise((resolve) => server.close(resolve));
	});
	return { url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`, asked, closed: () => closed };
}

interface Heard {
	readonly words: [text: string, startS: number, stopS: number][];
	readonly frames: () => number;
	readonly ended: Promise<UpstreamError | null>;
	readonly blamed: string[];
	readonly leg: TtsLeg;
	readonly controller: AbortController;
}

async function speak(url: string, voice = '', apiKey = 'k'): Promise<Heard> {
	const controller = new AbortController();
	const blamed: string[] = [];
	const failed = (cause: UpstreamError): void => void blamed.push(cause.code);
	const options = { signal: controller.signal, timeoutMs: 2000, voice, failed };
	const leg = await simpleTts(codecs)({ url, apiKey }, options);
	closers.push(() => Promise.resolve(controller.abort()));
	const words: Heard['words'] = [];
	let frames = 0;
	const ended = new Promise<UpstreamError | null>((resolve) =>
		leg.start({
			audio(frame) {
				const decoded = decodeTtsOut(frame);
				expect(decoded.ok && decoded.value.type).toBe('OggOpus');
				frames++;
			},
			text: (text, startS, stopS) => words.push([text, startS, stopS]),
			ended: resolve
		})
	);
	return { words, frames: () => frames, ended, blamed, leg, controller };
}

/** A tone. */
const pcm = (seconds: number): Uint8Array =>
	floatBytes(Float32Array.from({ length: Math.round(seconds * 24_000) }, (_, i) => 0.3 * Math.sin(i / 10)));
const LEAD_IN_S = 0.08;

describe('a voice of the simple dialect', () => {
	it('is asked for a sentence at a time, and its words lie in the sound of each', async () => {
		const server = await serve((response) => response.end(pcm(1)));
		const heard = await speak(server.url, 'anna');
		for (const word of ['Ab', 'cd.', 'Ef', 'gh', 'ij.']) heard.leg.say(` ${word}`);
		heard.leg.finish();
		expect(await heard.ended).toBeNull();
		expect(server.asked).toEqual([
			{ url: '/synthesize', key: 'k', body: { text: 'Ab cd.', voice: 'anna' } },
			{ url: '/synthesize', key: 'k', body: { text: 'Ef gh ij.', voice: 'anna' } }
		]);
		expect(heard.words.map(([text]) => text)).toEqual(['Ab', 'cd.', 'Ef', 'gh', 'ij.']);
		expect(heard.words[0]?.[1]).toBeCloseTo(LEAD_IN_S, 5);
		expect(heard.words[1]?.[2]).toBeCloseTo(1 + LEAD_IN_S, 5);
		expect(heard.words[2]?.[1]).toBeCloseTo(1 + LEAD_IN_S, 5);
		expect(heard.words[4]?.[2]).toBeCloseTo(2 + LEAD_IN_S, 5);
		// The head, the silence before it, and both sentences in one stream.
		expect(heard.frames()).toBe(2 + Math.ceil((2 * 24_000 + 156) / 1920));
		expect(heard.blamed).toEqual([]);
	});

	it('begins before its answer is whole, and says the words as they come', async () => {
		const hold = Promise.withResolvers<ServerResponse>();
		const server = await serve((response) => {
			response.write(pcm(1.6));
			hold.resolve(response);
		});
		const heard = await speak(server.url);
		heard.leg.say('One two three four five six seven eight.');
		heard.leg.finish();
		const response = await hold.promise;
		while (heard.frames() < 20 || heard.words.length === 0) await new Promise(setImmediate);
		expect(heard.words.length).toBeLessThan(8);
		response.end(pcm(0.4));
		expect(await heard.ended).toBeNull();
		expect(heard.words.length).toBe(8);
		expect(heard.words.at(-1)?.[2]).toBeCloseTo(2 + LEAD_IN_S, 5);
	});

	it('is cut off when it is interrupted, and nothing more is told', async () => {
		const under = Promise.withResolvers<undefined>();
		const server = await serve((response) => {
			response.write(pcm(0.5));
			under.resolve(undefined);
		});
		const heard = await speak(server.url);
		heard.leg.say('One two three four. Five six.');
		await under.promise;
		let isTold = false;
		void heard.ended.then(() => (isTold = true));
		heard.controller.abort();
		while (server.closed() === 0) await new Promise((resolve) => setTimeout(resolve, 2));
		expect([isTold, heard.leg.isOpen, heard.blamed, server.asked.length]).toEqual([false, false, [], 1]);
	});

	it('waits where the browser does not keep up', async () => {
		const server = await serve((response) => {
			for (let i = 0; i < 400; i++) response.write(pcm(1));
			response.end();
		});
		const heard = await speak(server.url);
		heard.leg.pause();
		// 400 s of sound for so many words: twice a second.
		heard.leg.say(Array.from({ length: 39 }, () => 'abcdefghijklmnopqrstuvwxyz').join(' '));
		heard.leg.finish();
		await new Promise((resolve) => setTimeout(resolve, 200));
		const before = heard.frames();
		expect(before).toBeLessThan(400);
		expect(server.closed()).toBe(0);
		heard.leg.resume();
		while (heard.frames() <= before) await new Promise((resolve) => setTimeout(resolve, 2));
		heard.controller.abort();
	});

	it.each<[string, Answer, string]>([
		['no whole samples', (response) => response.end(pcm(0.5).subarray(0, 47_999)), 'protocol'],
		['no numbers', (response) => response.end(floatBytes(new Float32Array(9600).fill(NaN))), 'protocol'],
		[
			'16-bit samples',
			(response) => response.end(Buffer.alloc(48_000, Buffer.from([1, 0x50, 0x9c, 0x7f]))),
			'protocol'
		],
		['no sound at all', (response) => response.end(), 'protocol'],
		['far too little of it', (response) => response.end(pcm(0.1)), 'lost'],
		['an answer that breaks off', (response) => void response.write(pcm(0.5), () => response.destroy()), 'lost'],
		['no answer', (response) => void response.destroy(), 'refused'],
		['no room', (response) => void response.writeHead(503, { 'retry-after': '3' }).end(), 'at_capacity'],
		['another key', (response) => void response.writeHead(401).end(), 'unauthorized_upstream'],
		['no such thing', (response) => void response.writeHead(404).end(), 'not_found'],
		['no sense in what it was asked', (response) => void response.writeHead(422).end(), 'protocol']
	])('fails where there is %s', async (_what, answer, code) => {
		const server = await serve(answer);
		const heard = await speak(server.url);
		heard.leg.say('One two three four five six.');
		heard.leg.finish();
		expect((await heard.ended)?.code).toBe(code);
		expect([heard.blamed, heard.leg.isOpen]).toEqual([[code], false]);
	});

	it('takes a sound for nothing where there is nothing to be said', async () => {
		const server = await serve((response) => response.end());
		const heard = await speak(server.url);
		heard.leg.say('…');
		heard.leg.finish();
		expect(await heard.ended).toBeNull();
		expect(heard.words).toEqual([['…', LEAD_IN_S, LEAD_IN_S]]);
	});

	it('is not there where nobody answers, or a proxy says so', async () => {
		const away = await serve(() => undefined, 502);
		const full = await serve(() => undefined, 503);
		const code = (promise: Promise<unknown>): Promise<unknown> =>
			promise.then(
				() => null,
				(error: unknown) => (error instanceof UpstreamError ? error.code : error)
			);
		expect(await code(speak('ws://127.0.0.1:1'))).toBe('refused');
		expect(await code(speak(away.url))).toBe('protocol');
		expect(await code(speak(full.url))).toBe('at_capacity');
	});
});
