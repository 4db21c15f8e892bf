import fc from 'fast-check';
import { getPacketInfo } from 'libopus-wasm';
import { describe, expect, it } from 'vitest';
import { anyPacket, paddedPacket, plainPacket } from '../testing/streams.ts';
import { opusPacketSamples48k } from './opus-packet.ts';

/** What libopus itself says: the duration, or 0 where it refuses the packet. */
async function samplesByLibopus(packet: Uint8Array): Promise<number> {
	try {
		return (await getPacketInfo(packet)).samples;
	} catch {
		return 0;
	}
}

const hostile = fc.oneof(
	fc.uint8Array({ minLength: 1, maxLength: 60 }),
	// Code 3 with every combination of variable lengths and padding, and few enough bytes to meet the edges.
	fc
		.tuple(
			fc.integer({ min: 0, max: 31 }),
			fc.nat({ max: 255 }),
			fc.array(fc.constantFrom(0, 1, 2, 5, 251, 252, 254, 255), { maxLength: 12 }),
			fc.nat({ max: 700 })
		)
		.map(([config, head, lengths, zeros]) =>
			Uint8Array.of((config << 3) | 3, head, ...lengths, ...new Uint8Array(zeros))
		),
	// Codes 1 and 2 around the largest frame.
	fc
		.tuple(
			fc.integer({ min: 0, max: 3 }),
			fc.constantFrom(0, 251, 252, 255),
			fc.nat({ max: 255 }),
			fc.integer({ min: 1260, max: 2600 })
		)
		.map(([code, first, second, zeros]) => Uint8Array.of(code, first, second, ...new Uint8Array(zeros)))
);

describe('opusPacketSamples48k', () => {
	it('knows the duration of each of the 32 configurations', () => {
		const ms = (config: number): number => opusPacketSamples48k(plainPacket(config, Uint8Array.of(1))) / 48;
		const silk = [10, 20, 40, 60];
		const celt = [2.5, 5, 10, 20];
		expect(Array.from({ length: 32 }, (_, config) => ms(config))).toEqual([
			...[...silk, ...silk, ...silk],
			...[10, 20, 10, 20],
			...[...celt, ...celt, ...celt, ...celt]
		]);
	});

	it('agrees with libopus about every packet, well-formed or not', async () => {
		await fc.assert(
			fc.asyncProperty(hostile, async (packet) => {
				expect(opusPacketSamples48k(packet)).toBe(await samplesByLibopus(packet));
			}),
			{ numRuns: 1000 }
		);
	});

	it('accepts packets of any size', () => {
		fc.assert(
			fc.property(anyPacket, (packet) => {
				expect(opusPacketSamples48k(packet)).toBeGreaterThan(0);
			})
		);
		expect(opusPacketSamples48k(paddedPacket(19, new Uint8Array(9), 200_000))).toBe(960);
	});

	it('looks at nothing outside its range', () => {
		const packet = plainPacket(19, new Uint8Array(40));
		const padded = Uint8Array.of(0xff, ...packet, 0xff);
		expect(opusPacketSamples48k(padded, 1, 1 + packet.length)).toBe(960);
		expect(opusPacketSamples48k(padded, 1, 1)).toBe(0);
		// Code 3 whose length bytes would have to be read beyond the end.
		expect(opusPacketSamples48k(Uint8Array.of((19 << 3) | 3, 0xc2, 1, 1), 0, 2)).toBe(0);
	});
});
