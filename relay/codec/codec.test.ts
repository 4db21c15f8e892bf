import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { FRAME_SAMPLES } from '../../src/lib/audio/frames.ts';
import { OggOpusPager } from '../../src/lib/audio/ogg/pager.ts';
import { OggOpusDecoder } from '../../src/lib/audio/ogg-opus-decoder.ts';
import { createOpusEncoder } from '../../src/lib/audio/opus.ts';
import {
	audioPcm,
	decodeSttOut,
	decodeTtsOut,
	encodeAudio,
	encodeMoshi,
	oggOpusData
} from '../../src/lib/protocol/moshi.ts';
import { babble, joined, silence } from '../ears/testing/sounds.ts';
import { floatBytes } from './codec.ts';
import { CodecPool } from './pool.ts';
import { openStream, type TestStream } from './testing/codec-stream.ts';

const pool = new CodecPool(1);
afterAll(() => pool.close());

/** 80 ms of a microphone each, behind the head. */
async function pagesOf(sound: Float32Array): Promise<Uint8Array[]> {
	const encoder = await createOpusEncoder();
	const pager = new OggOpusPager({ serial: 3, packetsPerPage: 4 });
	const pages: Uint8Array[] = [pager.headPages()];
	for (let at = 0; at + 480 <= sound.length; at += 480) {
		const page = pager.push(encoder.encode(sound.subarray(at, at + 480)));
		if (page !== null) pages.push(page);
	}
	encoder.free();
	return pages;
}

/** How alike two sounds are, from -1 to 1. */
function likeness(a: Float32Array, b: Float32Array): number {
	const length = Math.min(a.length, b.length);
	let [ab, aa, bb] = [0, 0, 0];
	for (let i = 0; i < length; i++) {
		const [x, y] = [a[i]!, b[i]!];
		[ab, aa, bb] = [ab + x * y, aa + x * x, bb + y * y];
	}
	return ab / Math.sqrt(aa * bb);
}

const concat = (parts: readonly Float32Array[]): Float32Array => joined(...parts);

describe('pages for a recogniser', () => {
	it.each(['hear', 'hear-moshi', 'hear-float32'] as const)(
		'become a step each, and their sound where it is wanted: %s',
		async (kind) => {
			const sound = joined(silence(0.8), babble(1.6), silence(1.6));
			const pages = await pagesOf(sound);
			const { parts, events, push, drained } = openStream(pool, kind);
			for (const page of pages) push(page);
			expect(await drained()).toBeNull();
			const frames = pages.length - 1;
			const each = kind === 'hear' ? 1 : 2;
			expect(parts).toHaveLength(frames * each);
			const steps = parts.filter((_, at) => at % each === 0).map((part) => decodeSttOut(part));
			expect(steps.map((step) => step.ok && step.value.type === 'Step' && step.value.step_idx)).toEqual(
				Array.from({ length: frames }, (_, at) => at)
			);
			expect(events.map(({ type }) => type)).toEqual(['began', 'ended']);
			if (kind === 'hear') return;
			const heard = parts
				.filter((_, at) => at % each === 1)
				.map((part) => {
					if (kind === 'hear-moshi') return audioPcm(part)!;
					return new Float32Array(Uint8Array.from(part).buffer);
				});
			expect(heard.every(({ length }) => length === FRAME_SAMPLES)).toBe(true);
			// The encoder's look-ahead is kept: the clock counts what came.
			expect(likeness(concat(heard).subarray(156), sound)).toBeGreaterThan(0.85);
		}
	);

	it('are made up for where a packet is none', async () => {
		const pager = new OggOpusPager({ serial: 3, packetsPerPage: 4 });
		const { parts, push, drained } = openStream(pool, 'hear-float32');
		push(pager.headPages());
		for (let i = 0; i < 8; i++) {
			// Says that it is CELT, 20 ms, and has nothing of the kind in it.
			const page = pager.push(Uint8Array.of(0xf8, i * 31, 255, 255, 255));
			if (page !== null) push(page);
		}
		expect(await drained()).toBeNull();
		expect(parts.map(({ length }) => length > 0)).toEqual([true, true, true, true]);
	});
});

/** The stream that comes out: each message is moshi-server's. */
async function heardFrom(stream: TestStream): Promise<{ sound: Float32Array; messages: number }> {
	const decoder = await OggOpusDecoder.create();
	const sound = stream.parts.flatMap((part) => decoder.push(oggOpusData(part)!));
	expect(decoder.faults).toEqual({ junkBytes: 0, missingPages: 0, concealedSamples: 0, refusedPackets: 0 });
	expect(decoder.preSkipSamples).toBe(FRAME_SAMPLES);
	decoder.free();
	return { sound: concat(sound), messages: stream.parts.length };
}

const END = new Uint8Array(0);

describe('a voice that speaks PCM', () => {
	it('comes out whole, from its first sample on, and in messages of 80 ms behind the head', async () => {
		const voice = babble(1.23);
		const stream = openStream(pool, 'voice-moshi');
		for (let at = 0; at < voice.length; at += FRAME_SAMPLES) {
			stream.push(encodeAudio(voice.subarray(at, at + FRAME_SAMPLES)));
		}
		stream.push(END);
		expect(await stream.drained()).toBeNull();
		const { sound, messages } = await heardFrom(stream);
		// The head, the silence that the pre-skip takes away, and the voice with what the encoder holds back.
		expect(messages).toBe(2 + Math.ceil((voice.length + 156) / FRAME_SAMPLES));
		expect(sound.length).toBeGreaterThanOrEqual(voice.length + 156);
		const likenesses = [100, 156, 212].map((lag) => likeness(sound.subarray(lag), voice));
		expect(likenesses[1]).toBeGreaterThan(0.85);
		expect(likenesses[1]).toBe(Math.max(...likenesses));
		for (const part of stream.parts) expect(decodeTtsOut(part).ok).toBe(true);
	});

	it('is the same however its float32 are cut', async () => {
		// Short: cut into single bytes, each is a message to the thread and back.
		const voice = babble(0.1);
		const bytes = floatBytes(voice);
		const whole = openStream(pool, 'voice-float32');
		whole.push(bytes);
		whole.push(END);
		await whole.drained();
		await fc.assert(
			fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 5000 }), { minLength: 1, maxLength: 12 }), async (sizes) => {
				const cut = openStream(pool, 'voice-float32');
				let at = 0;
				for (let i = 0; at < bytes.length; i++) {
					const size = sizes[i % sizes.length]!;
					cut.push(bytes.subarray(at, at + size));
					at += size;
				}
				cut.push(END);
				expect(await cut.drained()).toBeNull();
				expect(cut.parts).toEqual(whole.parts);
				cut.stream.close();
			}),
			{ numRuns: 10 }
		);
	});

	it('is nothing where nothing was said', async () => {
		const stream = openStream(pool, 'voice-float32');
		stream.push(END);
		expect(await stream.drained()).toBeNull();
		expect(stream.parts).toEqual([]);
	});

	const wave = new Uint8Array(4096);
	wave.set(new TextEncoder().encode('RIFF....WAVEfmt '));
	it.each([
		['no numbers', 'voice-float32', floatBytes(Float32Array.of(0.1, NaN, 0.2))],
		['no end', 'voice-float32', floatBytes(Float32Array.of(0.1, Infinity))],
		['the header of a file', 'voice-float32', wave],
		['16-bit samples', 'voice-float32', Uint8Array.from({ length: 4096 }, (_, i) => (i * 97) % 256)],
		['no message at all', 'voice-moshi', new Uint8Array(37).fill(0xc1)],
		['another message', 'voice-moshi', encodeMoshi({ type: 'Text', text: 'no', start_s: 0, stop_s: 1 })],
		['a message cut short', 'voice-moshi', encodeAudio(new Float32Array(1920)).subarray(0, 4000)],
		['a message with a number missing', 'voice-moshi', encodeAudio(Float32Array.of(0.1, NaN))]
	] as const)('is refused where it is no sound: %s', async (_what, kind, bytes) => {
		const stream = openStream(pool, kind);
		stream.push(bytes);
		expect(await stream.drained()).toBe('input');
		expect(stream.stream.push(new Uint8Array(4))).toBe(false);
	});

	it('is refused where half a sample is missing at the end, and not before', async () => {
		const stream = openStream(pool, 'voice-float32');
		stream.push(new Uint8Array(7));
		expect(await stream.drained()).toBeNull();
		stream.push(END);
		expect(await stream.drained()).toBe('input');
	});

	it('is cut where it is a little too loud', async () => {
		const stream = openStream(pool, 'voice-float32');
		stream.push(floatBytes(Float32Array.from({ length: 9600 }, (_, i) => 1.3 * Math.sin(i / 10))));
		stream.push(END);
		expect(await stream.drained()).toBeNull();
		const { sound } = await heardFrom(stream);
		expect(Math.max(...sound)).toBeGreaterThan(0.9);
	});
});

describe('what stands behind sound', () => {
	it('waits for it, in order, and is forgotten with it', async () => {
		const { stream, parts, push } = openStream(pool, 'voice-float32');
		const seen: number[] = [];
		stream.after(() => seen.push(parts.length));
		push(new Uint8Array(4 * FRAME_SAMPLES));
		stream.after(() => seen.push(parts.length));
		push(new Uint8Array(8 * FRAME_SAMPLES));
		expect(stream.backlog).toBe(2);
		await new Promise<void>((resolve) => stream.after(() => resolve()));
		expect([seen, parts.length, stream.backlog]).toEqual([[0, 3], 5, 0]);
		push(new Uint8Array(4));
		stream.after(() => seen.push(-1));
		stream.close();
		expect([stream.after(() => undefined), stream.push(new Uint8Array(4))]).toEqual([false, false]);
		const other = openStream(pool, 'voice-float32');
		other.push(new Uint8Array(4));
		await other.drained();
		expect(seen).toEqual([0, 3]);
	});
});
