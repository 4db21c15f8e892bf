import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concat } from '../testing/streams.ts';
import { formatPage, MAX_PAGE_BYTES, pageSize, parsePage, type OggPage } from './page.ts';

const anyPage: fc.Arbitrary<OggPage> = fc
	.record({
		continued: fc.boolean(),
		first: fc.boolean(),
		last: fc.boolean(),
		granule: fc.oneof(
			fc.constant(null),
			fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }),
			fc.integer({ min: -9, max: -2 })
		),
		serial: fc.nat({ max: 0xffff_ffff }),
		sequence: fc.nat({ max: 0xffff_ffff }),
		lacing: fc.uint8Array({ maxLength: 255 })
	})
	.map((head) => {
		const length = head.lacing.reduce((sum, segment) => sum + segment, 0);
		return { ...head, body: Uint8Array.from({ length }, (_, i) => i * 31) };
	});

const page: OggPage = {
	continued: false,
	first: false,
	last: false,
	granule: 960,
	serial: 1,
	sequence: 2,
	lacing: Uint8Array.of(3),
	body: Uint8Array.of(1, 2, 3)
};

describe('an Ogg page', () => {
	it('survives being written and read, whatever it holds', () => {
		fc.assert(
			fc.property(anyPage, fc.uint8Array({ maxLength: 30 }), (original, after) => {
				const bytes = formatPage(original);
				expect(parsePage(concat([bytes, after]))).toEqual({ ok: true, page: original, size: bytes.length });
			}),
			{ numRuns: 50 }
		);
	});

	it('is laid out as RFC 3533 says, byte for byte', () => {
		const bytes = formatPage({ ...page, last: true, granule: 0x0102_0304, serial: 0xa1b2_c3d4 });
		expect([...bytes.subarray(0, 22)]).toEqual([
			...[0x4f, 0x67, 0x67, 0x53, 0, 4],
			...[4, 3, 2, 1, 0, 0, 0, 0],
			...[0xd4, 0xc3, 0xb2, 0xa1],
			...[2, 0, 0, 0]
		]);
		expect([...bytes.subarray(26)]).toEqual([1, 3, 1, 2, 3]);
	});

	it('is never read from any shorter beginning of itself', () => {
		const bytes = formatPage(page);
		for (let length = 0; length < bytes.length; length++) {
			expect(parsePage(bytes.subarray(0, length))).toEqual({ ok: false, reason: 'short' });
		}
	});

	it('is refused by name when it is another version, damaged, or something else', () => {
		const bytes = formatPage(page);
		expect(parsePage(bytes.with(4, 1))).toEqual({ ok: false, reason: 'version' });
		expect(parsePage(bytes.with(29, 9))).toEqual({ ok: false, reason: 'crc' });
		expect(parsePage(bytes.with(3, 0x73))).toEqual({ ok: false, reason: 'not_ogg' });
		expect(parsePage(Uint8Array.of(0x4f, 0x67, 0x67, 0x54, 7))).toEqual({ ok: false, reason: 'not_ogg' });
	});

	it('is at most 65,307 bytes long', () => {
		const lacing = new Uint8Array(255).fill(255);
		const bytes = formatPage({ ...page, lacing, body: new Uint8Array(255 * 255) });
		expect(bytes.length).toBe(MAX_PAGE_BYTES);
		expect(pageSize(bytes)).toBe(65_307);
	});

	it('is not written with lacing that does not describe its body', () => {
		expect(() => formatPage({ ...page, lacing: Uint8Array.of(2) })).toThrow(RangeError);
		expect(() => formatPage({ ...page, lacing: new Uint8Array(256), body: new Uint8Array(0) })).toThrow(RangeError);
	});
});
