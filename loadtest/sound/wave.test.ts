import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readWave } from './wave.ts';

interface Format {
	readonly kind?: number;
	readonly channels?: number;
	readonly sampleRate?: number;
	readonly bits?: number;
	readonly frameBytes?: number;
	readonly extended?: number;
}

/** A WAV file of these bytes of samples. */
function wave(data: Uint8Array, format: Format = {}, extra = new Uint8Array(0)): Uint8Array {
	const { kind = 1, channels = 1, sampleRate = 24_000, bits = 16, extended } = format;
	const formatBytes = extended === undefined ? 16 : 40;
	const bytes = new Uint8Array(12 + 8 + formatBytes + extra.length + 8 + data.length);
	const view = new DataView(bytes.buffer);
	const tag = (at: number, text: string): void => bytes.set(new TextEncoder().encode(text), at);
	tag(0, 'RIFF');
	view.setUint32(4, bytes.length - 8, true);
	tag(8, 'WAVEfmt ');
	view.setUint32(16, formatBytes, true);
	view.setUint16(20, kind, true);
	view.setUint16(22, channels, true);
	view.setUint32(24, sampleRate, true);
	view.setUint16(32, format.frameBytes ?? (channels * bits) / 8, true);
	view.setUint16(34, bits, true);
	if (extended !== undefined) view.setUint16(44, extended, true);
	bytes.set(extra, 20 + formatBytes);
	const at = 20 + formatBytes + extra.length;
	tag(at, 'data');
	view.setUint32(at + 4, data.length, true);
	bytes.set(data, at + 8);
	return bytes;
}

const bytesOf = (view: ArrayBufferView): Uint8Array => new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
function pcmOf(bytes: Uint8Array): number[] {
	const read = readWave(bytes);
	if (!read.ok) throw new Error(read.reason);
	return [...read.value.pcm];
}

describe('a WAV file', () => {
	it.each<[string, ArrayBufferView, Format, number[]]>([
		['of 8 bits', Uint8Array.of(0, 128, 192), { bits: 8 }, [-1, 0, 0.5]],
		['of 16 bits', Int16Array.of(-0x8000, 0, 0x4000), {}, [-1, 0, 0.5]],
		['of 24 bits', Uint8Array.of(0, 0, 0x80, 0, 0, 0, 0, 0, 0x40), { bits: 24 }, [-1, 0, 0.5]],
		['of 32 bits', Int32Array.of(-0x8000_0000, 0, 0x4000_0000), { bits: 32 }, [-1, 0, 0.5]],
		['of floats', Float32Array.of(-1, 0, 0.5), { kind: 3, bits: 32 }, [-1, 0, 0.5]],
		['of doubles', Float64Array.of(-1, 0, 0.5), { kind: 3, bits: 64 }, [-1, 0, 0.5]],
		['of floats that are none', Float32Array.of(NaN, Infinity, -7), { kind: 3, bits: 32 }, [0, 0, -1]],
		['with two channels', Int16Array.of(0x4000, 0, -0x4000, -0x4000), { channels: 2 }, [0.25, -0.5]],
		['with an extended format', Float32Array.of(0.25), { kind: 0xfffe, bits: 32, extended: 3 }, [0.25]]
	])('%s is read', (_name, data, format, pcm) => {
		expect(pcmOf(wave(bytesOf(data), format))).toEqual(pcm);
	});

	it('may have other chunks, and a length that is not true', () => {
		const list = Uint8Array.of(0x4c, 0x49, 0x53, 0x54, 3, 0, 0, 0, 1, 2, 3, 0);
		const bytes = wave(bytesOf(Int16Array.of(0x4000)), {}, list);
		new DataView(bytes.buffer).setUint32(bytes.length - 6, 0xffff_ffff, true);
		expect(pcmOf(bytes)).toEqual([0.5]);
	});

	it.each<[string, Format, string]>([
		['compressed', { kind: 0x55 }, 'kind 85 is not supported: 1 is (whole samples), and 3 (floats)'],
		['without channels', { channels: 0 }, 'channels 0 is not supported'],
		['of no rate', { sampleRate: 0 }, 'sampleRate 0 is not supported'],
		['of 12 bits', { bits: 12 }, 'bits 12 is not supported'],
		['of 16-bit floats', { kind: 3 }, 'bits does not fit the rest of its format'],
		['whose frames have another size', { frameBytes: 3 }, 'frameBytes does not fit the rest of its format']
	])('that is %s is refused by the field', (_name, format, reason) => {
		expect(readWave(wave(new Uint8Array(8), format))).toMatchObject({ ok: false, reason });
	});

	it('cut short anywhere, or changed anywhere, never throws', () => {
		const whole = wave(bytesOf(Int16Array.of(1, 2, 3, 4)), { channels: 2 });
		for (let length = 0; length < whole.length; length++) readWave(whole.subarray(0, length));
		fc.assert(
			fc.property(fc.nat(whole.length - 1), fc.nat(255), fc.uint8Array(), (at, value, tail) => {
				const bytes = new Uint8Array([...whole, ...tail]);
				bytes[at] = value;
				const read = readWave(bytes);
				if (read.ok) expect(read.value.pcm.every((sample) => sample >= -1 && sample <= 1)).toBe(true);
			})
		);
		expect(readWave(new Uint8Array(0)).ok).toBe(false);
	});
});
