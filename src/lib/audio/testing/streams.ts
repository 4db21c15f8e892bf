/** Streams for the tests of this room: made by hand, so that no codec is needed to test the container. */
import fc from 'fast-check';
import { OggOpusPager, type PagerOptions } from '../ogg/pager.ts';
import type { OggEvent, OggUnpager } from '../ogg/unpager.ts';

export type Bytes = Uint8Array<ArrayBuffer>;

export function concat(parts: readonly Uint8Array[]): Bytes {
	const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
	let at = 0;
	for (const part of parts) {
		bytes.set(part, at);
		at += part.length;
	}
	return bytes;
}

/** One frame (code 0). Configuration 17 of 5 ms, 18 of 10, 19 of 20 (CELT), 1 of 20 (SILK). */
export function plainPacket(config: number, frame: Uint8Array): Bytes {
	return concat([Uint8Array.of(config << 3), frame]);
}

/** One frame and that many bytes of padding (code 3): the way to a packet of any size. */
export function paddedPacket(config: number, frame: Uint8Array, padding: number): Bytes {
	const lengths = [...Array<number>(Math.floor(padding / 254)).fill(255), padding % 254];
	return concat([Uint8Array.of((config << 3) | 3, 0x41, ...lengths), frame, new Uint8Array(padding)]);
}

const config = fc.integer({ min: 0, max: 31 });
/** Mostly the sizes of speech, at times those that meet the limits of segments and of pages. */
export const anyPacket: fc.Arbitrary<Bytes> = fc.oneof(
	{
		weight: 12,
		arbitrary: fc.tuple(config, fc.uint8Array({ maxLength: 80 })).map(([c, frame]) => plainPacket(c, frame))
	},
	{
		weight: 3,
		arbitrary: fc
			.tuple(config, fc.constantFrom(253, 254, 255, 509, 1275), fc.integer({ min: 0, max: 255 }))
			.map(([c, size, value]) => plainPacket(c, new Uint8Array(size).fill(value)))
	},
	{
		weight: 1,
		arbitrary: fc
			.tuple(config, fc.uint8Array({ maxLength: 20 }), fc.integer({ min: 64_000, max: 110_000 }))
			.map(([c, frame, padding]) => paddedPacket(c, frame, padding))
	}
);

/** Packets of 20 ms, small enough for one page each. */
export const speechPacket: fc.Arbitrary<Bytes> = fc
	.uint8Array({ minLength: 1, maxLength: 90 })
	.map((frame) => plainPacket(19, frame));

/** Bytes that are no page and look more or less like one. */
export const anyJunk: fc.Arbitrary<Uint8Array> = fc
	.array(
		fc.oneof(
			fc.uint8Array({ minLength: 1, maxLength: 40 }),
			fc.constantFrom('O', 'Ogg', 'OggS', 'OggS\0', 'OpusHead').map((text) => new TextEncoder().encode(text)),
			// A header that claims more than will ever come.
			fc.constant(concat([new TextEncoder().encode('OggS'), new Uint8Array(22), new Uint8Array(256).fill(255)]))
		),
		{ minLength: 1, maxLength: 4 }
	)
	.map(concat);

/** The pages of one stream, each by itself: head, tags, sound, and an end. */
export function pagesFor(packets: readonly Uint8Array[], options: PagerOptions): Bytes[] {
	const pager = new OggOpusPager(options);
	const heads = pager.headPages();
	// The first page takes 28 bytes of header and 19 of packet.
	const pages = [heads.slice(0, 47), heads.slice(47)];
	for (const packet of packets) {
		const page = pager.push(packet);
		if (page !== null) pages.push(page);
	}
	return [...pages, pager.end()];
}

/** Pushes `bytes` in chunks of the given sizes, over and over. */
export function pushChunked(unpager: OggUnpager, bytes: Uint8Array, sizes: readonly number[]): OggEvent[] {
	const events: OggEvent[] = [];
	for (let at = 0, i = 0; at < bytes.length; i++) {
		const size = Math.max(1, sizes[i % sizes.length] ?? bytes.length);
		events.push(...unpager.push(bytes.subarray(at, at + size)));
		at += size;
	}
	return [...events, ...unpager.end()];
}

export const packetsOf = (events: readonly OggEvent[]): Uint8Array[] =>
	events.flatMap((event) => (event.type === 'packet' ? [event.data] : []));

export const junkOf = (events: readonly OggEvent[]): number =>
	events.reduce((sum, event) => sum + (event.type === 'junk' ? event.bytes : 0), 0);
