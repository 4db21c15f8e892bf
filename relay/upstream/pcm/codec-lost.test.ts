/** A codec that fails is the relay's own fault: the leg ends as lost, so that another goes on, and no instance is blamed. */
import { afterEach, describe, expect, it } from 'vitest';
import { encodeAudio, type SttOut, type TtsOut } from '../../../src/lib/protocol/moshi.ts';
import { CodecPool, MOST_WAITING } from '../../codec/pool.ts';
import { startSimpleTtsEngine } from '../../embedded/simple/tts.ts';
import { toneSynthesiser } from '../../embedded/testing/tone-synthesiser.ts';
import { opusStream } from '../../session/testing/opus-stream.ts';
import type { UpstreamError } from '../failure.ts';
import { simpleStt } from '../simple/stt.ts';
import { simpleTts } from '../simple/tts.ts';
import type { SttLeg } from '../stt.ts';
import { serveMoshi } from '../testing/moshi-server.ts';
import type { TtsLeg } from '../tts.ts';
import { pcmStt } from './stt.ts';
import { pcmTts } from './tts.ts';

const closers: (() => Promise<unknown>)[] = [];
afterEach(() => Promise.all(closers.splice(0).map((close) => close())));

/** Every thread dies of its first order. */
const DIES = `import { parentPort } from 'node:worker_threads';
	parentPort.on('message', ({ type }) => { if (type === 'work') throw new Error('broken'); });`;
/** … or never answers. */
const HANGS = `import { parentPort } from 'node:worker_threads'; parentPort.on('message', () => undefined);`;

function pool(script: string): CodecPool {
	const codecs = new CodecPool(1, new URL(`data:text/javascript,${encodeURIComponent(script)}`));
	closers.push(() => codecs.close());
	return codecs;
}

const options = (blamed: string[]) => {
	const controller = new AbortController();
	closers.push(() => {
		controller.abort();
		return Promise.resolve();
	});
	return { signal: controller.signal, timeoutMs: 5000, failed: (cause: UpstreamError) => void blamed.push(cause.code) };
};
const ears = { step: () => undefined, word: () => undefined, endWord: () => undefined };
const endOf = (leg: SttLeg): Promise<UpstreamError> => new Promise((ended) => leg.start({ ...ears, ended }));
const endOfVoice = (leg: TtsLeg): Promise<UpstreamError | null> =>
	new Promise((ended) => leg.start({ audio: () => undefined, text: () => undefined, ended }));

async function serve(...messages: readonly (SttOut | TtsOut)[]): Promise<string> {
	const served = await serveMoshi((client) => client.send(...messages));
	closers.push(() => served.close());
	return served.url;
}
const READY = { type: 'Ready' } as const;

describe('a codec that is gone', () => {
	it.each(['pcm', 'opus', 'simple'] as const)('ends ears that take %s', async (format) => {
		const codecs = pool(DIES);
		const blamed: string[] = [];
		const connect =
			format === 'simple'
				? simpleStt({ codecs, delayMs: 500 })
				: pcmStt({ codecs, pcm: format === 'pcm', energyDelayMs: 500 });
		const url = await (format === 'simple' ? serve() : serve(READY));
		const leg = await connect({ url, apiKey: '' }, options(blamed));
		const ended = endOf(leg);
		leg.sendHead(opusStream().head);
		expect((await ended).code).toBe('lost');
		expect([blamed, codecs.streams, codecs.threads]).toEqual([[], 0, 0]);
	});

	it('ends a voice that speaks pcm', async () => {
		const codecs = pool(DIES);
		const blamed: string[] = [];
		const leg = await pcmTts(codecs)(
			{ url: await serve(READY, { type: 'Audio', pcm: [0, 0.1] }), apiKey: '' },
			{ ...options(blamed), voice: '' }
		);
		expect((await endOfVoice(leg))?.code).toBe('lost');
		expect([leg.isOpen, blamed, codecs.streams, codecs.threads]).toEqual([false, [], 0, 0]);
	});

	it('ends a simple voice', async () => {
		const codecs = pool(DIES);
		const blamed: string[] = [];
		const engine = await startSimpleTtsEngine({ synthesiser: toneSynthesiser() });
		closers.push(() => engine.close());
		const leg = await simpleTts(codecs)({ url: engine.url, apiKey: '' }, { ...options(blamed), voice: '' });
		const ended = endOfVoice(leg);
		leg.say('One two.');
		leg.finish();
		expect((await ended)?.code).toBe('lost');
		expect([leg.isOpen, blamed, codecs.streams, codecs.threads]).toEqual([false, [], 0, 0]);
	});

	it('that hangs does not fill the memory: ears end once too much waits', async () => {
		const codecs = pool(HANGS);
		const blamed: string[] = [];
		const connect = pcmStt({ codecs, pcm: true, energyDelayMs: null });
		const leg = await connect({ url: await serve(READY), apiKey: '' }, options(blamed));
		const ended = endOf(leg);
		const stream = opusStream();
		leg.sendHead(stream.head);
		for (let i = 0; i < MOST_WAITING + 2; i++) leg.sendPage(stream.page());
		expect((await ended).code).toBe('lost');
		expect([blamed, codecs.streams]).toEqual([[], 0]);
	});

	it('that hangs makes a voice wait', async () => {
		const codecs = pool(HANGS);
		const served = await serveMoshi((client) => client.send({ type: 'Ready' }));
		closers.push(() => served.close());
		const leg = await pcmTts(codecs)({ url: served.url, apiKey: '' }, { ...options([]), voice: '' });
		void endOfVoice(leg);
		const client = served.clients[0]!;
		const frame = encodeAudio(new Float32Array(1920));
		// More than the kernel and all that may wait here hold together: what is left stays with the server.
		for (let i = 0; i < 5000; i++) client.socket.send(frame);
		await new Promise((resolve) => setTimeout(resolve, 300));
		expect(client.socket.bufferedAmount).toBeGreaterThan(0);
		expect(leg.isOpen).toBe(true);
	});
});
