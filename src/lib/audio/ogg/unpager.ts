/**
 * An Ogg-Opus byte stream, in any chunking, into its packets (RFC 3533, RFC 7845). It trusts nothing: every page's
 * checksum is verified, damaged bytes are passed over up to the next sound page, and what is missing is reported.
 */
import { LogicalStream, type OggEvent } from './logical-stream.ts';
import { MAX_PAGE_BYTES, pageCrcMatches, pageSize, readPage } from './page.ts';

export type { OggEvent } from './logical-stream.ts';

/**
 * How many bytes may be checksummed for each byte that arrives, on average. A sound stream needs 1; a hostile one, made of
 * page headers that overlap, would need thousands.
 */
const CRC_BYTES_PER_BYTE = 16;
const MAX_CRC_CREDIT = 64 * MAX_PAGE_BYTES;

/** The first byte of every page: O. */
const CAPTURE_BYTE = 0x4f;
/** What a buffer that grew for a large chunk shrinks back to. */
const USUAL_CAPACITY = 2 * MAX_PAGE_BYTES;

export class OggUnpager {
	readonly #stream = new LogicalStream();
	/** What is left of earlier chunks, under `MAX_PAGE_BYTES` between calls, stands in the first `#length` bytes. */
	#buffer = new Uint8Array(4096);
	#length = 0;
	/** Before this place, the beginning aside, nothing in the buffer can become a sound page any more. */
	#hope = 0;
	/** Where in the buffer pages were whole and wrong: each is checksummed once, however often the scan comes by. */
	#refused = new Set<number>();
	#junkBytes = 0;
	#crcCredit = MAX_CRC_CREDIT;

	/** Takes the stream's next bytes, which are copied where kept, and answers what they complete, in order. Never throws. */
	push(bytes: Uint8Array): OggEvent[] {
		const events: OggEvent[] = [];
		const buffer = this.#append(bytes);
		this.#crcCredit = Math.min(MAX_CRC_CREDIT, this.#crcCredit) + CRC_BYTES_PER_BYTE * bytes.length;
		let at = 0;
		while (at < buffer.length) {
			const size = this.#soundPageAt(buffer, at);
			if (size > 0) {
				this.#report(events);
				this.#junkBytes += this.#stream.take(readPage(buffer, at, size), events);
				at += size;
				continue;
			}
			// Also while a page is still incomplete: if its header is damaged, it may claim 64 kB that are really sound pages.
			const next = this.#nextSoundPage(buffer, Math.max(at + 1, this.#hope));
			if (next === -1 && size === 0) break;
			const to = next === -1 ? this.#hope : next;
			this.#junkBytes += to - at;
			at = to;
		}
		this.#drop(at);
		return events;
	}

	/** The transport has ended: what was incomplete is junk, and a stream without its last page ends as incomplete. */
	end(): OggEvent[] {
		const events: OggEvent[] = [];
		const closing: OggEvent[] = [];
		this.#junkBytes += this.#length + this.#stream.finish(closing);
		this.#drop(this.#length);
		this.#report(events);
		events.push(...closing);
		return events;
	}

	/** Junk is counted until the next sound page, so that the events do not depend on the chunking. */
	#report(events: OggEvent[]): void {
		if (this.#junkBytes > 0) events.push({ type: 'junk', bytes: this.#junkBytes });
		this.#junkBytes = 0;
	}

	/** The size of the sound page at `at`; 0 where it may still become one; -1 where it never will. */
	#soundPageAt(buffer: Uint8Array, at: number): number {
		const size = pageSize(buffer, at);
		if (size <= 0) return size;
		if (at + size > buffer.length) return 0;
		if (this.#refused.has(at)) return -1;
		if (this.#crcCredit >= size) {
			this.#crcCredit -= size;
			if (pageCrcMatches(buffer, at, size)) return size;
		}
		this.#refused.add(at);
		return -1;
	}

	/** Where the next page that is whole and sound begins, or -1. Moves `#hope` to the first that may become one. */
	#nextSoundPage(buffer: Uint8Array, from: number): number {
		let hope = buffer.length;
		let found = -1;
		for (let at = buffer.indexOf(CAPTURE_BYTE, from); at !== -1; at = buffer.indexOf(CAPTURE_BYTE, at + 1)) {
			const size = this.#soundPageAt(buffer, at);
			if (size >= 0 && hope === buffer.length) hope = at;
			if (size <= 0) continue;
			found = at;
			break;
		}
		this.#hope = hope;
		return found;
	}

	/** All bytes that are not done with, the new ones at the end. */
	#append(bytes: Uint8Array): Uint8Array {
		const length = this.#length + bytes.length;
		if (length > this.#buffer.length) {
			const larger = new Uint8Array(Math.max(length, 2 * this.#buffer.length));
			larger.set(this.#buffer.subarray(0, this.#length));
			this.#buffer = larger;
		}
		this.#buffer.set(bytes, this.#length);
		this.#length = length;
		return this.#buffer.subarray(0, length);
	}

	/** Forgets the first `count` bytes. */
	#drop(count: number): void {
		if (count > 0) {
			this.#buffer.copyWithin(0, count, this.#length);
			this.#length -= count;
			this.#hope = Math.max(0, this.#hope - count);
			if (this.#refused.size > 0) {
				this.#refused = new Set([...this.#refused].filter((place) => place >= count).map((place) => place - count));
			}
		}
		if (this.#buffer.length > USUAL_CAPACITY)
			this.#buffer = this.#buffer.slice(0, Math.max(this.#length, USUAL_CAPACITY));
	}
}
