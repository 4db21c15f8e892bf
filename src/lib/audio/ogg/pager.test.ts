import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyPacket, concat, packetsOf, paddedPacket, pagesFor, plainPacket, pushChunked } from '../testing/streams.ts';
import { opusPacketSamples48k } from './opus-packet.ts';
import { parsePage, type OggPage } from './page.ts';
import { OggOpusPager } from './pager.ts';
import { OggUnpager } from './unpager.ts';

/** Every page in a row of bytes, which must hold nothing else. */
function pagesIn(bytes: Uint8Array): OggPage[] {
	const pages: OggPage[] = [];
	for (let at = 0; at < bytes.length;) {
		const parsed = parsePage(bytes.subarray(at));
		if (!parsed.ok) throw new Error(`${parsed.reason} at ${at}`);
		pages.push(parsed.page);
		at += parsed.size;
	}
	return pages;
}

const frame20 = plainPacket(19, new Uint8Array(60).fill(7));

describe('OggOpusPager', () => {
	it('begins with two header pages, alone on theirs, at position 0', () => {
		const [id, tags] = pagesIn(new OggOpusPager({ serial: 9, preSkip48k: 3840 }).headPages());
		expect(id).toMatchObject({ first: true, last: false, granule: 0, serial: 9, sequence: 0 });
		expect(tags).toMatchObject({ first: false, last: false, granule: 0, serial: 9, sequence: 1 });
		expect(new TextDecoder().decode(id?.body.subarray(0, 8))).toBe('OpusHead');
		expect([...(id?.body.subarray(8) ?? [])]).toEqual([1, 1, 0x00, 0x0f, 0xc0, 0x5d, 0, 0, 0, 0, 0]);
		expect(new TextDecoder().decode(tags?.body)).toBe('OpusTags\x06\0\0\0parley\0\0\0\0');
	});

	it('completes a page with each fourth packet, whose position counts 48 kHz samples', () => {
		const pager = new OggOpusPager({ serial: 1 });
		pager.headPages();
		const answers = Array.from({ length: 8 }, () => pager.push(frame20));
		expect(answers.map((page) => page !== null)).toEqual([false, false, false, true, false, false, false, true]);
		const pages = answers.flatMap((page) => (page === null ? [] : pagesIn(page)));
		expect(pages.map(({ granule, sequence }) => [granule, sequence])).toEqual([
			[3840, 2],
			[7680, 3]
		]);
	});

	it('flushes what is waiting and nothing twice', () => {
		const pager = new OggOpusPager({ serial: 1 });
		pager.headPages();
		expect(pager.flush()).toBeNull();
		pager.push(frame20);
		expect(pagesIn(pager.flush() ?? new Uint8Array(0))).toMatchObject([{ granule: 960, last: false }]);
		expect(pager.flush()).toBeNull();
	});

	it('ends with a last page, empty if nothing waits, and trims no more than what waits', () => {
		const empty = new OggOpusPager({ serial: 1, packetsPerPage: 1 });
		empty.headPages();
		empty.push(frame20);
		expect(pagesIn(empty.end(500))).toMatchObject([{ last: true, granule: null, lacing: new Uint8Array(0) }]);
		const waiting = new OggOpusPager({ serial: 1 });
		waiting.headPages();
		waiting.push(frame20);
		expect(pagesIn(waiting.end(500))).toMatchObject([{ last: true, granule: 460 }]);
	});

	it('spreads a packet of any size over pages, whose positions wait for its end', () => {
		const huge = paddedPacket(19, new Uint8Array(10), 70_000);
		const [, , ...sound] = pagesIn(concat(pagesFor([huge, frame20], { serial: 1 })));
		expect(sound).toMatchObject([
			{ continued: false, granule: null, last: false },
			{ continued: true, granule: 1920, last: true }
		]);
	});

	it('writes what the unpager reads back, for any packets, any page size and any chunking', () => {
		fc.assert(
			fc.property(
				fc.array(anyPacket, { maxLength: 14 }),
				fc.integer({ min: 1, max: 6 }),
				fc.array(fc.integer({ min: 1, max: 3000 }), { minLength: 1, maxLength: 5 }),
				(packets, packetsPerPage, sizes) => {
					const events = pushChunked(
						new OggUnpager(),
						concat(pagesFor(packets, { serial: 5, packetsPerPage, preSkip48k: 99, inputSampleRate: 48_000 })),
						sizes
					);
					let granule = 0;
					expect(events).toEqual([
						{ type: 'head', serial: 5, channels: 1, preSkip48k: 99, inputSampleRate: 48_000 },
						{ type: 'tags', vendor: 'parley' },
						...packets.map((data) => {
							const durationSamples48k = opusPacketSamples48k(data);
							granule += durationSamples48k;
							return { type: 'packet', data, durationSamples48k, trimSamples48k: 0, granule };
						}),
						{ type: 'end', serial: 5, complete: true }
					]);
				}
			),
			{ numRuns: 40 }
		);
	});

	it('refuses bytes that are no packet, sound before the head, and a second head', () => {
		const pager = new OggOpusPager({ serial: 1 });
		expect(() => pager.push(frame20)).toThrow(RangeError);
		pager.headPages();
		expect(() => pager.headPages()).toThrow(RangeError);
		expect(() => pager.push(new Uint8Array(0))).toThrow(RangeError);
		pager.push(frame20);
		expect(packetsOf(new OggUnpager().push(pager.end()))).toEqual([frame20]);
	});
});
