import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CRC_OFFSET, pageCrc } from './crc.ts';

/** The definition, bit by bit. */
function crcByDefinition(bytes: Uint8Array): number {
	let crc = 0;
	for (const [i, byte] of bytes.entries()) {
		crc ^= (i >= CRC_OFFSET && i < CRC_OFFSET + 4 ? 0 : byte) << 24;
		for (let bit = 0; bit < 8; bit++) crc = crc & 0x8000_0000 ? (crc << 1) ^ 0x04c1_1db7 : crc << 1;
	}
	return crc >>> 0;
}

describe('pageCrc', () => {
	it('is the CRC-32 of the definition for any bytes, with the field itself taken as 0', () => {
		fc.assert(
			fc.property(fc.uint8Array({ minLength: 27, maxLength: 400 }), (bytes) => {
				expect(pageCrc(bytes)).toBe(crcByDefinition(bytes));
			})
		);
	});

	it('covers exactly the range it is given', () => {
		const bytes = Uint8Array.from({ length: 200 }, (_, i) => i * 37);
		expect(pageCrc(bytes, 13, 113)).toBe(pageCrc(bytes.slice(13, 113)));
	});
});
