import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concat, plainPacket } from '../testing/streams.ts';
import { framesOf } from './opus-frames.ts';
import { opusPacketSamples48k } from './opus-packet.ts';

/** Of 2.5 to 20 ms, so that up to six of them are a packet. */
const config = fc.integer({ min: 12, max: 31 });
const frame = fc.oneof(
	fc.uint8Array({ maxLength: 40 }),
	// Where a length begins to take two bytes.
	fc.constantFrom(250, 251, 252, 253, 255, 256, 510, 1275).map((size) => new Uint8Array(size).fill(size & 0xff))
);
const lengthOf = ({ length }: Uint8Array): number[] =>
	length < 252 ? [length] : [252 + ((length - 252) % 4), Math.floor((length - 252) / 4)];
const paddings = (padding: number): number[] => [...Array<number>(Math.floor(padding / 254)).fill(255), padding % 254];

/** Frames of any lengths (code 3). */
function many(c: number, frames: readonly Uint8Array[], padding: number | null): Uint8Array {
	const count = frames.length | 0x80 | (padding === null ? 0 : 0x40);
	const lengths = frames.slice(0, -1).flatMap(lengthOf);
	const pads = padding === null ? [] : paddings(padding);
	return concat([Uint8Array.of((c << 3) | 3, count, ...pads, ...lengths), ...frames, new Uint8Array(padding ?? 0)]);
}

/** Frames of one length (code 3). */
function equal(c: number, frames: readonly Uint8Array[], padding: number | null): Uint8Array {
	const count = frames.length | (padding === null ? 0 : 0x40);
	const pads = padding === null ? [] : paddings(padding);
	return concat([Uint8Array.of((c << 3) | 3, count, ...pads), ...frames, new Uint8Array(padding ?? 0)]);
}

describe('a packet of several Opus frames', () => {
	it('is one of its frames each, in every way of writing it', () => {
		const padding = fc.option(fc.integer({ min: 0, max: 600 }));
		fc.assert(
			fc.property(config, fc.array(frame, { minLength: 1, maxLength: 6 }), padding, (c, frames, padded) => {
				const packet = many(c, frames, padded);
				const single = frames.map((data) => plainPacket(c, data));
				expect(opusPacketSamples48k(packet)).toBe(frames.length * opusPacketSamples48k(single[0]!));
				expect(framesOf(packet)).toEqual(single);
				const alike = frames.map(() => frames[0]!);
				expect(framesOf(equal(c, alike, padded))).toEqual(alike.map((data) => plainPacket(c, data)));
			})
		);
	});

	it('is two where it has two, of one length or not, and itself where it has one', () => {
		fc.assert(
			fc.property(config, frame, frame, (c, one, two) => {
				const [first, second] = [plainPacket(c, one), plainPacket(c, two)];
				expect(framesOf(concat([Uint8Array.of((c << 3) | 1), one, one]))).toEqual([first, first]);
				const unequal = concat([Uint8Array.of((c << 3) | 2, ...lengthOf(one)), one, two]);
				expect(framesOf(unequal)).toEqual([first, second]);
				expect(framesOf(first)).toEqual([first]);
			})
		);
	});

	it('is copied: changing it afterwards changes nothing', () => {
		const packet = plainPacket(19, Uint8Array.of(1, 2));
		const frames = framesOf(packet);
		packet.fill(0);
		expect(frames).toEqual([plainPacket(19, Uint8Array.of(1, 2))]);
	});
});
