/** The hosted conversation with real legs, before scripted servers: what goes over their sockets, and what they do to it. */
import { afterEach, describe, expect, it } from 'vitest';
import { checkAudioPage, checkHeadPages } from '../../src/lib/audio/ogg/check-page.ts';
import { decodeSttIn, encodeOggOpus, oggOpusData, type SttOut } from '../../src/lib/protocol/moshi.ts';
import { FakeClock } from '../session/testing/fake-clock.ts';
import { opusStream } from '../session/testing/opus-stream.ts';
import { told } from '../session/testing/reply-house.ts';
import { testDeps } from '../session/testing/test-deps.ts';
import { answer, serveChat } from '../upstream/testing/chat-server.ts';
import { serveMoshi, type MoshiClient, type MoshiServer } from '../upstream/testing/moshi-server.ts';
import { createRealtime, type Realtime } from './index.ts';
import { opusinfo } from './testing/opusinfo.ts';
import { TestClient } from './testing/test-client.ts';
import { TtsStream, unpaged } from './testing/tts-stream.ts';

const closers: (() => Promise<void> | void)[] = [];
afterEach(async () => {
	await Promise.all(closers.splice(0).map((close) => close()));
});

const READY = { type: 'Ready' } as const;
const step = (index: number, pause: number): SttOut => ({
	type: 'Step',
	step_idx: index,
	prs: [0.9, 0.9, pause, 0.9],
	buffered_pcm: 0
});

interface House {
	readonly client: TestClient;
	readonly realtime: Realtime;
	readonly clock: FakeClock;
	readonly stt: MoshiServer;
	readonly tts: MoshiServer;
	/** Requests to the LLM, as they came. */
	readonly asked: string[];
	/** So many 80 ms of the microphone, in real time. */
	hear(frames: number): void;
	/** Lets time pass until so many answers were heard to their end. */
	played(count: number): Promise<void>;
}

async function house(
	replies: readonly string[],
	speak: (client: MoshiClient, number: number) => void,
	chance: () => number = Math.random,
	refusal: (attempt: number) => number | null = () => null
): Promise<House> {
	const asked: string[] = [];
	const llm = await serveChat((response, body) => {
		asked.push(body);
		const words = (replies[asked.length - 1] ?? 'Well.').split(/(?= )/);
		answer(response, ...words);
	});
	const stt = await serveMoshi((client) => client.send(READY), refusal);
	const tts = await serveMoshi((client, number) => {
		client.send(READY);
		speak(client, number);
	});
	const clock = new FakeClock();
	const { deps } = testDeps({ stt: stt.url, tts: tts.url, llm: llm.url, clock });
	const news = { headlines: () => Promise.resolve({ headlines: [], why: 'no_key' as const }) };
	const realtime = createRealtime({ ...deps, policy: 'unmute', news, chance });
	const client = new TestClient(realtime);
	closers.push(() => client.vanish(), llm.close, stt.close, tts.close);
	const microphone = opusStream();
	client.append(microphone.head);
	const hear = (frames: number): void => {
		for (let i = 0; i < frames; i++) {
			clock.advance(80);
			client.append(microphone.page());
		}
	};
	const played = async (count: number): Promise<void> => {
		while (client.of('response.audio.done').length < count) {
			clock.advance(20);
			await new Promise((resolve) => setTimeout(resolve, 1));
		}
	};
	return { client, realtime, clock, stt, tts, asked, hear, played };
}

/** Resolves with the client number `number` of a server, from 1, once it was let in. */
async function arrived(server: MoshiServer, number: number): Promise<MoshiClient> {
	for (;;) {
		const client = server.clients[number - 1];
		if (client !== undefined) return client;
		await new Promise((resolve) => setTimeout(resolve, 2));
	}
}

/** A TTS that says each word for 240 ms at once, and closes after Eos. */
function speaker(client: MoshiClient, stream: TtsStream, upTo = Number.POSITIVE_INFINITY): void {
	client.send(encodeOggOpus(stream.head));
	let words = 0;
	client.socket.on('message', () => {
		const all = told(client).filter((text) => text !== 'Eos');
		for (; words < Math.min(upTo, all.length); words++) {
			client.send({ type: 'Text', text: all[words]?.trim() ?? '', start_s: words * 0.24, stop_s: (words + 1) * 0.24 });
			for (let i = 0; i < 3; i++) client.send(encodeOggOpus(stream.frame()));
		}
		if (words >= upTo) client.socket.terminate();
		else if (told(client).at(-1) === 'Eos') client.socket.close();
	});
}

const audioOf = (client: TestClient): Uint8Array[] =>
	client.of('response.audio.delta').map(({ delta }) => Buffer.from(delta, 'base64'));
/** The pages that an STT was sent, its head first. */
const pagesOf = (client: MoshiClient | undefined): Uint8Array[] =>
	(client?.received ?? []).flatMap((bytes) => {
		const message = decodeSttIn(bytes);
		if (!message.ok) throw new Error('the STT was sent nonsense');
		return message.value.type === 'OggOpus' ? [oggOpusData(bytes) ?? message.value.data] : [];
	});

describe('the hosted conversation', () => {
	it('gives the STT one stream of 80 ms pages, and the client what the TTS said of the model’s words', async () => {
		const streams: TtsStream[] = [];
		const { client, hear, played, stt, tts, asked } = await house(['Hello there.', 'Fine.'], (voice, number) => {
			const stream = new TtsStream(number);
			streams.push(stream);
			speaker(voice, stream);
		});
		client.begin('You are a lighthouse.', { voice: 'v.wav' });
		expect(client.of('session.updated')).toHaveLength(1);
		hear(1);
		const ears = await arrived(stt, 1);
		await client.next('response.text.done');
		await client.next('response.audio.delta');
		expect(asked[0]).toContain('You are a lighthouse.');
		expect(tts.clients[0]?.request.url).toContain('voice=v.wav');
		await played(1);
		hear(20);
		await ears.messages(22);
		const [head, ...pages] = pagesOf(ears);
		expect(checkHeadPages(head ?? new Uint8Array())).toMatchObject({ ok: true });
		expect(pages).toHaveLength(21);
		for (const page of pages) expect(checkAudioPage(page)).toMatchObject({ durationSamples48k: 3840 });

		for (let i = 0; i < 30; i++) ears.send(step(i, 0.01));
		ears.send({ type: 'Word', text: 'Hi.', start_time: 1.2 });
		await client.next('input_audio_buffer.speech_started');
		for (let i = 30; i < 33; i++) ears.send(step(i, 0.99));
		await client.next('input_audio_buffer.speech_stopped');
		for (let i = 33; i < 45; i++) ears.send(step(i, 0.99));
		await client.next('response.created', 2);
		expect(client.of('conversation.item.input_audio_transcription.delta')).toMatchObject([
			{ delta: 'Hi.', start_time: 1.2 }
		]);
		await played(2);
		expect(unpaged(audioOf(client))).toEqual({ packets: streams.flatMap(({ packets }) => packets), heads: 1 });
		expect(client.errors).toEqual([]);
	});

	it('begins with the STT that comes at last, which hears all that was said meanwhile', async () => {
		const say = (voice: MoshiClient): void => speaker(voice, new TtsStream());
		const refusal = (attempt: number): number | null => (attempt <= 2 ? 503 : null);
		const { client, hear, stt } = await house(['Hello.'], say, () => 0, refusal);
		client.begin();
		let frames = 0;
		while (stt.clients.length === 0 && frames < 100) {
			hear(1);
			frames += 1;
			await new Promise((resolve) => setTimeout(resolve, 2));
		}
		const ears = await arrived(stt, 1);
		await ears.messages(1 + frames);
		const [head, ...pages] = pagesOf(ears);
		expect(checkHeadPages(head ?? new Uint8Array())).toMatchObject({ ok: true });
		expect(pages).toHaveLength(frames);
		await client.next('response.audio.delta');
		expect([client.errors.length > 0, client.errors.every((error) => error.startsWith('warning'))]).toEqual([
			true,
			true
		]);
		expect(client.closedWith).toBeNull();
	});

	it('goes on with another STT, which hears the last seconds again, and with another voice', async () => {
		const streams: TtsStream[] = [];
		const { client, hear, played, clock, stt, tts, realtime } = await house(
			['One two three four five.'],
			(voice, number) => {
				const stream = new TtsStream(number);
				streams.push(stream);
				// The first one dies with the second word.
				speaker(voice, stream, number === 1 ? 2 : undefined);
			}
		);
		client.begin();
		hear(1);
		const first = await arrived(stt, 1);
		await client.next('response.text.done');
		await arrived(tts, 2);
		await played(1);
		const words = client.of('response.text.delta').map(({ delta }) => delta);
		expect(words.filter((word, at) => word !== words[at - 1])).toEqual(['One', 'two', 'three', 'four', 'five.']);
		expect(unpaged(audioOf(client)).heads).toBe(1);
		expect(client.of('unmute.additional_outputs').at(-1)?.args.chat_history).toEqual([
			{ role: 'assistant', content: 'One two three four five.' }
		]);

		hear(20);
		await first.messages(22);
		first.socket.terminate();
		await client.until(() => client.errors.includes('warning lost'));
		hear(10);
		const second = await arrived(stt, 2);
		hear(5);
		await second.messages(2);
		const [head, page] = pagesOf(second);
		expect(checkHeadPages(head ?? new Uint8Array())).toMatchObject({ ok: true });
		expect(checkAudioPage(page ?? new Uint8Array())).toMatchObject({ durationSamples48k: 3840 });
		// Nothing of what the first one answered not at all is lost.
		await second.messages(1 + 21 + 15);
		client.vanish();
		await Promise.all([...stt.clients, ...tts.clients].map(({ gone }) => gone));
		expect([realtime.count(), clock.pending()]).toEqual([0, 0]);
	});

	it('is one sound stream over answers, a voice that is lost in one, and an interruption; each packet as the TTS sent it', async () => {
		const streams: TtsStream[] = [];
		const { client, hear, played, clock, stt, tts } = await house(
			['One two three four five.', 'Six seven eight.', 'Nine ten.'],
			(voice, number) => {
				// The marks are told apart in the packets.
				const stream = new TtsStream(number);
				streams.push(stream);
				speaker(voice, stream, number === 1 ? 2 : undefined);
			}
		);
		client.begin();
		hear(1);
		const ears = await arrived(stt, 1);
		await arrived(tts, 2);
		await played(1);
		let steps = 0;
		const say = async (word: string, turn: number, frames: number): Promise<void> => {
			hear(frames);
			for (let i = 0; i < 30; i++) ears.send(step(steps++, 0.01));
			ears.send({ type: 'Word', text: word, start_time: steps * 0.08 });
			await client.next('conversation.item.input_audio_transcription.delta', turn);
			for (let i = 0; i < 20; i++) ears.send(step(steps++, 0.99));
		};
		await say('And', 1, 20);
		await client.next('response.created', 2);
		const heard = client.of('response.audio.delta').length;
		await client.next('response.audio.delta', heard + 2);
		await say('Stop', 2, 1);
		await client.next('unmute.interrupted_by_vad');
		await client.next('response.created', 3);
		await played(2);
		clock.advance(1000);

		const { packets, heads } = unpaged(audioOf(client));
		expect(heads).toBe(1);
		const marks = packets.map((packet) => packet[1]);
		expect(marks).toEqual(marks.toSorted());
		const of = (number: number): Uint8Array[] => packets.filter((packet) => packet[1] === number);
		const sent = (number: number): Uint8Array[] => streams[number - 1]?.packets ?? [];
		// Of the voice that was lost: two words. Of the next: the other three, whole.
		expect(of(1)).toEqual(sent(1));
		expect(of(2)).toEqual(sent(2));
		expect([sent(1).length, sent(2).length]).toEqual([12, 18]);
		// Of the one that was interrupted, a beginning; the last again whole.
		const last = streams.length;
		expect(of(last)).toEqual(sent(last));
		expect(of(last - 1)).toEqual(sent(last - 1).slice(0, of(last - 1).length));
		expect(of(last - 1).length).toBeLessThan(sent(last - 1).length);
		expect(await opusinfo(audioOf(client))).not.toMatch(/WARNING|ERROR|truncated/i);
	});

	it('frees the voice and the model when it is interrupted', async () => {
		const { client, hear, stt, tts } = await house(['A very long story.'], (voice) => {
			const stream = new TtsStream();
			voice.send(encodeOggOpus(stream.head));
			for (let i = 0; i < 100; i++) voice.send(encodeOggOpus(stream.frame()));
		});
		client.begin();
		hear(1);
		const ears = await arrived(stt, 1);
		await client.next('response.audio.delta');
		ears.send({ type: 'Word', text: 'Wait', start_time: 0.1 });
		await client.next('unmute.interrupted_by_vad');
		await (
			await arrived(tts, 1)
		).gone;
		const got = client.of('response.audio.delta').length;
		hear(20);
		expect([client.of('response.audio.delta').length, client.closedWith]).toEqual([got, null]);
	});

	it('ends where we made a mistake, without taking anybody along', async () => {
		let isBroken = false;
		const broken = (): number => {
			if (!isBroken) return 0.5;
			isBroken = false;
			throw new Error('on purpose');
		};
		const { client, hear, stt, realtime } = await house(['Well.'], () => undefined, broken);
		client.begin();
		hear(1);
		const ears = await arrived(stt, 1);
		await client.next('response.created');
		isBroken = true; // each event needs a number
		ears.send({ type: 'Word', text: 'Wait', start_time: 0.1 });
		await ears.gone;
		expect([(await client.closed()).code, realtime.count()]).toEqual([1011, 0]);
	});

	it('lets the answer under way end before the relay goes, but not for ever', async () => {
		const say = (voice: MoshiClient): void => speaker(voice, new TtsStream());
		const { client, hear, played, realtime, clock } = await house(['Hello there.'], say);
		client.begin();
		hear(1);
		await client.next('response.audio.delta');
		const closing = realtime.close();
		hear(1);
		expect(client.errors).toEqual([]);
		await played(1);
		hear(1);
		expect([client.errors, (await client.closed()).code]).toEqual([['fatal draining'], 1001]);
		await closing;

		const long = await house(['Hello there.'], () => undefined);
		long.client.begin();
		long.hear(1);
		await long.client.next('response.created');
		const gone = long.realtime.close();
		long.clock.advance(900);
		expect(long.client.closedWith).toBeNull();
		long.clock.advance(100);
		await gone;
		expect([long.client.errors, (await long.client.closed()).code]).toEqual([['fatal draining'], 1001]);
		expect([clock.pending(), long.clock.pending()]).toEqual([0, 0]);
	});
});
