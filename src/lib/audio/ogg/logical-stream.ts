/** What the sound pages of a physical Ogg stream say: which logical stream they belong to, and its Opus packets. */
import { joined } from './lacing.ts';
import { isOpusTags, parseOpusHead, parseOpusTags, type OpusHead } from './opus-head.ts';
import { opusPacketSamples48k } from './opus-packet.ts';
import { PAGE_HEADER_BYTES, type OggPage } from './page.ts';

export type OggEvent =
	/** A logical stream begins; decoders start afresh. */
	| ({ readonly type: 'head'; readonly serial: number } & OpusHead)
	| { readonly type: 'tags'; readonly vendor: string }
	| {
			readonly type: 'packet';
			/** A copy, the receiver's own. */
			readonly data: Uint8Array<ArrayBuffer>;
			readonly durationSamples48k: number;
			/** Samples to cut from this packet's end: only in a stream's last page. */
			readonly trimSamples48k: number;
			/** The granule position at the packet's end, before trimming; null while the stream has not said it. */
			readonly granule: number | null;
	  }
	/** Bytes that were no use: garbage, damaged pages, foreign streams, malformed packets. Reported with the next sound page. */
	| { readonly type: 'junk'; readonly bytes: number }
	/**
	 * The page numbers jump. `missingPages` is 0 where they jump back. `missingSamples48k` is what the granule positions
	 * say is lost, 0 where they do not say.
	 */
	| { readonly type: 'gap'; readonly missingPages: number; readonly missingSamples48k: number }
	/** The logical stream is over; `complete` where its last page said so. */
	| { readonly type: 'end'; readonly serial: number; readonly complete: boolean };

/** The largest Opus packet is 61,298 bytes without padding; padding may be unbounded, patience is not. */
const MAX_PACKET_BYTES = 1 << 17;

interface Timed {
	readonly data: Uint8Array<ArrayBuffer>;
	readonly samples: number;
}

export class LogicalStream {
	/** Null between streams. */
	#serial: number | null = null;
	/** The serial of a stream whose first page we did not understand: its pages are passed over. */
	#foreign: number | null = null;
	#nextSequence = 0;
	#granule: number | null = null;
	/** The pieces of a packet that goes on in the next page. */
	#pieces: Uint8Array<ArrayBuffer>[] = [];
	#piecesBytes = 0;

	/** Adds the page's events, and answers how many of its bytes were no use. */
	take(page: OggPage, events: OggEvent[]): number {
		if (page.first) return this.#begin(page, events);
		if (page.serial === this.#foreign || (this.#serial !== null && page.serial !== this.#serial)) {
			return pageBytes(page);
		}
		// A stream whose head was lost is better heard without it than not at all.
		if (this.#serial === null) this.#open(page.serial, page.sequence);
		const missingPages = (page.sequence - this.#nextSequence) | 0;
		this.#nextSequence = (page.sequence + 1) >>> 0;
		let useless = 0;
		if (missingPages !== 0) useless += this.#dropPieces();
		const packets: Timed[] = [];
		useless += this.#unlace(page, packets, events);
		this.#emit(page, packets, missingPages, events);
		if (page.last) useless += this.#close(true, events);
		return useless;
	}

	/** The transport is over. Answers how many kept bytes were no use. */
	finish(events: OggEvent[]): number {
		return this.#close(false, events);
	}

	#begin(page: OggPage, events: OggEvent[]): number {
		const head = wholePacket(page) ? parseOpusHead(page.body) : null;
		if (head === null) {
			if (page.serial !== this.#serial) this.#foreign = page.serial;
			return pageBytes(page);
		}
		const useless = this.#close(false, events);
		this.#open(page.serial, page.sequence + 1);
		this.#granule = 0;
		events.push({ type: 'head', serial: page.serial, ...head });
		return useless + (page.last ? this.#close(true, events) : 0);
	}

	#open(serial: number, sequence: number): void {
		this.#serial = serial;
		if (this.#foreign === serial) this.#foreign = null;
		this.#nextSequence = sequence >>> 0;
		this.#granule = null;
	}

	#close(complete: boolean, events: OggEvent[]): number {
		if (this.#serial !== null) events.push({ type: 'end', serial: this.#serial, complete });
		this.#serial = null;
		return this.#dropPieces();
	}

	/** Cuts the page into packets; headers become events at once. */
	#unlace(page: OggPage, packets: Timed[], events: OggEvent[]): number {
		let useless = 0;
		// The beginning of a packet whose rest never came, or a rest whose beginning never did.
		let orphan = page.continued && this.#pieces.length === 0;
		if (!page.continued) useless += this.#dropPieces();
		let from = 0;
		let to = 0;
		for (const length of page.lacing) {
			to += length;
			if (length === 255) continue;
			const piece = page.body.slice(from, to);
			from = to;
			if (orphan) {
				useless += piece.length;
				orphan = false;
				continue;
			}
			if (this.#piecesBytes + piece.length > MAX_PACKET_BYTES) {
				useless += piece.length + this.#dropPieces();
				continue;
			}
			const data = this.#pieces.length > 0 ? joined([...this.#pieces, piece]) : piece;
			this.#dropPieces();
			useless += this.#sort(data, packets, events);
		}
		if (from === to) return useless;
		if (orphan || this.#piecesBytes + to - from > MAX_PACKET_BYTES) {
			return useless + to - from + this.#dropPieces();
		}
		this.#pieces.push(page.body.slice(from, to));
		this.#piecesBytes += to - from;
		return useless;
	}

	#sort(data: Uint8Array<ArrayBuffer>, packets: Timed[], events: OggEvent[]): number {
		// Read as an Opus packet, "Op" claims 48 frames of 20 ms, so no sound packet is mistaken for tags.
		if (isOpusTags(data)) {
			const vendor = parseOpusTags(data);
			if (vendor === null) return data.length;
			events.push({ type: 'tags', vendor });
			return 0;
		}
		const samples = opusPacketSamples48k(data);
		if (samples === 0) return data.length;
		packets.push({ data, samples });
		return 0;
	}

	#emit(page: OggPage, packets: readonly Timed[], missingPages: number, events: OggEvent[]): void {
		const samples = packets.reduce((sum, packet) => sum + packet.samples, 0);
		const before = this.#granule;
		// Only on the last page may the granule position be less than the packets add up to.
		const stated = page.granule !== null && packets.length > 0 ? page.granule - samples : null;
		const start = page.last ? null : stated;
		if (missingPages !== 0) {
			const missingSamples48k = stated !== null && before !== null ? Math.max(0, stated - before) : 0;
			events.push({ type: 'gap', missingPages: Math.max(0, missingPages), missingSamples48k });
		}
		let at = start ?? before;
		const end = at === null ? null : at + samples;
		const trim = page.last && end !== null && page.granule !== null ? Math.max(0, end - page.granule) : 0;
		let left = samples;
		for (const { data, samples: durationSamples48k } of packets) {
			left -= durationSamples48k;
			if (at !== null) at += durationSamples48k;
			const trimSamples48k = Math.max(0, Math.min(durationSamples48k, trim - left));
			events.push({ type: 'packet', data, durationSamples48k, trimSamples48k, granule: at });
		}
		this.#granule = at;
	}

	/** Answers how many bytes were kept. */
	#dropPieces(): number {
		const bytes = this.#piecesBytes;
		this.#pieces = [];
		this.#piecesBytes = 0;
		return bytes;
	}
}

function pageBytes(page: OggPage): number {
	return PAGE_HEADER_BYTES + page.lacing.length + page.body.length;
}

/** Whether the page holds exactly one packet, whole. */
function wholePacket(page: OggPage): boolean {
	return (
		!page.continued &&
		page.lacing.findIndex((length) => length < 255) === page.lacing.length - 1 &&
		page.lacing.length > 0
	);
}
