/** Opus packets into one Ogg-Opus stream (RFC 7845). */
import { joined, pagesOf, type LacedPacket } from './lacing.ts';
import { formatOpusHead, formatOpusTags } from './opus-head.ts';
import { opusPacketSamples48k } from './opus-packet.ts';

/** libopus's look-ahead for voice, 6.5 ms: what a decoder must drop for the first sample to be the first that went in. */
export const DEFAULT_PRE_SKIP_48K = 312;

export interface PagerOptions {
	/** Any 32-bit number; streams one after the other in one connection may share it. */
	readonly serial: number;
	readonly preSkip48k?: number;
	/** 4 packets of 20 ms are the 80 ms page that moshi-server wants. */
	readonly packetsPerPage?: number;
	readonly channels?: 1 | 2;
	/** In Hz, for information only. */
	readonly inputSampleRate?: number;
	readonly vendor?: string;
}

export class OggOpusPager {
	readonly #serial: number;
	readonly #packetsPerPage: number;
	readonly #head: Uint8Array;
	readonly #tags: Uint8Array;
	#waiting: LacedPacket[] = [];
	#sequence = 0;
	#granule = 0;

	constructor(options: PagerOptions) {
		this.#serial = options.serial >>> 0;
		this.#packetsPerPage = options.packetsPerPage ?? 4;
		this.#head = formatOpusHead({
			channels: options.channels ?? 1,
			preSkip48k: options.preSkip48k ?? DEFAULT_PRE_SKIP_48K,
			inputSampleRate: options.inputSampleRate ?? 24_000
		});
		this.#tags = formatOpusTags(options.vendor ?? 'parley');
	}

	/** The OpusHead page and the OpusTags page, in a row. Call it once, before the first `push`. */
	headPages(): Uint8Array<ArrayBuffer> {
		if (this.#sequence > 0) throw new RangeError('the head comes first, and once');
		const stream = { serial: this.#serial, granule: 0 };
		const head = pagesOf({ ...stream, sequence: 0, first: true }, [{ data: this.#head, samples: 0 }]);
		const tags = pagesOf({ ...stream, sequence: 1 }, [{ data: this.#tags, samples: 0 }]);
		this.#sequence = 1 + tags.length;
		return joined([...head, ...tags]);
	}

	/**
	 * Takes one whole Opus packet (kept until its page is written, not copied) and answers the page that it completes,
	 * or null. Packets beyond 65,025 bytes spread over several pages, which are then answered in a row.
	 * Throws RangeError for bytes that are no Opus packet: without a duration there is no granule position.
	 */
	push(packet: Uint8Array): Uint8Array<ArrayBuffer> | null {
		if (this.#sequence === 0) throw new RangeError('the head comes first');
		const samples = opusPacketSamples48k(packet);
		if (samples === 0) throw new RangeError('not an Opus packet');
		this.#waiting.push({ data: packet, samples });
		return this.#waiting.length >= this.#packetsPerPage ? this.#write(false, 0) : null;
	}

	/** A page of what is waiting, or null where nothing is. */
	flush(): Uint8Array<ArrayBuffer> | null {
		return this.#waiting.length > 0 ? this.#write(false, 0) : null;
	}

	/**
	 * The last page, with what is waiting, perhaps nothing (then without a position, as on any page where no packet ends). `trimSamples48k` cuts that many samples from the end, at most
	 * what is waiting: what has left already cannot be taken back.
	 */
	end(trimSamples48k = 0): Uint8Array<ArrayBuffer> {
		const waiting = this.#waiting.reduce((sum, { samples }) => sum + samples, 0);
		return this.#write(true, Math.min(trimSamples48k, waiting));
	}

	#write(last: boolean, trim: number): Uint8Array<ArrayBuffer> {
		const packets = this.#waiting;
		const pages = pagesOf(
			{ serial: this.#serial, sequence: this.#sequence, granule: this.#granule, last, trim },
			packets
		);
		this.#waiting = [];
		this.#sequence = (this.#sequence + pages.length) >>> 0;
		for (const { samples } of packets) this.#granule += samples;
		return joined(pages);
	}
}
