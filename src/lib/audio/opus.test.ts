import { describe, expect, it } from 'vitest';
import { opusPacketSamples48k } from './ogg/opus-packet.ts';
import { createOpusDecoder, createOpusEncoder, OpusError, type OpusErrorCodeName } from './opus.ts';

const tone = (hz: number, samples: number, from = 0): Float32Array =>
	Float32Array.from({ length: samples }, (_, i) => 0.4 * Math.sin((2 * Math.PI * hz * (from + i)) / 24_000));

function codeOf(call: () => unknown): OpusErrorCodeName | undefined {
	try {
		call();
	} catch (error) {
		if (error instanceof OpusError) return error.code;
		throw error;
	}
	return undefined;
}

describe('the Opus encoder', () => {
	it('makes one packet of 20 or 40 ms of each frame', async () => {
		const encoder = await createOpusEncoder();
		expect(opusPacketSamples48k(encoder.encode(tone(300, 480)))).toBe(960);
		expect(opusPacketSamples48k(encoder.encode(tone(300, 960)))).toBe(1920);
		expect(encoder.lookaheadSamples).toBe(156);
		encoder.free();
	});

	it('gives its packets away: the next call does not change them', async () => {
		const encoder = await createOpusEncoder();
		const first = encoder.encode(tone(300, 480));
		const copy = first.slice();
		for (let i = 0; i < 50; i++) encoder.encode(tone(900, 480));
		expect(first).toEqual(copy);
		expect(first.byteLength).toBe(first.buffer.byteLength);
		encoder.free();
	});

	it('keeps to the bit rate it is asked for', async () => {
		const bytesPerSecond = async (bitrate: number): Promise<number> => {
			const encoder = await createOpusEncoder({ bitrate });
			let bytes = 0;
			for (let i = 0; i < 100; i++) {
				const frame = tone(200 + i, 480, i * 480).map((x, k) => x * Math.sin((i * 480 + k) * 0.003));
				bytes += encoder.encode(frame).length;
			}
			encoder.free();
			return bytes / 2;
		};
		expect(await bytesPerSecond(24_000)).toBeLessThan((24_000 / 8) * 1.3);
		expect(await bytesPerSecond(12_000)).toBeLessThan((await bytesPerSecond(32_000)) / 1.5);
	});

	it('refuses other frame sizes, options that Opus has not, and work after being freed', async () => {
		const encoder = await createOpusEncoder();
		for (const length of [0, 479, 481, 240, 1920]) {
			expect(codeOf(() => encoder.encode(new Float32Array(length)))).toBe('invalid_argument');
		}
		encoder.free();
		encoder.free();
		expect(codeOf(() => encoder.encode(tone(300, 480)))).toBe('freed');
		await expect(createOpusEncoder({ bitrate: Number.NaN })).rejects.toMatchObject({ code: 'invalid_argument' });
		await expect(createOpusEncoder({ complexity: 11 })).rejects.toMatchObject({ code: 'invalid_argument' });
	});
});

describe('the Opus decoder', () => {
	it('gives back what was encoded, later by the look-ahead', async () => {
		const encoder = await createOpusEncoder();
		const decoder = await createOpusDecoder();
		const hz = 1000;
		const out: number[] = [];
		for (let i = 0; i < 50; i++) out.push(...decoder.decode(encoder.encode(tone(hz, 480, i * 480))));
		// Amplitude and delay of what comes out, by correlation with the tone and its quarter turn.
		const step = (2 * Math.PI * hz) / 24_000;
		let inPhase = 0;
		let quarter = 0;
		let power = 0;
		const from = 4800;
		for (let i = from; i < out.length; i++) {
			inPhase += out[i]! * Math.sin(step * i);
			quarter -= out[i]! * Math.cos(step * i);
			power += out[i]! ** 2;
		}
		const count = out.length - from;
		const amplitude = (2 * Math.hypot(inPhase, quarter)) / count;
		const period = 24_000 / hz;
		const delay = Math.atan2(quarter, inPhase) / step;
		const off = ((((delay - encoder.lookaheadSamples) % period) + 1.5 * period) % period) - period / 2;
		expect(amplitude).toBeCloseTo(0.4, 1);
		expect(Math.abs(off)).toBeLessThan(2);
		expect(10 * Math.log10(amplitude ** 2 / 2 / Math.abs(power / count - amplitude ** 2 / 2))).toBeGreaterThan(20);
		encoder.free();
		decoder.free();
	});

	it('gives its samples away: the next call does not change them', async () => {
		const encoder = await createOpusEncoder();
		const decoder = await createOpusDecoder();
		const first = decoder.decode(encoder.encode(tone(300, 480)));
		const copy = first.slice();
		for (let i = 0; i < 50; i++) decoder.decode(encoder.encode(tone(900, 480)));
		expect(first).toEqual(copy);
		expect(first.byteLength).toBe(first.buffer.byteLength);
	});

	it('conceals a lost packet with something like what came before, then fades', async () => {
		const encoder = await createOpusEncoder();
		const decoder = await createOpusDecoder();
		for (let i = 0; i < 20; i++) decoder.decode(encoder.encode(tone(300, 480, i * 480)));
		const power = (pcm: Float32Array): number => pcm.reduce((sum, x) => sum + x * x, 0) / pcm.length;
		const first = decoder.conceal(480);
		expect(first).toHaveLength(480);
		expect(power(first)).toBeGreaterThan(0.01);
		let last = first;
		for (let i = 0; i < 50; i++) last = decoder.conceal(480);
		expect(power(last)).toBeLessThan(power(first) / 100);
	});

	it('decodes the same after a reset as a new decoder does', async () => {
		const encoder = await createOpusEncoder();
		const packets = Array.from({ length: 10 }, (_, i) => encoder.encode(tone(500, 480, i * 480)));
		const fresh = await createOpusDecoder();
		const expected = packets.map((packet) => fresh.decode(packet));
		const reused = await createOpusDecoder();
		for (let round = 0; round < 3; round++) {
			expect(packets.map((packet) => reused.decode(packet))).toEqual(expected);
			reused.reset();
		}
		reused.reset();
		expect(packets.map((packet) => reused.decode(packet))).toEqual(expected);
	});

	it('refuses what is no packet and goes on working', async () => {
		const encoder = await createOpusEncoder();
		const decoder = await createOpusDecoder();
		expect(codeOf(() => decoder.decode(new Uint8Array(0)))).toBe('invalid_packet');
		expect(codeOf(() => decoder.decode(Uint8Array.of(3, 0)))).toBe('invalid_packet');
		expect(codeOf(() => decoder.conceal(61))).toBe('invalid_argument');
		expect(decoder.decode(encoder.encode(tone(300, 480)))).toHaveLength(480);
		decoder.free();
		decoder.free();
		expect(codeOf(() => decoder.decode(Uint8Array.of(0)))).toBe('freed');
		expect(codeOf(() => decoder.conceal(480))).toBe('freed');
		expect(codeOf(() => decoder.reset())).toBe('freed');
	});
});
