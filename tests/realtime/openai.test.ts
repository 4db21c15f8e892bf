/**
 * A conversation as a client of OpenAI's has it: turns taken by hand, sound as PCM in both directions, over a real socket
 * with a relay in a process of its own, and the embedded engines behind it.
 */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../relay/embedded/engine.ts';
import { startLlmEngine } from '../../relay/embedded/llm/engine.ts';
import { startSttEngine } from '../../relay/embedded/stt/engine.ts';
import { babble } from '../../relay/ears/testing/sounds.ts';
import { startTtsEngine } from '../../relay/embedded/tts/engine.ts';
import { PCM_BYTES_PER_MS, pcmOf, samplesOf } from '../../relay/codec/pcm16.ts';
import { audioOf, RealtimeClient } from '../../src/lib/client/index.ts';
import type { RealtimeServerEvent } from '../../src/lib/protocol/realtime.ts';
import { killRelays, startRelay } from '../faults/support/relay-process.ts';
import { hum } from '../faults/support/upstreams.ts';

const COUNTING = Array.from({ length: 40 }, () => 'one two three').join(' ');
const CHUNK_MS = 100;

let engines: { readonly stt: Engine; readonly tts: Engine; readonly llm: Engine };
beforeAll(async () => {
	const [stt, tts, llm] = await Promise.all([
		startSttEngine({ log: () => undefined, script: { utterances: [{ text: 'How are you' }] } }),
		startTtsEngine({ synthesiser: hum, speed: 8 }),
		startLlmEngine({ script: { replies: ['Good day to you.', COUNTING, 'Fine.'] } })
	]);
	engines = { stt, tts, llm };
});
afterAll(() => Promise.all(Object.values(engines).map((engine) => engine.close())));
afterEach(killRelays);

type Type = RealtimeServerEvent['type'];
type Of<T extends Type> = Extract<RealtimeServerEvent, { type: T }>;

/** What a client was told, by kind. */
class Heard {
	readonly events: RealtimeServerEvent[] = [];
	#watchers: (() => void)[] = [];

	constructor(client: RealtimeClient, types: readonly Type[]) {
		for (const type of types) {
			client.on(type, (event) => {
				this.events.push(event);
				for (const watcher of this.#watchers.splice(0)) watcher();
			});
		}
	}

	of<T extends Type>(type: T): Of<T>[] {
		return this.events.filter((event): event is Of<T> => event.type === type);
	}

	async next<T extends Type>(type: T, count: number): Promise<Of<T>> {
		for (;;) {
			const event = this.of(type)[count - 1];
			if (event !== undefined) return event;
			await new Promise<void>((resolve) => this.#watchers.push(resolve));
		}
	}
}

const pcm = (deltas: readonly Of<'response.audio.delta'>[]): Buffer => Buffer.concat(deltas.map(audioOf));
const write = (client: RealtimeClient, text: string): void => {
	const item = { type: 'message' as const, role: 'user' as const, content: [{ type: 'input_text' as const, text }] };
	client.send({ type: 'conversation.item.create', item });
};

describe("a client of OpenAI's", () => {
	it('writes, speaks in PCM, is answered in PCM when it asks, cancels, and says what it heard', async () => {
		const { stt, tts, llm } = engines;
		const relay = await startRelay({ STT_URL: stt.url, TTS_URL: tts.url, LLM_URL: llm.url });
		const client = new RealtimeClient({ url: relay.url.replace('http', 'ws') });
		expect(await client.ready).toBe(true);
		const heard = new Heard(client, [
			'error',
			'session.updated',
			'conversation.item.created',
			'conversation.item.truncated',
			'conversation.item.input_audio_transcription.delta',
			'input_audio_buffer.committed',
			'response.created',
			'response.audio.delta',
			'response.text.delta',
			'response.audio.done',
			'response.done',
			'unmute.interrupted_by_vad'
		]);
		const formats = { input_audio_format: 'pcm16', output_audio_format: 'pcm16' } as const;
		client.send({ type: 'session.update', session: { instructions: 'Be brief.', turn_detection: null, ...formats } });
		expect((await heard.next('session.updated', 1)).session).toMatchObject({ turn_detection: null, ...formats });

		// In writing, without a sound.
		write(client, 'Good morning.');
		client.send({ type: 'response.create' });
		expect((await heard.next('response.done', 1)).response.status).toBe('completed');
		const first = pcm(heard.of('response.audio.delta'));
		expect(first.toString('latin1')).not.toContain('OggS');
		expect(first.length % 2).toBe(0);
		const samples = samplesOf(first);
		expect(samples.length).toBeGreaterThan(4 * 24 * 80); // four words
		expect(Math.max(...samples)).toBeGreaterThan(0.05);
		expect(heard.of('response.text.delta').map(({ delta }) => delta)).toEqual(['Good', 'day', 'to', 'you.']);

		// In speech, in chunks that are no frames, with an answer over which the microphone goes on.
		const speech = pcmOf([babble(1.6), new Float32Array(7200)]);
		for (let at = 0; at < speech.length; at += CHUNK_MS * PCM_BYTES_PER_MS + 1) {
			client.append(speech.subarray(at, at + CHUNK_MS * PCM_BYTES_PER_MS + 1));
		}
		client.send({ type: 'input_audio_buffer.commit' });
		client.send({ type: 'response.create' });
		const said = await heard.next('conversation.item.created', 2);
		expect(said.item).toMatchObject({ role: 'user', content: [{ text: 'How are you' }] });
		expect(said.item.id).toBe(heard.of('input_audio_buffer.committed')[0]?.item_id);
		await heard.next('response.text.delta', 4 + 6);
		client.append(pcmOf([babble(0.8)]));
		await heard.next('response.text.delta', 4 + 9);
		const [item] = heard.of('response.audio.delta').slice(-1);
		client.send({ type: 'response.cancel' });
		expect((await heard.next('response.done', 2)).response.status).toBe('cancelled');
		const deltas = heard.of('response.audio.delta').length;
		client.send({ type: 'conversation.item.truncate', item_id: item?.item_id ?? '', audio_end_ms: 700 });
		await heard.next('conversation.item.truncated', 1);
		client.send({ type: 'input_audio_buffer.clear' });

		write(client, 'And now?');
		client.send({ type: 'response.create' });
		const { response } = await heard.next('response.created', 3);
		expect(heard.of('response.audio.delta')).toHaveLength(deltas);
		expect(response.chat_history.slice(1)).toEqual([
			{ role: 'user', content: 'Good morning.' },
			{ role: 'assistant', content: 'Good day to you.' },
			{ role: 'user', content: 'How are you' },
			{ role: 'assistant', content: expect.stringMatching(/^one( two)?( three)? —$/) as string },
			{ role: 'user', content: 'And now?' },
			{ role: 'assistant', content: '' }
		]);
		expect((await heard.next('response.done', 3)).response.status).toBe('completed');
		expect(heard.of('response.audio.delta').length).toBeGreaterThan(deltas);
		expect([heard.of('error'), heard.of('unmute.interrupted_by_vad')]).toEqual([[], []]);
		client.close();
		await client.ended;
		while ([stt, tts, llm].some((engine) => engine.usedSlots() > 0)) {
			await new Promise((resolve) => setTimeout(resolve, 10));
		}
		expect(relay.said()).not.toMatch(/How are you|Good|"level":"(error|fatal)"/);
	});
});
