/** One Ogg page, to and from bytes (RFC 3533, section 6). */
import { CRC_OFFSET, pageCrc } from './crc.ts';

export const PAGE_HEADER_BYTES = 27;
export const MAX_SEGMENTS = 255;
/** A header, 255 lacing values, 255 segments of 255 bytes. */
export const MAX_PAGE_BYTES = PAGE_HEADER_BYTES + MAX_SEGMENTS + MAX_SEGMENTS * 255;

/** "OggS", read as a little-endian number. */
const CAPTURE = 0x5367_674f;

export const FLAG_CONTINUED = 1;
export const FLAG_FIRST = 2;
export const FLAG_LAST = 4;

export interface OggPage {
	/** The page begins with the rest of the packet that the page before it left unfinished. */
	readonly continued: boolean;
	/** The first page of its logical stream. */
	readonly first: boolean;
	/** The last page of its logical stream. */
	readonly last: boolean;
	/** Position at the end of the last packet that ends on this page; null where none ends here (-1 on the wire). */
	readonly granule: number | null;
	readonly serial: number;
	readonly sequence: number;
	/** One byte a segment; a packet ends at each value under 255. */
	readonly lacing: Uint8Array;
	/** The segments, one after the other. */
	readonly body: Uint8Array;
}

/** `short`: it may be a page, but more bytes are needed to say. */
export type PageFault = 'short' | 'not_ogg' | 'version' | 'crc';

/**
 * How many bytes the page at `bytes[at]` takes, judged by its header alone; 0 where the header is not whole yet,
 * -1 where no page of version 0 begins here. Allocates nothing.
 */
export function pageSize(bytes: Uint8Array, at = 0): number {
	const left = bytes.length - at;
	// Compared as far as there are bytes, so that a stray O at the end of a chunk is waited for and no other byte is.
	if (left > 0 && bytes[at] !== 0x4f) return -1;
	if (left > 1 && bytes[at + 1] !== 0x67) return -1;
	if (left > 2 && bytes[at + 2] !== 0x67) return -1;
	if (left > 3 && bytes[at + 3] !== 0x53) return -1;
	if (left > 4 && bytes[at + 4] !== 0) return -1;
	if (left < PAGE_HEADER_BYTES) return 0;
	const segments = bytes[at + 26] ?? 0;
	if (left < PAGE_HEADER_BYTES + segments) return 0;
	let size = PAGE_HEADER_BYTES + segments;
	for (let i = 0; i < segments; i++) size += bytes[at + PAGE_HEADER_BYTES + i] ?? 0;
	return size;
}

/** Whether the page of `size` bytes at `at` carries the checksum of its bytes. */
export function pageCrcMatches(bytes: Uint8Array, at: number, size: number): boolean {
	return uint32(bytes, at + CRC_OFFSET) === pageCrc(bytes, at, at + size);
}

/** The page of `size` bytes at `at`, of which `pageSize` and `pageCrcMatches` approved. Lacing and body are views. */
export function readPage(bytes: Uint8Array, at: number, size: number): OggPage {
	const flags = bytes[at + 5] ?? 0;
	const segments = bytes[at + 26] ?? 0;
	return {
		continued: (flags & FLAG_CONTINUED) !== 0,
		first: (flags & FLAG_FIRST) !== 0,
		last: (flags & FLAG_LAST) !== 0,
		granule: granuleAt(bytes, at + 6),
		serial: uint32(bytes, at + 14),
		sequence: uint32(bytes, at + 18),
		lacing: bytes.subarray(at + PAGE_HEADER_BYTES, at + PAGE_HEADER_BYTES + segments),
		body: bytes.subarray(at + PAGE_HEADER_BYTES + segments, at + size)
	};
}

/** The one page that `bytes` begins with, and how long it is. Never throws. */
export function parsePage(
	bytes: Uint8Array
):
	| { readonly ok: true; readonly page: OggPage; readonly size: number }
	| { readonly ok: false; readonly reason: PageFault } {
	const size = pageSize(bytes);
	if (size === -1) return { ok: false, reason: uint32(bytes, 0) === CAPTURE ? 'version' : 'not_ogg' };
	if (size === 0 || size > bytes.length) return { ok: false, reason: 'short' };
	if (!pageCrcMatches(bytes, 0, size)) return { ok: false, reason: 'crc' };
	return { ok: true, page: readPage(bytes, 0, size), size };
}

/** The page's bytes, checksum included. The lacing's sum must be the body's length. */
export function formatPage(page: OggPage): Uint8Array<ArrayBuffer> {
	const { lacing, body, granule } = page;
	if (lacing.length > MAX_SEGMENTS) throw new RangeError(`${lacing.length} segments do not fit a page`);
	const bytes = new Uint8Array(PAGE_HEADER_BYTES + lacing.length + body.length);
	const view = new DataView(bytes.buffer);
	view.setUint32(0, CAPTURE, true); // and version 0
	bytes[5] = (page.continued ? FLAG_CONTINUED : 0) | (page.first ? FLAG_FIRST : 0) | (page.last ? FLAG_LAST : 0);
	view.setBigInt64(6, BigInt(granule ?? -1), true);
	view.setUint32(14, page.serial, true);
	view.setUint32(18, page.sequence, true);
	bytes[26] = lacing.length;
	bytes.set(lacing, PAGE_HEADER_BYTES);
	bytes.set(body, PAGE_HEADER_BYTES + lacing.length);
	if (pageSize(bytes) !== bytes.length) throw new RangeError('the lacing does not add up to the body');
	view.setUint32(CRC_OFFSET, pageCrc(bytes), true);
	return bytes;
}

/** Little-endian, unsigned. */
export function uint32(bytes: Uint8Array, at: number): number {
	return (
		((bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24)) >>> 0
	);
}

/** Signed, 64 bits. Beyond 2^53 (6,000 years of samples) it is rounded; nobody counts there. */
function granuleAt(bytes: Uint8Array, at: number): number | null {
	const low = uint32(bytes, at);
	const high = uint32(bytes, at + 4) | 0;
	return high === -1 && low === 0xffff_ffff ? null : high * 0x1_0000_0000 + low;
}
