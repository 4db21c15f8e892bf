/**
 * Is this exactly one sound page? The relay asks before it forwards bytes that it never decodes: moshi-server's Ogg
 * reader never recovers from one bad byte, and audio of any other length than 80 ms takes it down for everybody.
 */
import { isOpusHead, isOpusTags, parseOpusHead, parseOpusTags, type OpusHead } from './opus-head.ts';
import { opusPacketSamples48k } from './opus-packet.ts';
import {
	FLAG_CONTINUED,
	FLAG_FIRST,
	PAGE_HEADER_BYTES,
	pageCrcMatches,
	pageSize,
	readPage,
	uint32,
	type OggPage
} from './page.ts';

export type PageCheckFault =
	/** Does not begin with `OggS` and version 0. */
	| 'not_ogg'
	/** Shorter than its header says. */
	| 'short'
	/** Bytes after the page. */
	| 'trailing'
	| 'crc'
	/** Begins or ends in the middle of a packet. */
	| 'split_packet'
	/** No packet at all. */
	| 'empty'
	/** A packet that is no Opus packet. */
	| 'not_opus'
	/** A header page whose packet is not a sound OpusHead or OpusTags, or stands where it may not. */
	| 'bad_head';

export type PageCheck =
	| { readonly ok: true; readonly kind: 'audio'; readonly durationSamples48k: number }
	| { readonly ok: true; readonly kind: 'head' }
	| { readonly ok: false; readonly reason: PageCheckFault };

export type HeadCheck =
	| { readonly ok: true; readonly head: OpusHead & { readonly serial: number } }
	| { readonly ok: false; readonly reason: PageCheckFault };

const FAULTS = {
	not_ogg: { ok: false, reason: 'not_ogg' },
	short: { ok: false, reason: 'short' },
	trailing: { ok: false, reason: 'trailing' },
	crc: { ok: false, reason: 'crc' },
	split_packet: { ok: false, reason: 'split_packet' },
	empty: { ok: false, reason: 'empty' },
	not_opus: { ok: false, reason: 'not_opus' },
	bad_head: { ok: false, reason: 'bad_head' }
} as const satisfies Record<PageCheckFault, PageCheck>;
const HEAD: PageCheck = { ok: true, kind: 'head' };
/** The answer to nearly every page: 80 ms. */
const FRAME: PageCheck = { ok: true, kind: 'audio', durationSamples48k: 3840 };

/**
 * Checks that `page` is exactly one well-formed Ogg page: version 0, right checksum, whole packets, each of them a
 * well-formed Opus packet (or one OpusHead or OpusTags: kind `head`). Never throws; allocates nothing for an 80 ms page.
 */
export function checkAudioPage(page: Uint8Array): PageCheck {
	const fault = soundness(page, 0, page.length);
	if (fault !== null) return FAULTS[fault];
	const segments = page[26] ?? 0;
	const bodyAt = PAGE_HEADER_BYTES + segments;
	const flags = page[5] ?? 0;
	// 'O' never begins a well-formed Opus packet here: as a TOC byte with the 'p' behind it, it claims 48 frames of 20 ms.
	if (flags & FLAG_FIRST || page[bodyAt] === 0x4f) {
		const head = headPacket(readPage(page, 0, page.length));
		if (head !== null) return isSoundHead(head, (flags & FLAG_FIRST) !== 0) ? HEAD : FAULTS.bad_head;
		if (flags & FLAG_FIRST) return FAULTS.bad_head;
	}
	let samples = 0;
	let from = bodyAt;
	let to = bodyAt;
	for (let i = 0; i < segments; i++) {
		const length = page[PAGE_HEADER_BYTES + i] ?? 0;
		to += length;
		if (length === 255) continue;
		const duration = opusPacketSamples48k(page, from, to);
		if (duration === 0) return FAULTS.not_opus;
		samples += duration;
		from = to;
	}
	return samples === 3840 ? FRAME : { ok: true, kind: 'audio', durationSamples48k: samples };
}

/** Checks that `bytes` are exactly an OpusHead page and an OpusTags page of one stream, each packet on its one page. */
export function checkHeadPages(bytes: Uint8Array): HeadCheck {
	const size = pageSize(bytes);
	const fault =
		soundness(bytes, 0, Math.max(size, 0)) ?? (size === bytes.length ? 'short' : soundness(bytes, size, bytes.length));
	if (fault !== null) return FAULTS[fault];
	const idPage = readPage(bytes, 0, size);
	const tagsPage = readPage(bytes, size, bytes.length - size);
	const id = headPacket(idPage);
	const tags = headPacket(tagsPage);
	if (id === null || tags === null || !idPage.first || tagsPage.first) return FAULTS.bad_head;
	const head = parseOpusHead(id);
	if (head === null || parseOpusTags(tags) === null || tagsPage.serial !== idPage.serial) return FAULTS.bad_head;
	return { ok: true, head: { ...head, serial: uint32(bytes, 14) } };
}

/** What is wrong with the page that should take exactly `bytes[at, to)`, its packets' contents aside; null: nothing. */
function soundness(bytes: Uint8Array, at: number, to: number): PageCheckFault | null {
	const size = pageSize(bytes, at);
	if (size === -1) return 'not_ogg';
	if (size === 0 || at + size > bytes.length) return 'short';
	if (at + size < to) return 'trailing';
	if (!pageCrcMatches(bytes, at, size)) return 'crc';
	const segments = bytes[at + 26] ?? 0;
	if (segments === 0) return 'empty';
	const split = ((bytes[at + 5] ?? 0) & FLAG_CONTINUED) !== 0 || bytes[at + PAGE_HEADER_BYTES + segments - 1] === 255;
	return split ? 'split_packet' : null;
}

/** The page's only packet, if it is one that names itself a header. */
function headPacket(page: OggPage): Uint8Array | null {
	if (page.lacing.findIndex((length) => length < 255) !== page.lacing.length - 1) return null;
	return isOpusHead(page.body) || isOpusTags(page.body) ? page.body : null;
}

function isSoundHead(packet: Uint8Array, first: boolean): boolean {
	return first ? parseOpusHead(packet) !== null : parseOpusTags(packet) !== null;
}
