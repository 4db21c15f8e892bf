/**
 * A conversation as Unmute's web app has it, over a real socket with a relay in a process of its own, and the embedded
 * engines behind it: a greeting, a turn, an interruption, a goodbye.
 */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startLlmEngine } from '../../relay/embedded/llm/engine.ts';
import { startSttEngine } from '../../relay/embedded/stt/engine.ts';
import { startTtsEngine } from '../../relay/embedded/tts/engine.ts';
import { babble } from '../../relay/ears/testing/sounds.ts';
import type { Engine } from '../../relay/embedded/engine.ts';
import { opusinfo } from '../../relay/realtime/testing/opusinfo.ts';
import { createOpusEncoder } from '../../src/lib/audio/opus.ts';
import { OggOpusPager } from '../../src/lib/audio/ogg/pager.ts';
import { OggUnpager } from '../../src/lib/audio/ogg/unpager.ts';
import { audioOf, RealtimeClient } from '../../src/lib/client/index.ts';
import type { RealtimeServerEvent } from '../../src/lib/protocol/realtime.ts';
import { killRelays, startRelay } from '../faults/support/relay-process.ts';
import { hum } from '../faults/support/upstreams.ts';

const GREETING = 'Hello there.';
const COUNTING = Array.from({ length: 40 }, () => 'one two three').join(' ');
const GOODBYE = 'So long. Bye!';
/** What Unmute waits after the last word, and what the sound is ahead of real time at most. */
const LEAVE_MS = 1000;
const AHEAD_MS = 400;
/** Of a machine that does something else at the same time. */
const SLACK_MS = 300;

let engines: { readonly stt: Engine; readonly tts: Engine; readonly llm: Engine };
let speech: { readonly voice: Uint8Array[]; readonly silence: Uint8Array };
beforeAll(async () => {
	const [stt, tts, llm, encoder] = await Promise.all([
		startSttEngine({ log: () => undefined, script: { utterances: [{ text: 'How are you' }, { text: 'Stop' }] } }),
		startTtsEngine({ synthesiser: hum, speed: 8 }),
		startLlmEngine({ script: { replies: [GREETING, COUNTING, GOODBYE] } }),
		createOpusEncoder({ complexity: 0 })
	]);
	engines = { stt, tts, llm };
	const sound = babble(1.6);
	const voice = Array.from({ length: 80 }, (_, packet) =>
		encoder.encode(sound.slice(packet * 480, (packet + 1) * 480))
	);
	// The first packets after a sound still hold the end of it.
	const silence = Array.from({ length: 50 }, () => encoder.encode(new Float32Array(480)));
	speech = { voice, silence: silence.at(-1) ?? new Uint8Array(0) };
});
afterAll(() => Promise.all(Object.values(engines).map((engine) => engine.close())));
afterEach(killRelays);

/** A microphone that sends two packets of 20 ms a page, as opus-recorder does in Unmute's web app, in real time. */
class Microphone {
	readonly #pager = new OggOpusPager({ serial: 77, packetsPerPage: 2 });
	readonly #timer: NodeJS.Timeout;
	#voice: Uint8Array[] = [];
	#sent = 0;

	constructor(client: RealtimeClient) {
		const beganMs = performance.now();
		const head = this.#pager.headPages();
		client.append(head.subarray(0, 47)); // opus-recorder sends the first page, and the second, each by itself
		client.append(head.subarray(47));
		this.#timer = setInterval(() => {
			for (; this.#sent * 20 < performance.now() - beganMs; this.#sent++) {
				const page = this.#pager.push(this.#voice.shift() ?? speech.silence);
				if (page !== null) client.append(page);
			}
		}, 20);
	}

	speak(packets: number): void {
		this.#voice = speech.voice.slice(0, packets);
	}

	stop(): void {
		clearInterval(this.#timer);
	}
}

/** Everything that one client hears, with when. */
class Ear {
	readonly heard: { readonly atMs: number; readonly event: RealtimeServerEvent }[] = [];
	#watchers: (() => void)[] = [];

	constructor(client: RealtimeClient) {
		for (const type of TYPES) {
			client.on(type, (event) => {
				this.heard.push({ atMs: performance.now(), event });
				for (const watcher of this.#watchers) watcher();
			});
		}
	}

	all(type: RealtimeServerEvent['type']): { readonly atMs: number; readonly event: RealtimeServerEvent }[] {
		return this.heard.filter(({ event }) => event.type === type);
	}

	async next(type: RealtimeServerEvent['type'], count = 1): Promise<void> {
		while (this.all(type).length < count) await new Promise<void>((resolve) => this.#watchers.push(resolve));
	}

	/** The bytes of the client's stream. */
	get audio(): { readonly atMs: number; readonly bytes: Uint8Array }[] {
		return this.heard.flatMap(({ atMs, event }) =>
			event.type === 'response.audio.delta' ? [{ atMs, bytes: audioOf(event) }] : []
		);
	}
}

const TYPES = [
	'error',
	'session.updated',
	'response.created',
	'unmute.response.text.delta.ready',
	'response.text.delta',
	'response.text.done',
	'response.audio.delta',
	'response.audio.done',
	'conversation.item.input_audio_transcription.delta',
	'input_audio_buffer.speech_started',
	'input_audio_buffer.speech_stopped',
	'unmute.interrupted_by_vad',
	'unmute.additional_outputs'
] as const;

describe("a client of Unmute's", () => {
	it('is greeted, answered, lets itself be interrupted, and hears one sound stream to the goodbye', async () => {
		const { stt, tts, llm } = engines;
		const relay = await startRelay({ STT_URL: stt.url, TTS_URL: tts.url, LLM_URL: llm.url });
		const client = new RealtimeClient({ url: relay.url.replace('http', 'ws') });
		expect(await client.ready).toBe(true);
		const ear = new Ear(client);
		client.send({
			type: 'session.update',
			session: { instructions: { type: 'smalltalk' }, voice: null, allow_recording: false }
		});
		await ear.next('session.updated');
		expect(ear.heard).toHaveLength(1);
		const microphone = new Microphone(client);

		await ear.next('response.audio.done');
		microphone.speak(50);
		await ear.next('response.created', 2);
		await ear.next('response.text.delta', 2 + 12); // some seconds of counting
		microphone.speak(60);
		await ear.next('unmute.interrupted_by_vad');
		await ear.next('response.audio.done', 2);
		const doneMs = performance.now();
		const end = await client.ended;
		microphone.stop();

		expect(end).toMatchObject({ code: 1000 });
		expect(performance.now() - doneMs).toBeGreaterThan(LEAVE_MS - SLACK_MS);
		expect(ear.all('error')).toEqual([]);
		const words = (type: 'response.text.delta' | 'conversation.item.input_audio_transcription.delta'): string =>
			ear.heard.flatMap(({ event }) => (event.type === type ? [event.delta] : [])).join(' ');
		expect(words('conversation.item.input_audio_transcription.delta').trim()).toBe('How are you Stop');
		expect(words('response.text.delta')).toMatch(/^Hello there\. (one two three ?)+(one ?)?(two ?)? ?So long\. Bye!$/);
		const [, , last] = ear.all('response.created').map(({ event }) => event);
		expect(last).toMatchObject({
			response: {
				chat_history: [
					{ role: 'system' },
					{ role: 'assistant', content: GREETING },
					{ role: 'user', content: 'How are you' },
					{ role: 'assistant', content: expect.stringMatching(/^one two .* —$/) as string },
					{ role: 'user', content: 'Stop' },
					{ role: 'assistant', content: '' }
				]
			}
		});

		expect(await opusinfo(ear.audio.map(({ bytes }) => bytes))).not.toMatch(/WARNING|ERROR|truncated/i);
		// Of no answer did the client ever have more than was due.
		const unpager = new OggUnpager();
		let beganMs = 0;
		let gotMs = 0;
		for (const { atMs, event } of ear.heard) {
			if (event.type === 'response.created') gotMs = beganMs = 0;
			if (event.type !== 'response.audio.delta') continue;
			if (beganMs === 0) beganMs = atMs;
			for (const packet of unpager.push(audioOf(event))) {
				if (packet.type === 'packet') gotMs += packet.durationSamples48k / 48;
			}
			expect(gotMs - (atMs - beganMs)).toBeLessThan(AHEAD_MS + SLACK_MS);
		}
		while ([stt, tts, llm].some((engine) => engine.usedSlots() > 0)) {
			await new Promise((resolve) => setTimeout(resolve, 10));
		}
		expect(relay.said()).not.toMatch(/How are you|Hello there|"level":"(error|fatal)"/);
	});
});
