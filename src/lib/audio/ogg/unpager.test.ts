import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
	anyJunk,
	anyPacket,
	concat,
	junkOf,
	packetsOf,
	paddedPacket,
	pagesFor,
	plainPacket,
	pushChunked,
	speechPacket
} from '../testing/streams.ts';
import { formatPage, MAX_PAGE_BYTES, parsePage, type OggPage } from './page.ts';
import { OggUnpager, type OggEvent } from './unpager.ts';

const chunkSizes = fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 6 });
const frame20 = (value: number): Uint8Array => plainPacket(19, new Uint8Array(50).fill(value));
const frames = (count: number): Uint8Array[] => Array.from({ length: count }, (_, i) => frame20(i));
const whole = [1 << 20];
const typesOf = (events: readonly OggEvent[]): string[] => events.map(({ type }) => type);

function changed(page: Uint8Array, change: Partial<OggPage>): Uint8Array {
	const parsed = parsePage(page);
	if (!parsed.ok) throw new Error(parsed.reason);
	return formatPage({ ...parsed.page, ...change });
}

describe('OggUnpager', () => {
	it('says the same for any chunking, junk and damage included', () => {
		fc.assert(
			fc.property(
				fc.array(anyPacket, { minLength: 1, maxLength: 6 }),
				fc.array(anyJunk, { minLength: 1, maxLength: 4 }),
				fc.nat(),
				chunkSizes,
				(packets, junk, where, sizes) => {
					const pages: Uint8Array[] = pagesFor(packets, { serial: 3, packetsPerPage: 2 });
					for (const [i, bytes] of junk.entries()) pages.splice((where + i) % (pages.length + 1), 0, bytes);
					const bytes = concat(pages);
					bytes[where % bytes.length]! ^= 1 << (where % 8);
					expect(pushChunked(new OggUnpager(), bytes, sizes)).toEqual(pushChunked(new OggUnpager(), bytes, whole));
				}
			),
			{ numRuns: 40 }
		);
	});

	it('finds every packet among junk, wherever it stands, and counts the junk to the byte', () => {
		fc.assert(
			fc.property(
				fc.array(speechPacket, { minLength: 1, maxLength: 12 }),
				fc.array(fc.tuple(fc.nat(), anyJunk), { maxLength: 5 }),
				chunkSizes,
				(packets, junk, sizes) => {
					const pages: Uint8Array[] = pagesFor(packets, { serial: 3, packetsPerPage: 2 });
					for (const [where, bytes] of junk) pages.splice(where % (pages.length + 1), 0, bytes);
					const events = pushChunked(new OggUnpager(), concat(pages), sizes);
					expect(packetsOf(events)).toEqual(packets);
					expect(junkOf(events)).toBe(junk.reduce((sum, [, bytes]) => sum + bytes.length, 0));
					expect(typesOf(events).filter((type) => type === 'gap')).toEqual([]);
				}
			)
		);
	});

	it('loses the packets of a page with a flipped bit and no others, and says what is missing', () => {
		fc.assert(
			fc.property(
				fc.array(speechPacket, { minLength: 3, maxLength: 12 }),
				fc.nat(),
				fc.nat(),
				chunkSizes,
				(packets, which, bit, sizes) => {
					const pages = pagesFor(packets, { serial: 3, packetsPerPage: 1 });
					// Not the first sound page (a gap needs something before it) and not the end.
					const hit = 3 + (which % (packets.length - 2));
					const page = pages[hit]!;
					page[Math.floor(bit / 8) % page.length]! ^= 1 << (bit % 8);
					const events = pushChunked(new OggUnpager(), concat(pages), sizes);
					expect(packetsOf(events)).toEqual(packets.toSpliced(hit - 2, 1));
					expect(junkOf(events)).toBe(page.length);
					expect(events).toContainEqual({ type: 'gap', missingPages: 1, missingSamples48k: 960 });
				}
			)
		);
	});

	it('loses a page that was cut short and no others', () => {
		fc.assert(
			fc.property(fc.nat({ max: 6 }), fc.nat(), chunkSizes, (which, length, sizes) => {
				const packets = frames(8);
				const pages: Uint8Array[] = pagesFor(packets, { serial: 3, packetsPerPage: 1 });
				const page = pages[2 + which]!;
				pages[2 + which] = page.subarray(0, length % page.length);
				const events = pushChunked(new OggUnpager(), concat(pages), sizes);
				expect(packetsOf(events)).toEqual(packets.toSpliced(which, 1));
			})
		);
	});

	it('takes any bytes at all without throwing', () => {
		fc.assert(
			fc.property(fc.array(fc.oneof(anyJunk, fc.uint8Array({ maxLength: 300 }))), chunkSizes, (parts, sizes) => {
				const bytes = concat(parts);
				const events = pushChunked(new OggUnpager(), bytes, sizes);
				expect(events).toEqual(bytes.length > 0 ? [{ type: 'junk', bytes: bytes.length }] : []);
			})
		);
	});

	it('comes back with the next sound page after a header that lies about its length', () => {
		const pages: Uint8Array[] = pagesFor(frames(6), { serial: 3, packetsPerPage: 1 });
		const liar = concat([pages[3]!.subarray(0, 26), Uint8Array.of(255), new Uint8Array(255).fill(255)]);
		const unpager = new OggUnpager();
		unpager.push(concat(pages.slice(0, 3)));
		expect(unpager.push(liar)).toEqual([]);
		expect(packetsOf(unpager.push(pages[4]!))).toEqual([frame20(2)]);
	});

	it('keeps less than one page of what it cannot use', () => {
		const unpager = new OggUnpager();
		const header = concat([new TextEncoder().encode('OggS'), new Uint8Array(22), new Uint8Array(256).fill(255)]);
		let events = 0;
		for (let i = 0; i < 40; i++) events += unpager.push(concat([header, new Uint8Array(9000)])).length;
		expect(events).toBe(0);
		const [junk] = unpager.push(concat(pagesFor([frame20(1)], { serial: 1 })));
		expect(junk).toEqual({ type: 'junk', bytes: 40 * (282 + 9000) });
		expect(40 * 9282).toBeGreaterThan(5 * MAX_PAGE_BYTES);
	});

	it('passes a megabyte of overlapping false headers in bounded work', () => {
		// Each 29 bytes claim a page of 65 kB: checked one by one they would cost a gigabyte of checksums.
		const bait = concat([
			new TextEncoder().encode('OggS'),
			new Uint8Array(22),
			Uint8Array.of(255),
			Uint8Array.of(255, 255)
		]);
		const bytes = concat(Array.from({ length: 36_000 }, () => bait));
		const unpager = new OggUnpager();
		unpager.push(bytes);
		const packets = frames(9);
		const after = pagesFor(packets, { serial: 1, packetsPerPage: 1 });
		expect(packetsOf(unpager.push(concat(after)))).toEqual(packets);
	});

	it('reports lost pages and what they held, and goes on', () => {
		const pages = pagesFor(frames(12), { serial: 3, packetsPerPage: 2 });
		pages.splice(4, 2);
		const events = pushChunked(new OggUnpager(), concat(pages), [77]);
		expect(typesOf(events).slice(0, 8)).toEqual(['head', 'tags', ...Array(4).fill('packet'), 'gap', 'packet']);
		expect(events[6]).toEqual({ type: 'gap', missingPages: 2, missingSamples48k: 3840 });
		expect(events[7]).toMatchObject({ data: frame20(8), granule: 9 * 960 });
	});

	it('reports page numbers that jump back, and plays on', () => {
		const pages = pagesFor(frames(3), { serial: 3, packetsPerPage: 1 });
		const events = pushChunked(new OggUnpager(), concat([...pages.slice(0, 4), pages[3]!, ...pages.slice(4)]), [99]);
		expect(events.filter(({ type }) => type === 'gap')).toEqual([
			{ type: 'gap', missingPages: 0, missingSamples48k: 0 }
		]);
		expect(packetsOf(events)).toEqual([frame20(0), frame20(1), frame20(1), frame20(2)]);
	});

	it('drops both halves of a packet whose middle is lost', () => {
		const huge = paddedPacket(19, Uint8Array.of(1), 140_000);
		const small = frames(2);
		const pages = [...pagesFor([small[0]!, huge, small[1]!], { serial: 3, packetsPerPage: 1 })];
		const all = concat(pages);
		const split: Uint8Array[] = [];
		for (let at = 0; at < all.length;) {
			const parsed = parsePage(all.subarray(at));
			if (!parsed.ok) throw new Error(parsed.reason);
			split.push(all.subarray(at, (at += parsed.size)));
		}
		expect(
			packetsOf(pushChunked(new OggUnpager(), concat(split.toSpliced(4, 1)), whole)).map(({ length }) => length)
		).toEqual([51, 51]);
		// Whole, it is longer than any encoder makes: not kept either.
		expect(packetsOf(pushChunked(new OggUnpager(), all, whole)).map(({ length }) => length)).toEqual([51, 51]);
	});

	it('reads streams one after the other, with the same serial or another, ended or broken off', () => {
		const one = pagesFor(frames(2), { serial: 42 });
		const two = pagesFor(frames(1), { serial: 42, preSkip48k: 3840 });
		const three = pagesFor(frames(1), { serial: 7 });
		const events = pushChunked(new OggUnpager(), concat([...one.slice(0, -1), ...two, ...three]), [61]);
		expect(typesOf(events).filter((type) => type !== 'tags' && type !== 'packet')).toEqual([
			'head',
			'end',
			'head',
			'end',
			'head',
			'end'
		]);
		expect(events.filter(({ type }) => type === 'end')).toEqual([
			{ type: 'end', serial: 42, complete: false },
			{ type: 'end', serial: 42, complete: true },
			{ type: 'end', serial: 7, complete: true }
		]);
	});

	it('trims the end as the last page says, over as many packets as it takes', () => {
		const pages = pagesFor(frames(3), { serial: 3, packetsPerPage: 4 });
		const last = changed(pages.at(-1)!, { granule: 1000 });
		const events = pushChunked(new OggUnpager(), concat([...pages.slice(0, -1), last]), [50]);
		const trims = events.flatMap((event) => (event.type === 'packet' ? [event.trimSamples48k] : []));
		expect(trims).toEqual([0, 920, 960]);
	});

	it('plays a stream whose head is missing, from where it can', () => {
		const pages = pagesFor(frames(8), { serial: 3, packetsPerPage: 2 });
		const events = pushChunked(new OggUnpager(), concat(pages.slice(3)), [33]);
		expect(typesOf(events)).toEqual([...Array(6).fill('packet'), 'end']);
		expect(events[0]).toMatchObject({ granule: 3 * 960 });
	});

	it('passes over another stream woven into this one, and one that is not Opus', () => {
		const ours = pagesFor(frames(4), { serial: 3, packetsPerPage: 1 });
		const foreign = pagesFor(frames(4), { serial: 8, packetsPerPage: 1 });
		foreign[0] = formatPage({
			continued: false,
			first: true,
			last: false,
			granule: 0,
			serial: 8,
			sequence: 0,
			lacing: Uint8Array.of(7),
			body: Uint8Array.of(1, 0x76, 0x6f, 0x72, 0x62, 0x69, 0x73)
		});
		const woven = ours.flatMap((page, i) => [foreign[i]!, page]);
		const events = pushChunked(new OggUnpager(), concat(woven), [40]);
		expect(packetsOf(events)).toEqual(frames(4));
		expect(junkOf(events)).toBe(concat(foreign).length);
		expect(typesOf(events).filter((type) => type === 'gap')).toEqual([]);
	});

	it('counts packets that are no Opus as junk and keeps the others of their page', () => {
		const pages = pagesFor(frames(2), { serial: 3 });
		const sound = parsePage(pages.at(-1)!);
		if (!sound.ok) throw new Error(sound.reason);
		const { page } = sound;
		const bad = Uint8Array.of(3, 0); // code 3, no frames
		const mixed = formatPage({
			...page,
			lacing: Uint8Array.of(2, ...page.lacing),
			body: concat([bad, page.body])
		});
		const events = pushChunked(new OggUnpager(), concat([...pages.slice(0, -1), mixed]), whole);
		expect(packetsOf(events)).toEqual(frames(2));
		expect(junkOf(events)).toBe(2);
	});

	it('gives packets away: changing the input afterwards changes nothing', () => {
		const bytes = concat(pagesFor(frames(2), { serial: 3 }));
		const events = new OggUnpager().push(bytes);
		bytes.fill(0);
		expect(packetsOf(events)).toEqual(frames(2));
	});
});
