import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyJunk, concat, paddedPacket, pagesFor, plainPacket, speechPacket } from '../testing/streams.ts';
import { checkAudioPage, checkHeadPages } from './check-page.ts';
import { formatPage, parsePage, type OggPage } from './page.ts';
import { OggOpusPager } from './pager.ts';

function pageOf(packets: readonly Uint8Array[]): Uint8Array {
	const pager = new OggOpusPager({ serial: 1, packetsPerPage: packets.length });
	pager.headPages();
	const pages = packets.map((packet) => pager.push(packet));
	return pages.at(-1) ?? new Uint8Array(0);
}

function changed(page: Uint8Array, change: Partial<OggPage>): Uint8Array {
	const parsed = parsePage(page);
	if (!parsed.ok) throw new Error(parsed.reason);
	return formatPage({ ...parsed.page, ...change });
}

const frame20 = plainPacket(19, new Uint8Array(57).fill(5));
const frame40 = Uint8Array.of((19 << 3) | 1, 1, 1);
const page80 = pageOf([frame20, frame20, frame20, frame20]);
const [headPage, tagsPage] = pagesFor([], { serial: 1 });

describe('checkAudioPage', () => {
	it('tells the duration of a sound page', () => {
		expect(checkAudioPage(page80)).toEqual({ ok: true, kind: 'audio', durationSamples48k: 3840 });
		expect(checkAudioPage(pageOf([frame40, frame40]))).toEqual({ ok: true, kind: 'audio', durationSamples48k: 3840 });
		expect(checkAudioPage(pageOf([frame20]))).toEqual({ ok: true, kind: 'audio', durationSamples48k: 960 });
	});

	it('knows the two header pages', () => {
		expect(checkAudioPage(headPage!)).toEqual({ ok: true, kind: 'head' });
		expect(checkAudioPage(tagsPage!)).toEqual({ ok: true, kind: 'head' });
	});

	it('accepts every page that the pager makes of speech', () => {
		fc.assert(
			fc.property(fc.array(speechPacket, { minLength: 1, maxLength: 8 }), (packets) => {
				const durationSamples48k = 960 * packets.length;
				expect(checkAudioPage(pageOf(packets))).toEqual({ ok: true, kind: 'audio', durationSamples48k });
			})
		);
	});

	it('refuses a page with any single bit flipped', () => {
		for (const page of [page80, headPage!, tagsPage!]) {
			for (let bit = 0; bit < page.length * 8; bit++) {
				const flipped = page.with(bit >> 3, page[bit >> 3]! ^ (1 << (bit & 7)));
				expect(checkAudioPage(flipped).ok).toBe(false);
			}
		}
	});

	it('refuses a page cut anywhere, and a page with anything behind it', () => {
		for (let length = 0; length < page80.length; length++) {
			expect(checkAudioPage(page80.subarray(0, length))).toEqual({ ok: false, reason: 'short' });
		}
		expect(checkAudioPage(concat([page80, Uint8Array.of(0)]))).toEqual({ ok: false, reason: 'trailing' });
		expect(checkAudioPage(concat([page80, page80]))).toEqual({ ok: false, reason: 'trailing' });
	});

	it('refuses bytes that are no page without throwing', () => {
		fc.assert(
			fc.property(fc.oneof(anyJunk, fc.uint8Array({ maxLength: 100 })), (bytes) => {
				expect(checkAudioPage(bytes).ok).toBe(false);
				expect(checkHeadPages(bytes).ok).toBe(false);
			})
		);
	});

	it.each<[string, Uint8Array, string]>([
		['another version', page80.with(4, 1), 'not_ogg'],
		['a wrong checksum', page80.with(page80.length - 1, 0x55), 'crc'],
		['a continued packet', changed(page80, { continued: true }), 'split_packet'],
		['a packet that goes on', pageOf([paddedPacket(19, frame20, 70_000)]).subarray(0, 65_307), 'split_packet'],
		['no packet', changed(page80, { lacing: new Uint8Array(0), body: new Uint8Array(0) }), 'empty'],
		['an empty packet', changed(page80, { lacing: Uint8Array.of(0), body: new Uint8Array(0) }), 'not_opus'],
		['a malformed packet', changed(page80, { lacing: Uint8Array.of(2), body: Uint8Array.of(3, 0) }), 'not_opus'],
		['sound that claims to be a first page', changed(page80, { first: true }), 'bad_head'],
		['a head that is no first page', changed(headPage!, { first: false }), 'bad_head'],
		['tags that claim to be a first page', changed(tagsPage!, { first: true }), 'bad_head'],
		['a head of three channels', changed(headPage!, { body: parsedBody(headPage!).with(9, 3) }), 'bad_head'],
		['a head of another mapping', changed(headPage!, { body: parsedBody(headPage!).with(18, 1) }), 'bad_head'],
		[
			'tags cut short',
			changed(tagsPage!, { lacing: Uint8Array.of(9), body: parsedBody(tagsPage!).slice(0, 9) }),
			'bad_head'
		]
	])('refuses %s by name', (_, page, reason) => {
		expect(checkAudioPage(page)).toEqual({ ok: false, reason });
	});

	it('never looks beyond its view of a larger buffer', () => {
		const buffer = concat([new Uint8Array(13).fill(0xff), page80, new Uint8Array(400).fill(0xff)]);
		expect(checkAudioPage(buffer.subarray(13, 13 + page80.length)).ok).toBe(true);
		expect(checkAudioPage(buffer.subarray(13, 12 + page80.length))).toEqual({ ok: false, reason: 'short' });
	});
});

describe('checkHeadPages', () => {
	it('reads the head of a stream', () => {
		const bytes = new OggOpusPager({ serial: 77, preSkip48k: 3840, inputSampleRate: 48_000 }).headPages();
		expect(checkHeadPages(bytes)).toEqual({
			ok: true,
			head: { serial: 77, channels: 1, preSkip48k: 3840, inputSampleRate: 48_000 }
		});
	});

	it('refuses one page alone, three, the wrong order, and pages of two streams', () => {
		const other = pagesFor([], { serial: 2 });
		expect(checkHeadPages(headPage!)).toEqual({ ok: false, reason: 'short' });
		expect(checkHeadPages(concat([headPage!, tagsPage!, page80]))).toEqual({ ok: false, reason: 'trailing' });
		expect(checkHeadPages(concat([tagsPage!, headPage!]))).toEqual({ ok: false, reason: 'bad_head' });
		expect(checkHeadPages(concat([headPage!, page80]))).toEqual({ ok: false, reason: 'bad_head' });
		expect(checkHeadPages(concat([headPage!, other[1]!]))).toEqual({ ok: false, reason: 'bad_head' });
	});

	it('refuses the head with any single bit flipped or cut anywhere', () => {
		const bytes = concat([headPage!, tagsPage!]);
		for (let bit = 0; bit < bytes.length * 8; bit++) {
			expect(checkHeadPages(bytes.with(bit >> 3, bytes[bit >> 3]! ^ (1 << (bit & 7)))).ok).toBe(false);
			expect(checkHeadPages(bytes.subarray(0, bit >> 3)).ok).toBe(false);
		}
	});
});

function parsedBody(page: Uint8Array): Uint8Array {
	const parsed = parsePage(page);
	if (!parsed.ok) throw new Error(parsed.reason);
	return parsed.page.body;
}
