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
const MAX_CRC_CREDIT = 4 * MAX_PAGE_BYTES;

export class OggUnpager {
	readonly #stream = new LogicalStream();
	/** What is left of earlier chunks: the beginning of a page, under `MAX_PAGE_BYTES`. */
	#rest = new Uint8Array(0);
	#junkBytes = 0;
	#crcCredit = MAX_CRC_CREDIT;

	/** Takes the stream's next bytes, which are copied where kept, and answers what they complete, in order. Never throws. */
	push(bytes: Uint8Array): OggEvent[] {
		const events: OggEvent[] = [];
		const buffer = this.#withRest(bytes);
		this.#crcCredit = Math.min(MAX_CRC_CREDIT, this.#crcCredit) + CRC_BYTES_PER_BYTE * bytes.length;
		let at = 0;
		for (;;) {
			const size = this.#soundPageAt(buffer, at);
			if (size > 0) {
				this.#report(events);
				this.#junkBytes += this.#stream.take(readPage(buffer, at, size), events);
				at += size;
				continue;
			}
			// Also while a page is still incomplete: if its header is damaged, it may claim 64 kB that are really sound pages.
			const next = this.#nextSoundPage(buffer, at + 1);
			if (next === -1 && size === 0) break;
			const to = next === -1 ? this.#firstHope(buffer, at + 1) : next;
			this.#junkBytes += to - at;
			at = to;
			if (at === buffer.length) break;
		}
		this.#rest = buffer.slice(at);
		return events;
	}

	/** The transport has ended: what was incomplete is junk, and a stream without its last page ends as incomplete. */
	end(): OggEvent[] {
		const events: OggEvent[] = [];
		const closing: OggEvent[] = [];
		this.#junkBytes += this.#rest.length + this.#stream.finish(closing);
		this.#rest = new Uint8Array(0);
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
		if (this.#crcCredit < size) return -1;
		this.#crcCredit -= size;
		return pageCrcMatches(buffer, at, size) ? size : -1;
	}

	/** Where the next page that is whole and sound begins, or -1. */
	#nextSoundPage(buffer: Uint8Array, from: number): number {
		for (let at = buffer.indexOf(0x4f, from); at !== -1; at = buffer.indexOf(0x4f, at + 1)) {
			if (this.#soundPageAt(buffer, at) > 0) return at;
		}
		return -1;
	}

	/** Where the next page that may become sound begins; the end where there is none. */
	#firstHope(buffer: Uint8Array, from: number): number {
		for (let at = buffer.indexOf(0x4f, from); at !== -1; at = buffer.indexOf(0x4f, at + 1)) {
			const size = pageSize(buffer, at);
			if (size === 0 || (size > 0 && at + size > buffer.length)) return at;
		}
		return buffer.length;
	}

	#withRest(bytes: Uint8Array): Uint8Array {
		if (this.#rest.length === 0) return bytes;
		const buffer = new Uint8Array(this.#rest.length + bytes.length);
		buffer.set(this.#rest);
		buffer.set(bytes, this.#rest.length);
		return buffer;
	}
}
