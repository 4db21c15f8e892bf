import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { OggOpusDecoder } from './ogg-opus-decoder.ts';
import { OggOpusPager } from './ogg/pager.ts';
import { createOpusDecoder, createOpusEncoder } from './opus.ts';
import { concat, pagesFor, plainPacket } from './testing/streams.ts';

const FRAMES = 24;
/** A gliding tone: every stretch of it sounds different. */
const original = Float32Array.from({ length: FRAMES * 480 }, (_, i) => 0.4 * Math.sin(0.2 * i + 0.00001 * i * i));
let packets: Uint8Array[] = [];
/** Every sample that libopus makes of the packets, pre-skip included. */
let decoded = new Float32Array(0);

beforeAll(async () => {
	const encoder = await createOpusEncoder();
	const decoder = await createOpusDecoder();
	packets = Array.from({ length: FRAMES }, (_, i) => encoder.encode(original.subarray(i * 480, (i + 1) * 480)));
	decoded = joinedPcm(packets.map((packet) => decoder.decode(packet)));
});

function joinedPcm(parts: readonly Float32Array[]): Float32Array<ArrayBuffer> {
	return Float32Array.from(parts.flatMap((part) => [...part]));
}

async function decodeAll(bytes: Uint8Array, sizes: readonly number[] = [1 << 20]): Promise<Float32Array> {
	const decoder = await OggOpusDecoder.create();
	const sound: Float32Array[] = [];
	for (let at = 0, i = 0; at < bytes.length; i++) {
		const size = sizes[i % sizes.length]!;
		sound.push(...decoder.push(bytes.subarray(at, at + size)));
		at += size;
	}
	decoder.free();
	return joinedPcm(sound);
}

describe('OggOpusDecoder', () => {
	it('drops the pre-skip and nothing else, in any chunking', async () => {
		const stream = concat(pagesFor(packets, { serial: 1 }));
		await fc.assert(
			fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 500 }), { minLength: 1, maxLength: 5 }), async (sizes) => {
				expect(await decodeAll(stream, sizes)).toEqual(decoded.subarray(156));
			}),
			{ numRuns: 20 }
		);
	});

	it('puts the first sample of the recording first: what comes out stands where it went in, within 0.1 ms', async () => {
		const sound = await decodeAll(concat(pagesFor(packets, { serial: 1 })));
		const at = (shift: number): number => {
			let sum = 0;
			for (let i = 3000; i < 9000; i++) sum += sound[i + shift]! * original[i]!;
			return sum;
		};
		const shifts = Array.from({ length: 41 }, (_, i) => i - 20);
		const best = shifts.reduce((found, shift) => (at(shift) > at(found) ? shift : found));
		// Not quite 0: the encoder's high pass for voice turns the phase a little.
		expect(Math.abs(best)).toBeLessThanOrEqual(2);
	});

	it('skips more than one packet where the head says so, and knows how much', async () => {
		const decoder = await OggOpusDecoder.create();
		const sound = decoder.push(concat(pagesFor(packets, { serial: 1, preSkip48k: 3840 })));
		expect(joinedPcm(sound)).toEqual(decoded.subarray(1920));
		expect(decoder.preSkipSamples).toBe(1920);
	});

	it('trims the end', async () => {
		const pager = new OggOpusPager({ serial: 1, packetsPerPage: 100 });
		const head = pager.headPages();
		for (const packet of packets) pager.push(packet);
		const stream = concat([head, pager.end(700)]);
		expect(await decodeAll(stream)).toEqual(decoded.subarray(156, decoded.length - 350));
	});

	it('starts afresh with each of the streams that follow each other', async () => {
		const stream = concat([
			...pagesFor(packets, { serial: 42 }),
			...pagesFor(packets, { serial: 42 }).slice(0, -1),
			...pagesFor(packets, { serial: 43 })
		]);
		const once = decoded.subarray(156);
		expect(await decodeAll(stream)).toEqual(joinedPcm([once, once, once]));
	});

	it('fills a gap with as many samples as were lost, so that times stay true', async () => {
		const pages = pagesFor(packets, { serial: 1, packetsPerPage: 2 });
		pages.splice(6, 2);
		const decoder = await OggOpusDecoder.create();
		const sound = joinedPcm(decoder.push(concat(pages)));
		expect(sound).toHaveLength(decoded.length - 156);
		expect(sound.subarray(0, 8 * 480 - 156)).toEqual(decoded.subarray(156, 8 * 480));
		expect(decoder.faults).toEqual({ junkBytes: 0, missingPages: 2, concealedSamples: 1920, refusedPackets: 0 });
		// What is made up is sound as loud as its surroundings at first, and so is what comes after it.
		const rms = (pcm: Float32Array): number => Math.sqrt(pcm.reduce((sum, x) => sum + x * x, 0) / pcm.length);
		const usual = rms(decoded.subarray(480));
		expect(rms(sound.subarray(8 * 480 - 156, 9 * 480 - 156))).toBeGreaterThan(usual / 2);
		expect(rms(sound.subarray(-1000))).toBeGreaterThan(usual / 2);
	});

	it('fills at most a second, however much a stream says is missing', async () => {
		const far = new OggOpusPager({ serial: 1, packetsPerPage: 1 });
		far.headPages();
		let last = new Uint8Array(0);
		for (let i = 0; i < 300; i++) last = far.push(packets[i % FRAMES]!) ?? last;
		const decoder = await OggOpusDecoder.create();
		decoder.push(concat(pagesFor(packets, { serial: 1, packetsPerPage: 1 }).slice(0, 5)));
		const sound = joinedPcm(decoder.push(last));
		expect(sound).toHaveLength(24_000 + 480);
	});

	it('passes over junk without losing a sample', async () => {
		const pages: Uint8Array[] = pagesFor(packets, { serial: 1 });
		pages.splice(4, 0, new TextEncoder().encode('OggS\0 this is no page'));
		const decoder = await OggOpusDecoder.create();
		expect(joinedPcm(decoder.push(concat(pages)))).toEqual(decoded.subarray(156));
		expect(decoder.faults.junkBytes).toBe(21);
	});

	it('decodes random packets of sound form to something of their length, and never throws', async () => {
		const decoder = await OggOpusDecoder.create();
		fc.assert(
			fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: 31 }), fc.uint8Array({ maxLength: 60 }))), (frames) => {
				const random = frames.map(([config, frame]) => plainPacket(config, frame));
				for (const pcm of decoder.push(concat(pagesFor(random, { serial: 1 })))) {
					expect(pcm.every((sample) => Number.isFinite(sample))).toBe(true);
				}
			})
		);
		decoder.free();
	});

	it('begins another stream after the transport ended in mid-page', async () => {
		const decoder = await OggOpusDecoder.create();
		const stream = concat(pagesFor(packets, { serial: 1 }));
		decoder.push(stream.subarray(0, 700));
		decoder.end();
		expect(joinedPcm(decoder.push(stream))).toEqual(decoded.subarray(156));
	});
});
