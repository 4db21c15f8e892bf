/**
 * The browser's own conversation (turn core, ring, word seam) before the real relay, with ears that hear what was said and
 * die in the middle of it: every word of the person's stands in the history, once.
 */
import { describe, expect, it, type TestContext } from 'vitest';
import { literalAddress } from '../../relay/discovery/instance.ts';
import { createService } from '../../relay/discovery/service.ts';
import { startLlmEngine } from '../../relay/embedded/llm/engine.ts';
import { startTtsEngine } from '../../relay/embedded/tts/engine.ts';
import { FakeClock } from '../../relay/session/testing/fake-clock.ts';
import { testDeps } from '../../relay/session/testing/test-deps.ts';
import { OggOpusDecoder } from '../../src/lib/audio/ogg-opus-decoder.ts';
import { defaultCharacter } from '../../src/lib/chat/characters/default.ts';
import { DEFAULT_API_KEY } from '../../src/lib/protocol/moshi.ts';
import { Conversation } from '../../src/lib/session/worker/conversation.ts';
import type { Entry } from '../../src/lib/session/view.ts';
import { expectHandlesBack } from './support/handles.ts';
import { FRAMES_PER_WORD, serveEars, wordMarker, type EarsServer } from './support/hearing-ears.ts';
import { serveSessions } from './support/relay-in-process.ts';
import { hum } from './support/upstreams.ts';

expectHandlesBack();

const SAID = 'one two three four five six seven eight nine ten eleven twelve thirteen fourteen'.split(' ');

/** Whatever is under way between the three has had its turns. */
async function settled(): Promise<void> {
	for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
	await new Promise((resolve) => setTimeout(resolve, 1));
}

interface Talk {
	readonly ears: readonly EarsServer[];
	/** 80 ms of the person's: a word, or nothing. */
	hear(marker: number): Promise<void>;
	user(): string;
}

async function talk(instances: number, { onTestFinished }: Pick<TestContext, 'onTestFinished'>): Promise<Talk> {
	const clock = new FakeClock(); // of both sides: time passes by the frame, however busy the machine is
	const ears = await Promise.all(Array.from({ length: instances }, () => serveEars(SAID)));
	const tts = await startTtsEngine({ synthesiser: hum, speed: 50 });
	const llm = await startLlmEngine({ script: { replies: ['Well.'] }, tokenDelayMs: 0 });
	const { deps } = testDeps({
		tts: tts.url,
		llm: llm.url,
		keys: { stt: DEFAULT_API_KEY, tts: DEFAULT_API_KEY, llm: '' },
		clock
	});
	const service = createService({
		name: 'stt',
		choice: 'failover',
		instances: () => Promise.resolve(ears.map(({ url }) => ({ url, address: literalAddress(url) })))
	});
	const relay = await serveSessions({ ...deps, stt: { ...deps.stt, service, recognises: true } });
	const entries = new Map<number, Entry>();
	const conversation = new Conversation({
		url: relay.url.replace('http', 'ws') + '/v1/session',
		language: 'en',
		voice: null,
		character: defaultCharacter('en'),
		who: null,
		seed: 1,
		news: [],
		today: 'Friday 20 November 2026',
		encoder: {
			lookaheadSamples: 0,
			encode: (pcm) => Uint8Array.of(0xf8, 0xff, 0xfe, Math.round((pcm[0] ?? 0) * 1000)),
			free: () => undefined
		},
		decoder: await OggOpusDecoder.create(),
		connect: (url, subprotocol) => new WebSocket(url, subprotocol),
		toPlayback: () => undefined,
		show: (message) => {
			if (message.type === 'entry') entries.set(message.entry.id, message.entry);
		},
		nowMs: () => clock.now(),
		timeOriginMs: 0,
		later: (ms, callback) => clock.after(ms, callback),
		chance: () => 0
	});
	onTestFinished(async () => {
		conversation.stop();
		await relay.close();
		await Promise.all([...ears, tts, llm].map((server) => server.close()));
	});
	return {
		ears,
		async hear(marker) {
			for (let packet = 0; packet < 4; packet++) {
				const pcm = new Float32Array(480).fill(marker / 1000);
				conversation.captured({ type: 'frame', pcm, contextTimeS: 0, postedAtMs: clock.now() });
			}
			clock.advance(80);
			await settled();
		},
		user: () =>
			[...entries.values()]
				.filter(({ role }) => role === 'user')
				.map(({ text }) => text)
				.join(' ')
				.replace(/\s+/g, ' ')
				.trim()
	};
}

/** Says everything, and `during(word)` before each word. */
async function say(it: Talk, during: (word: number) => unknown): Promise<void> {
	for (let silence = 0; silence < 15; silence++) await it.hear(0);
	for (let word = 0; word < SAID.length; word++) {
		await during(word);
		for (let frame = 0; frame < FRAMES_PER_WORD; frame++)
			await it.hear(frame < FRAMES_PER_WORD - 1 ? wordMarker(word) : 0);
	}
	const isHeard = (): boolean => it.user().endsWith(SAID.at(-1)!);
	while (!isHeard()) await it.hear(0);
}

describe.concurrent('the ears die while a person speaks', () => {
	it.for([
		['cut off', (ears: EarsServer) => ears.close()],
		['with a goodbye, as when they are shut down', (ears: EarsServer) => ears.leave()],
		['talking nonsense', (ears: EarsServer) => ears.garble()],
		['silent, and still there', (ears: EarsServer) => ears.hang()],
		['silent, and not there any more', (ears: EarsServer) => ears.freeze()]
	] as const)('%s: every word is written down, once', async ([, end], context) => {
		const it = await talk(2, context);
		await say(it, (word) => word === 6 && end(it.ears[0]!));
		expect(it.user()).toBe(SAID.join(' '));
		expect(it.ears.map(({ clients }) => clients())).toEqual([1, 1]);
	});

	it('again and again', async (context) => {
		const it = await talk(3, context);
		await say(it, (word) => {
			if (word === 4) return it.ears[0]!.close();
			return word === 9 ? it.ears[1]!.close() : undefined;
		});
		expect(it.user()).toBe(SAID.join(' '));
	});
});
