/**
 * A whole conversation over each of the formats that need a thread: a greeting, a turn that is ended by the pause that our own
 * ears heard, an answer that is interrupted, and one that is heard to its end. The relay is a process of its own.
 */
import { afterAll, describe, expect, it } from 'vitest';
import { babble } from '../../relay/ears/testing/sounds.ts';
import type { Engine } from '../../relay/embedded/engine.ts';
import { startLlmEngine } from '../../relay/embedded/llm/engine.ts';
import { startSimpleSttEngine } from '../../relay/embedded/simple/stt.ts';
import { startSimpleTtsEngine } from '../../relay/embedded/simple/tts.ts';
import { startSttEngine } from '../../relay/embedded/stt/engine.ts';
import { startTtsEngine } from '../../relay/embedded/tts/engine.ts';
import { OggOpusDecoder } from '../../src/lib/audio/ogg-opus-decoder.ts';
import { OggOpusPager } from '../../src/lib/audio/ogg/pager.ts';
import { createOpusEncoder } from '../../src/lib/audio/opus.ts';
import { audioOf, RealtimeClient } from '../../src/lib/client/index.ts';
import type { RealtimeServerEvent } from '../../src/lib/protocol/realtime.ts';
import { killRelays, startRelay } from '../faults/support/relay-process.ts';
import { hum } from '../faults/support/upstreams.ts';

const GREETING = 'Hello there.';
const COUNTING = Array.from({ length: 30 }, () => 'one two three four.').join(' ');
const ANSWER = 'I am here, and I hear you. All is well.';
/** Of `hum`: each word's length, and its tone. */
const WORD_S = 0.2;
const TONE_HZ = 24_000 / (2 * Math.PI * 10);

const script = { utterances: [{ text: 'How are you' }, { text: 'Stop it now' }] };
const CASES = {
	pcm: {
		env: { STT_FORMAT: 'pcm', TTS_FORMAT: 'pcm' },
		stt: () => startSttEngine({ log: () => undefined, script }),
		tts: () => startTtsEngine({ synthesiser: hum, speed: 8 })
	},
	'pcm, and pauses by the energy of the sound': {
		env: { STT_FORMAT: 'pcm', STT_PAUSES: 'energy', TTS_FORMAT: 'pcm' },
		stt: () => startSttEngine({ log: () => undefined, script, heads: false }),
		tts: () => startTtsEngine({ synthesiser: hum, speed: 8 })
	},
	'opus, and pauses by the energy of the sound, of a slow model': {
		env: { STT_PAUSES: 'energy', STT_DELAY_S: '2.5' },
		stt: () => startSttEngine({ log: () => undefined, script, heads: false, delayS: 2.5 }),
		tts: () => startTtsEngine({ synthesiser: hum, speed: 8 })
	},
	simple: {
		env: { STT_FORMAT: 'simple', TTS_FORMAT: 'simple' },
		stt: () => startSimpleSttEngine({ script }),
		tts: () => startSimpleTtsEngine({ synthesiser: hum, speed: 8 })
	},
	'simple, of a recogniser that calls nothing final and a voice that tells its length': {
		env: { STT_FORMAT: 'simple', TTS_FORMAT: 'simple' },
		stt: () => startSimpleSttEngine({ script, finals: false }),
		tts: () => startSimpleTtsEngine({ synthesiser: hum, speed: 8, tellsLength: true })
	}
} as const;

const engines: Engine[] = [];
afterAll(() => {
	killRelays();
	return Promise.all(engines.map((engine) => engine.close()));
});

/** In real time, 80 ms a page. */
class Microphone {
	readonly #timer: NodeJS.Timeout;
	#voice: Uint8Array[] = [];
	#sent = 0;

	constructor(client: RealtimeClient, silence: Uint8Array) {
		const pager = new OggOpusPager({ serial: 9, packetsPerPage: 4 });
		client.append(pager.headPages());
		const beganMs = performance.now();
		this.#timer = setInterval(() => {
			for (; this.#sent * 20 < performance.now() - beganMs; this.#sent++) {
				const page = pager.push(this.#voice.shift() ?? silence);
				if (page !== null) client.append(page);
			}
		}, 20);
	}

	speak(voice: readonly Uint8Array[]): void {
		this.#voice = [...voice];
	}

	stop(): void {
		clearInterval(this.#timer);
	}
}

/** What was heard of the answers, as decoded: the seconds with sound in them, and its tone. */
async function heardIn(events: readonly RealtimeServerEvent[]): Promise<{ soundS: number; toneHz: number }> {
	const decoder = await OggOpusDecoder.create();
	let loud = 0;
	let crossings = 0;
	for (const event of events) {
		if (event.type !== 'response.audio.delta') continue;
		for (const pcm of decoder.push(audioOf(event))) {
			const power = pcm.reduce((sum, sample) => sum + sample * sample, 0) / pcm.length;
			if (power < 0.02) continue;
			loud += pcm.length;
			for (let i = 1; i < pcm.length; i++) if (pcm[i - 1]! < 0 !== pcm[i]! < 0) crossings++;
		}
	}
	expect(decoder.faults).toEqual({ junkBytes: 0, missingPages: 0, concealedSamples: 0, refusedPackets: 0 });
	decoder.free();
	return { soundS: loud / 24_000, toneHz: (crossings * 24_000) / 2 / loud };
}

const deltas = (events: readonly RealtimeServerEvent[], type: RealtimeServerEvent['type']): string =>
	events
		.flatMap((event) => (event.type === type && 'delta' in event ? [event.delta.trim()] : []))
		.filter((delta) => delta !== '')
		.join(' ');

describe.concurrent('a conversation with servers that speak', () => {
	it.each(Object.entries(CASES))('%s', async (_name, { env, stt: startStt, tts: startTts }) => {
		const [stt, tts, llm, encoder] = await Promise.all([
			startStt(),
			startTts(),
			startLlmEngine({ script: { replies: [GREETING, COUNTING, ANSWER] } }),
			createOpusEncoder({ complexity: 0 })
		]);
		engines.push(stt, tts, llm);
		const sound = babble(1.6);
		const voice = Array.from({ length: 80 }, (_, at) => encoder.encode(sound.slice(at * 480, (at + 1) * 480)));
		const silence = Array.from({ length: 50 }, () => encoder.encode(new Float32Array(480))).at(-1)!;
		encoder.free();

		const relay = await startRelay({ ...env, STT_URL: stt.url, TTS_URL: tts.url, LLM_URL: llm.url });
		const health: unknown = await (await fetch(`${relay.url}/v1/health`)).json();
		expect(health).toMatchObject({ ok: true, stt_up: true, tts_up: true });
		const client = new RealtimeClient({ url: relay.url.replace('http', 'ws') });
		expect(await client.ready).toBe(true);
		const events: RealtimeServerEvent[] = [];
		let watchers: (() => void)[] = [];
		const TYPES = [
			...(['error', 'response.created', 'response.text.delta', 'response.audio.delta'] as const),
			...(['response.audio.done', 'conversation.item.input_audio_transcription.delta'] as const),
			...(['input_audio_buffer.speech_stopped', 'unmute.interrupted_by_vad'] as const)
		];
		for (const type of TYPES) {
			client.on(type, (event) => {
				events.push(event);
				for (const watcher of watchers.splice(0)) watcher();
			});
		}
		const next = async (type: (typeof TYPES)[number], count = 1): Promise<void> => {
			while (events.filter((event) => event.type === type).length < count) {
				await new Promise<void>((resolve) => watchers.push(resolve));
			}
		};

		client.send({ type: 'session.update', session: { instructions: { type: 'constant', text: 'Be brief.' } } });
		const microphone = new Microphone(client, silence);
		await next('response.audio.done', 1);
		const greeting = await heardIn(events);
		expect(greeting.soundS).toBeCloseTo(GREETING.split(' ').length * WORD_S, 0);
		expect(greeting.toneHz / TONE_HZ).toBeGreaterThan(0.92);
		expect(greeting.toneHz / TONE_HZ).toBeLessThan(1.08);

		microphone.speak(voice);
		await next('response.created', 2);
		// What was said stands before the answer to it, whole.
		expect(deltas(events, 'conversation.item.input_audio_transcription.delta')).toBe('How are you');
		// Barge-in is not listened for in the first three seconds, and the answer lasts twenty-four.
		await next('response.text.delta', 2 + 8);
		microphone.speak(voice);
		await next('response.created', 3);
		await next('response.audio.done', events.filter(({ type }) => type === 'response.audio.done').length + 1);
		expect(deltas(events, 'conversation.item.input_audio_transcription.delta')).toBe('How are you Stop it now');
		const words = deltas(events, 'response.text.delta');
		expect(words.startsWith(`${GREETING} one two three four.`)).toBe(true);
		expect(words.endsWith(ANSWER)).toBe(true);
		const thirdAt = events.findLastIndex(({ type }) => type === 'response.created');
		const third = await heardIn(events.slice(thirdAt));
		expect(third.soundS).toBeGreaterThan(ANSWER.split(' ').length * WORD_S - 0.15);
		expect(third.soundS).toBeLessThan(ANSWER.split(' ').length * WORD_S + 0.15);
		expect(events.filter(({ type }) => type === 'error')).toEqual([]);

		microphone.stop();
		client.close();
		await client.ended;
		while ([stt, tts, llm].some((engine) => engine.usedSlots() > 0)) {
			await new Promise((resolve) => setTimeout(resolve, 10));
		}
		expect(relay.said()).not.toMatch(/How are you|Hello there|"level":"(error|fatal)"/);
		watchers = [];
	});
});
