import { afterEach, describe, expect, it } from 'vitest';
import { OggOpusDecoder } from '../../../src/lib/audio/ogg-opus-decoder.ts';
import type { WebSocket } from 'ws';
import { decodeTtsOut } from '../../../src/lib/protocol/moshi.ts';
import type { TtsOut } from '../../../src/lib/protocol/moshi.ts';
import type { Engine } from '../engine.ts';
import { toneSynthesiser, WORD_S } from '../testing/tone-synthesiser.ts';
import type { ToneSynthesiser } from '../testing/tone-synthesiser.ts';
import { connectTts, samplesOf } from '../testing/tts-client.ts';
import { startTtsEngine } from './engine.ts';
import type { TtsEngineOptions } from './engine.ts';
import { LEAD_IN_SAMPLES } from './speech.ts';

const SENTENCE = 'one two three four five, six seven eight nine ten.'.split(' ');

let engines: Engine[] = [];
afterEach(async () => {
	const open = engines;
	engines = [];
	for (const engine of open) await engine.close();
});

async function start(options: TtsEngineOptions = {}): Promise<{ engine: Engine; synthesiser: ToneSynthesiser }> {
	const synthesiser = toneSynthesiser();
	const engine = await startTtsEngine({ synthesiser, speed: 500, ...options });
	engines.push(engine);
	return { engine, synthesiser };
}

/** A whole conversation: the sentence, `Eos`, and everything until the server closes. */
async function speakAll(engine: Engine, query: string, texts = SENTENCE): Promise<ReturnType<typeof connectTts>> {
	const client = connectTts(engine, query);
	client.say(...texts);
	client.send({ type: 'Eos' });
	await client.closed;
	return client;
}

const audible = (pcm: Float32Array): number => pcm.reduce((count, x) => count + (Math.abs(x) > 0.05 ? 1 : 0), 0);
const types = (messages: readonly TtsOut[]): string[] => messages.map((message) => message.type);

describe('the wire of the embedded TTS', () => {
	it('says Ready, speaks every word, tells it one late and an empty one first, and closes after the last', async () => {
		const { engine } = await start();
		const client = await speakAll(engine, 'format=PcmMessagePack');
		expect(await client.closed).toBe(1005);
		expect(client.messages[0]).toEqual({ type: 'Ready' });
		expect(client.words().map((word) => word.text)).toEqual(['', ...SENTENCE]);
		// Unmute passes over an empty word only where both times are 0.
		expect(client.words()[0]).toMatchObject({ start_s: 0, stop_s: 0 });
		expect(client.messages.at(-1)?.type).toBe('Text');
		// One late: a word is told after the sound in which it ends, and not before the next one begins.
		let heardSamples = 0;
		for (const message of client.messages) {
			if (message.type === 'Audio') heardSamples += message.pcm.length;
			if (message.type === 'Text' && message.text !== '') {
				expect(message.stop_s * 24_000).toBeLessThanOrEqual(heardSamples + 1920);
			}
		}
		expect(client.messages.every((message) => message.type !== 'Audio' || message.pcm.length === 1920)).toBe(true);
	});

	it('gives times that rise, lie inside the sound, and point at the words in it', async () => {
		const { engine } = await start();
		const client = await speakAll(engine, 'format=PcmMessagePack');
		const pcm = samplesOf(client.messages);
		expect(audible(pcm.subarray(0, LEAD_IN_SAMPLES))).toBe(0);
		let lastS = 0;
		for (const word of client.words().slice(1)) {
			expect(word.start_s).toBeGreaterThanOrEqual(lastS);
			expect(word.stop_s).toBeGreaterThan(word.start_s);
			expect(word.stop_s * 24_000).toBeLessThanOrEqual(pcm.length);
			const from = Math.round(word.start_s * 24_000);
			// The tone sounds throughout the word, and not just before it.
			expect(audible(pcm.subarray(from, from + 4000))).toBeGreaterThan(2500);
			expect(audible(pcm.subarray(from - 480, from - 10))).toBe(0);
			lastS = word.stop_s;
		}
	});

	it('sends two header pages after Ready, then two pages of one 40 ms packet a message, as moshi-server does', async () => {
		const { engine } = await start();
		const client = await speakAll(engine, 'format=OggOpusMessagePack');
		expect(types(client.messages).slice(0, 2)).toEqual(['Ready', 'OggOpus']);
		const [head, ...frames] = client.messages.flatMap((m) => (m.type === 'OggOpus' ? [Buffer.from(m.data)] : []));
		const view = new DataView(head!.buffer, head!.byteOffset);
		expect(head!.toString('latin1').match(/OggS/g)).toHaveLength(2);
		expect(head!.toString('latin1', 28, 36)).toBe('OpusHead');
		expect(view.getUint32(14, true)).toBe(42);
		expect(view.getUint16(28 + 10, true)).toBe(3840);
		expect(view.getUint32(28 + 12, true)).toBe(48_000);
		for (const [i, frame] of frames.entries()) {
			const second = frame.indexOf('OggS', 4, 'latin1');
			expect(frame.toString('latin1').match(/OggS/g)).toHaveLength(2);
			// Granule positions step by 40 ms at 48 kHz.
			expect(frame.readBigUInt64LE(6)).toBe(BigInt(3840 * i + 1920));
			expect(frame.readBigUInt64LE(second + 6)).toBe(BigInt(3840 * (i + 1)));
		}
		expect(client.words()).toHaveLength(1 + SENTENCE.length);
	});

	it('has the same sound in all four formats', async () => {
		const { engine } = await start();
		const pcm = samplesOf((await speakAll(engine, 'format=PcmMessagePack')).messages);
		const plain = Buffer.concat((await speakAll(engine, 'format=Pcm')).raw);
		const floats = Float32Array.from({ length: plain.length / 4 }, (_, i) => plain.readFloatLE(4 * i));
		expect(floats).toEqual(pcm);

		const wrapped = await speakAll(engine, 'format=OggOpusMessagePack');
		const pages = Buffer.concat(wrapped.messages.flatMap((m) => (m.type === 'OggOpus' ? [m.data] : [])));
		const bare = Buffer.concat((await speakAll(engine, 'format=OggOpus')).raw);
		expect(bare.equals(pages)).toBe(true);
		const decoder = await OggOpusDecoder.create();
		const decoded = decoder.push(bare).reduce((sum, part) => sum + part.length, 0);
		decoder.free();
		// The pre-skip takes the first 80 ms, which are silence.
		expect(decoded).toBe(pcm.length - 1920);
	});

	it('loses nothing spoken to the pre-skip, and the decoded words stand where their times say', async () => {
		const { engine } = await start();
		const client = await speakAll(engine, 'format=OggOpusMessagePack');
		const decoder = await OggOpusDecoder.create();
		const parts = client.messages.flatMap((m) => (m.type === 'OggOpus' ? decoder.push(Uint8Array.from(m.data)) : []));
		decoder.free();
		const pcm = Float32Array.from(parts.flatMap((part) => [...part]));
		const first = client.words()[1]!;
		const onset = pcm.findIndex((x) => Math.abs(x) > 0.1);
		expect(Math.abs(onset + 1920 - first.start_s * 24_000)).toBeLessThan(480);
		expect(audible(pcm) / 24_000).toBeGreaterThan(SENTENCE.length * (WORD_S - 0.04) * 0.8);
	});

	it('waits for two more words, or for Eos, before it speaks a word', async () => {
		const { engine, synthesiser } = await start();
		const client = connectTts(engine);
		client.say('one', 'two');
		await client.until(() => client.messages.length > 0);
		client.say('three');
		// Only the first word has two after it; it comes when no more do.
		await client.until(() => client.words().length > 0);
		expect(synthesiser.asked).toEqual(['one two three']);
		expect(client.words().map((word) => word.text)).toEqual(['']);
		client.send({ type: 'Eos' });
		await client.closed;
		expect(client.words().map((word) => word.text)).toEqual(['', 'one', 'two', 'three']);
	});

	it('never speaks two words alone, however long it waits', async () => {
		const { engine, synthesiser } = await start();
		const quiet = connectTts(engine);
		quiet.say('one two');
		// Another client's whole speech, pause of starvation included, passes meanwhile.
		const other = connectTts(engine);
		other.say('a', 'b', 'c');
		await other.until(() => other.words().length > 0);
		other.send({ type: 'Eos' });
		await other.closed;
		expect(quiet.messages).toEqual([{ type: 'Ready' }]);
		expect(synthesiser.asked.some((text) => text.includes('one'))).toBe(false);
		quiet.socket.terminate();
		await quiet.closed;
	});

	it('makes a break a pause, and takes the marks that moshi-server takes out of words', async () => {
		const { engine } = await start();
		const client = await speakAll(engine, 'format=PcmMessagePack', ['it’s (here):now <break time="0.8s"/> then –']);
		expect(client.words().map((word) => word.text)).toEqual(['', "it's", 'here', 'now', 'then']);
		const [, , , now, then] = client.words();
		expect(then!.start_s - now!.stop_s).toBeCloseTo(0.8 + 0.04, 2);
	});

	it('closes silently when Eos comes before any text, in both its spellings', async () => {
		const { engine } = await start();
		const client = connectTts(engine, 'format=PcmMessagePack');
		client.say('   ');
		client.send({ type: 'Eos' });
		expect(await client.closed).toBe(1005);
		expect(client.messages).toEqual([{ type: 'Ready' }]);
		const short = connectTts(engine);
		await short.until(() => short.messages.length > 0);
		short.socket.send(new Uint8Array(1));
		expect(await short.closed).toBe(1005);
		expect(short.messages).toEqual([{ type: 'Ready' }]);
		expect(engine.usedSlots()).toBe(0);
	});

	it('takes a cloned voice and a text frame, and ignores what comes after Eos', async () => {
		const { engine } = await start();
		const client = connectTts(engine, 'format=PcmMessagePack&voice=nobody/knows.wav&cfg_alpha=1.5');
		client.send({ type: 'Voice', embeddings: [0.1, 0.2], shape: [1, 2] });
		await client.until(() => client.messages.length > 0);
		client.socket.send('typed words');
		client.send({ type: 'Eos' }, { type: 'Text', text: 'too late' }, { type: 'Eos' });
		await client.closed;
		expect(client.words().map((word) => word.text)).toEqual(['', 'typed', 'words']);
	});

	it('refuses a format that moshi-server does not know', async () => {
		const { engine } = await start();
		const client = connectTts(engine, 'format=Mp3');
		await client.closed;
		expect(client.refusedWith()).toBe(400);
	});

	it('speaks with the machine’s own voice when it is given none', { timeout: 20_000 }, async () => {
		const engine = await startTtsEngine({ speed: 500 });
		engines.push(engine);
		const client = await speakAll(engine, 'voice=fr&format=PcmMessagePack', ['Bonjour à tous,', 'ça va ?']);
		expect(client.words().map((word) => word.text)).toEqual(['', 'Bonjour', 'à', 'tous,', 'ça', 'va', '?']);
		expect(audible(samplesOf(client.messages))).toBeGreaterThan(4000);
	});

	it('sends no frame before its time', async () => {
		const speed = 20;
		const { engine } = await start({ speed });
		const client = connectTts(engine);
		const times: number[] = [];
		client.socket.on('message', (data: Buffer) => {
			const decoded = decodeTtsOut(data);
			if (decoded.ok && decoded.value.type === 'Audio') times.push(performance.now());
		});
		client.say(...SENTENCE);
		client.send({ type: 'Eos' });
		await client.closed;
		// Measured from the first arrival, which may itself have been delayed on its way by a busy machine.
		const wholeMs = times.at(-1)! - times[0]!;
		expect(times.length).toBeGreaterThan(20);
		expect(wholeMs).toBeGreaterThan(((times.length - 1) * 80) / speed - 25);
	});
});

describe('an embedded TTS in trouble', () => {
	it('stops the synthesis and frees the slot when the client leaves', async () => {
		const { engine, synthesiser } = await start({ slots: 1 });
		synthesiser.hold();
		const client = connectTts(engine);
		client.say(...SENTENCE);
		await client.until(() => synthesiser.underWay() === 1 || client.messages.length > 0);
		await expect.poll(() => synthesiser.underWay()).toBe(1);
		client.socket.close();
		await client.closed;
		await expect.poll(() => [engine.usedSlots(), synthesiser.underWay()]).toEqual([0, 0]);
		synthesiser.release();
		expect((await speakAll(engine, 'format=PcmMessagePack')).words()).toHaveLength(1 + SENTENCE.length);
	});

	it('tells one client too many that there is no free channel, or just drops it where the format has no messages', async () => {
		const { engine } = await start({ slots: 1 });
		const first = connectTts(engine);
		await first.until(() => first.messages.length > 0);
		const second = connectTts(engine);
		expect(await second.closed).toBe(1005);
		expect(second.messages).toEqual([{ type: 'Error', message: 'no free channels' }]);
		const plain = connectTts(engine, 'format=OggOpus');
		expect(await plain.closed).toBe(1006);
		expect(plain.raw).toEqual([]);
		first.socket.close();
		await first.closed;
		await expect.poll(() => engine.usedSlots()).toBe(0);
	});

	it('says so and closes when the synthesiser fails, and serves the next client', async () => {
		const { engine, synthesiser } = await start();
		synthesiser.failNext();
		const client = await speakAll(engine, 'format=PcmMessagePack');
		expect(client.messages.at(-1)).toMatchObject({ type: 'Error' });
		expect((await speakAll(engine, 'format=PcmMessagePack')).words()).toHaveLength(1 + SENTENCE.length);
	});

	it('suffers each fault by its name, and heals', async () => {
		const { engine } = await start({ slots: 2, speed: 500 });
		engine.setFault('refuse');
		const refused = connectTts(engine);
		expect(await refused.closed).toBe(1006);
		expect(refused.refusedWith()).toBeNull();

		engine.setFault('unauthorized');
		const unauthorized = connectTts(engine);
		await unauthorized.closed;
		expect(unauthorized.refusedWith()).toBe(401);

		engine.setFault('full');
		const full = connectTts(engine);
		await full.closed;
		expect(full.messages).toEqual([{ type: 'Error', message: 'no free channels' }]);

		engine.setFault('diesMidStream');
		const dying = await speakAll(engine, 'format=PcmMessagePack');
		expect(await dying.closed).toBe(1006);
		expect(dying.messages.filter((m) => m.type === 'Audio' || m.type === 'Text')).toHaveLength(3);

		engine.setFault('garbage');
		const garbled = await speakAll(engine, 'format=PcmMessagePack');
		expect(garbled.raw.length).toBe(garbled.messages.length + 1);
		expect(garbled.words()).toHaveLength(1 + SENTENCE.length);

		engine.setFault('never');
		const never = connectTts(engine);
		never.say(...SENTENCE);
		never.send({ type: 'Eos' });
		await new Promise((resolve) => never.socket.once('open', resolve));
		await expect.poll(() => engine.usedSlots()).toBe(1);

		engine.setFault(null);
		expect((await speakAll(engine, 'format=PcmMessagePack')).words()).toHaveLength(1 + SENTENCE.length);
		// Others have been served from first word to last: this one has had its chance.
		expect(never.raw).toEqual([]);
		never.socket.close();
		await expect.poll(() => engine.usedSlots()).toBe(0);
	});

	it('takes five times as long under the fault slow', async () => {
		const { engine } = await start({ speed: 100, fault: 'slow' });
		const client = connectTts(engine);
		let firstMs = 0;
		client.socket.on('message', () => (firstMs ||= performance.now()));
		client.say(...SENTENCE);
		client.send({ type: 'Eos' });
		await client.closed;
		const frames = client.messages.filter((m) => m.type === 'Audio').length;
		expect(performance.now() - firstMs).toBeGreaterThan(((frames - 1) * 80) / 20 - 25);
	});

	it('survives hostile clients without leaking a slot', async () => {
		const { engine } = await start({ slots: 3 });
		const attacks: ((socket: WebSocket) => void)[] = [
			(socket) => socket.send(new Uint8Array([0xc1])),
			(socket) => socket.send(new Uint8Array(0)),
			(socket) => socket.send(Buffer.from('82a474797065a454657874a474657874', 'hex')),
			(socket) => socket.send(Buffer.alloc(5 << 20)),
			(socket) => socket.send('word '.repeat(50_000)),
			(socket) => {
				for (let i = 0; i < 3000; i++) socket.send('');
				socket.send(new Uint8Array(1));
			}
		];
		for (const attack of attacks) {
			const client = connectTts(engine);
			await client.until(() => client.messages.length > 0);
			attack(client.socket);
			await client.closed;
			expect(client.messages.filter((m) => m.type === 'Error')).toEqual([]);
		}
		await expect.poll(() => engine.usedSlots()).toBe(0);
		expect((await speakAll(engine, 'format=PcmMessagePack')).words()).toHaveLength(1 + SENTENCE.length);
	});
});
