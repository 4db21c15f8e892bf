import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
	anyJunk,
	concat,
	junkOf,
	packetsOf,
	pagesFor,
	plainPacket,
	pushChunked,
	speechPacket
} from '../testing/streams.ts';
import { parsePage, type OggPage } from './page.ts';
import { OggOpusRemuxer } from './remuxer.ts';
import { OggUnpager } from './unpager.ts';

function remuxed(remuxer: OggOpusRemuxer, bytes: Uint8Array, sizes: readonly number[]): Uint8Array {
	const out: Uint8Array[] = [];
	for (let at = 0, i = 0; at < bytes.length; i++) {
		const size = sizes[i % sizes.length]!;
		out.push(remuxer.push(bytes.subarray(at, at + size)));
		at += size;
	}
	return concat(out);
}

function pagesIn(bytes: Uint8Array): OggPage[] {
	const pages: OggPage[] = [];
	for (let at = 0; at < bytes.length;) {
		const parsed = parsePage(bytes.subarray(at));
		if (!parsed.ok) throw new Error(parsed.reason);
		pages.push(parsed.page);
		at += parsed.size;
	}
	return pages;
}

const frame20 = plainPacket(19, new Uint8Array(50).fill(1));

describe('OggOpusRemuxer', () => {
	it('makes one stream of several, in any chunking: one head, one serial, numbers and positions without a jump', () => {
		fc.assert(
			fc.property(
				fc.array(fc.array(speechPacket, { maxLength: 9 }), { minLength: 1, maxLength: 4 }),
				fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 4 }),
				(streams, sizes) => {
					const remuxer = new OggOpusRemuxer({ serial: 1234 });
					const input = concat(streams.flatMap((packets) => pagesFor(packets, { serial: 42, packetsPerPage: 2 })));
					const output = concat([remuxed(remuxer, input, sizes), remuxer.end()]);
					const events = pushChunked(new OggUnpager(), output, [1000]);
					const packets = streams.flat();
					expect(packetsOf(events)).toEqual(packets);
					expect(events.map(({ type }) => type)).toEqual(['head', 'tags', ...packets.map(() => 'packet'), 'end']);
					const pages = pagesIn(output);
					expect(pages.map(({ sequence }) => sequence)).toEqual(pages.map((_, i) => i));
					expect(new Set(pages.map(({ serial }) => serial))).toEqual(new Set([1234]));
					expect(pages.at(-1)).toMatchObject({ last: true });
					expect(pages.findLast(({ granule }) => granule !== null)?.granule).toBe(packets.length * 960);
				}
			),
			{ numRuns: 60 }
		);
	});

	it('lets no damage through', () => {
		fc.assert(
			fc.property(fc.array(speechPacket, { minLength: 1, maxLength: 9 }), anyJunk, fc.nat(), (packets, junk, where) => {
				const pages: Uint8Array[] = pagesFor(packets, { serial: 42, packetsPerPage: 1 });
				pages.splice(where % pages.length, 0, junk);
				const remuxer = new OggOpusRemuxer({ serial: 1 });
				const events = pushChunked(new OggUnpager(), concat([remuxer.push(concat(pages)), remuxer.end()]), [500]);
				expect(packetsOf(events)).toEqual(packets);
				expect(junkOf(events)).toBe(0);
			})
		);
	});

	it('holds nothing back: what a push completes it answers, in pages of at most four packets', () => {
		const remuxer = new OggOpusRemuxer({ serial: 1 });
		const [head, tags, ...sound] = pagesFor(Array<Uint8Array>(6).fill(frame20), { serial: 42, packetsPerPage: 1 });
		expect(remuxer.push(concat([head!, tags!]))).toHaveLength(0);
		expect(pagesIn(remuxer.push(sound[0]!)).map(({ granule }) => granule)).toEqual([0, 0, 960]);
		expect(pagesIn(remuxer.push(concat(sound.slice(1)))).map(({ granule }) => granule)).toEqual([4800, 5760]);
	});

	it('takes its head from the first stream and starts afresh when an input breaks off in mid-page', () => {
		const remuxer = new OggOpusRemuxer({ serial: 1, vendor: 'relay' });
		const one = concat(pagesFor([frame20, frame20], { serial: 42, preSkip48k: 3840, packetsPerPage: 1 }));
		const two = concat(pagesFor([frame20], { serial: 42, preSkip48k: 0 }));
		const first = remuxer.push(one.subarray(0, -60));
		remuxer.nextInput();
		const events = pushChunked(new OggUnpager(), concat([first, remuxer.push(two), remuxer.end()]), [100]);
		expect(events.slice(0, 2)).toEqual([
			{ type: 'head', serial: 1, channels: 1, preSkip48k: 3840, inputSampleRate: 24_000 },
			{ type: 'tags', vendor: 'relay' }
		]);
		expect(packetsOf(events)).toHaveLength(2);
		expect(junkOf(events)).toBe(0);
	});

	it('ends a stream that never had any sound with a head and a last page', () => {
		expect(pagesIn(new OggOpusRemuxer({ serial: 1 }).end()).map(({ last }) => last)).toEqual([false, false, true]);
	});

	it('reads and writes apart: what was read and never written leaves no gap', () => {
		const remuxer = new OggOpusRemuxer({ serial: 5 });
		const packets = Array.from({ length: 9 }, (_, i) => plainPacket(19, Uint8Array.of(i)));
		const [first, second] = [
			pagesFor(packets, { serial: 1, packetsPerPage: 1, preSkip48k: 3840 }),
			pagesFor(packets, { serial: 1, packetsPerPage: 1, preSkip48k: 312 })
		];
		const one = remuxer.read(concat(first.slice(0, -1)));
		expect(remuxer.inputPreSkip48k).toBe(3840);
		const out = [remuxer.write(one.slice(0, 3)), remuxer.write([])];
		remuxer.nextInput();
		expect(remuxer.inputPreSkip48k).toBe(0);
		const two = remuxer.read(concat(second.slice(0, -1)));
		expect(remuxer.inputPreSkip48k).toBe(312);
		out.push(remuxer.write(two.slice(1, 2)), remuxer.end());
		const events = new OggUnpager().push(concat(out));
		expect(packetsOf(events)).toEqual([...packets.slice(0, 3), packets[1]]);
		expect(events.filter(({ type }) => type === 'gap' || type === 'junk')).toEqual([]);
		expect(events[0]).toMatchObject({ type: 'head', serial: 5, preSkip48k: 3840 });
	});
});
