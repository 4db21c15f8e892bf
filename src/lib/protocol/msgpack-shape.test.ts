import { encode } from '@msgpack/msgpack';
import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { encodeAudio, encodeOggOpus } from './moshi.ts';
import { hasSaneShape, MAX_DEPTH } from './msgpack-shape.ts';
import { decodeWith } from './msgpack.ts';

const repeated = (count: number, ...unit: number[]): Uint8Array =>
	Uint8Array.from({ length: count * unit.length }, (_, i) => unit[i % unit.length] ?? 0);
const nested = (depth: number): unknown => (depth === 0 ? 1 : [nested(depth - 1)]);

describe('the shape of a MessagePack value', () => {
	it('is sane for whatever our own side writes', () => {
		const leaf = fc.oneof(
			fc.string({ unit: 'binary' }),
			fc.double(),
			fc.maxSafeInteger(),
			fc.boolean(),
			fc.constant(null),
			fc.uint8Array({ maxLength: 300 })
		);
		const value = fc.letrec((tie) => ({
			any: fc.oneof(
				{ maxDepth: 5 },
				leaf,
				fc.array(tie('any'), { maxLength: 40 }),
				fc.dictionary(fc.string(), tie('any'), { maxKeys: 20 })
			)
		})).any;
		fc.assert(
			fc.property(value, fc.boolean(), (any, forceFloat32) => {
				expect(hasSaneShape(encode(any, { forceFloat32 }))).toBe(true);
			})
		);
		for (const length of [0, 15, 16, 255, 256, 65_535, 65_536, 100_000]) {
			for (const any of ['x'.repeat(length), new Uint8Array(length), Array.from({ length }, () => 1)])
				expect(hasSaneShape(encode(any))).toBe(true);
			expect(hasSaneShape(encodeOggOpus(new Uint8Array(length).fill(200)))).toBe(true);
			expect(hasSaneShape(encodeAudio(new Float32Array(length)))).toBe(true);
		}
	});

	it('is not sane where a value is cut short, at whichever byte', () => {
		const whole = encode({ type: 'a', list: [1, 2.5, 'text', new Uint8Array(40), { deep: [] }], n: -70_000 });
		for (let end = 0; end < whole.byteLength; end++) expect(hasSaneShape(whole.subarray(0, end))).toBe(false);
		expect(hasSaneShape(whole)).toBe(true);
	});

	it.each([
		['arrays of a million inside each other', repeated(200, 0xdd, 0, 0x0f, 0xff, 0xff)],
		['arrays of 65,535 inside each other', repeated(300, 0xdc, 0xff, 0xff)],
		['maps of a thousand inside each other', repeated(300, 0xde, 0x04, 0x00)],
		['an array of four billion', Uint8Array.of(0xdd, 0xff, 0xff, 0xff, 0xff, 1)],
		['a million arrays of one inside each other', repeated(1 << 20, 0x91)],
		['extensions', Uint8Array.of(0xc7, 0, 1)],
		['the byte that is never used', Uint8Array.of(0xc1)]
	])('is not sane: %s', (_, bytes) => {
		expect(hasSaneShape(bytes)).toBe(false);
		expect(decodeWith(v.any(), bytes)).toMatchObject({ ok: false });
	});

	it('ends at a depth that no message of ours comes near', () => {
		expect(hasSaneShape(encode(nested(MAX_DEPTH)))).toBe(true);
		expect(hasSaneShape(encode(nested(MAX_DEPTH + 1)))).toBe(false);
	});

	it('agrees with the decoder on random bytes: what it refuses is not decoded, and nothing is thrown', () => {
		fc.assert(
			fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
				const { ok } = decodeWith(v.any(), bytes);
				if (!hasSaneShape(bytes)) expect(ok).toBe(false);
			}),
			{ numRuns: 500 }
		);
	});
});
