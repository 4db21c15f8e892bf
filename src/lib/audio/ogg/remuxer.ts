/**
 * One continuous Ogg-Opus stream out of several: for clients that, like Unmute's, get one stream per connection while
 * each reply comes from a TTS connection with a stream (and a serial, and page numbers from 0) of its own.
 */
import { joined } from './lacing.ts';
import { OggOpusPager } from './pager.ts';
import { OggUnpager, type OggEvent } from './unpager.ts';

export interface RemuxerOptions {
	/** Of the one stream that comes out. */
	readonly serial: number;
	/** The most packets of a page; what one `push` brings is never held back for a fuller page. */
	readonly packetsPerPage?: number;
	readonly vendor?: string;
}

type Head = Extract<OggEvent, { type: 'head' }>;
/** One packet of an input stream. */
export type RemuxPacket = Pick<Extract<OggEvent, { type: 'packet' }>, 'data' | 'durationSamples48k'>;

export class OggOpusRemuxer {
	readonly #options: RemuxerOptions;
	#input = new OggUnpager();
	#pager: OggOpusPager | null = null;
	#head: Head | null = null;
	#inputPreSkip48k = 0;

	constructor(options: RemuxerOptions) {
		this.#options = options;
	}

	/**
	 * Takes bytes of the current input stream, in any chunking, and answers the pages (in a row, perhaps none) of every
	 * packet that they complete. The head, taken from the first stream, goes before the first packet. Streams may simply
	 * follow each other. Every packet passes as it is: the pre-skip of a later stream is heard (it is the beginning of
	 * what was encoded), and end trimming between streams is dropped, because neither can be said in mid-stream.
	 */
	push(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
		return this.write(this.read(bytes));
	}

	/** The first half of `push`: the packets that the bytes complete. What is to be heard later, or perhaps not, waits as these. */
	read(bytes: Uint8Array): RemuxPacket[] {
		const packets: RemuxPacket[] = [];
		for (const event of this.#input.push(bytes)) {
			if (event.type === 'packet') packets.push(event);
			if (event.type !== 'head') continue;
			this.#head ??= event;
			this.#inputPreSkip48k = event.preSkip48k;
		}
		return packets;
	}

	/** The second half: their pages, in a row, behind the head where it was not written yet. */
	write(packets: readonly RemuxPacket[]): Uint8Array<ArrayBuffer> {
		if (packets.length === 0) return new Uint8Array(0);
		const pages: Uint8Array<ArrayBuffer>[] = [];
		for (const { data } of packets) {
			const page = this.#opened(pages).push(data);
			if (page !== null) pages.push(page);
		}
		const rest = this.#pager?.flush() ?? null;
		if (rest !== null) pages.push(rest);
		return joined(pages);
	}

	/** What the current input stream says is to be dropped from its beginning; 0 before its head. */
	get inputPreSkip48k(): number {
		return this.#inputPreSkip48k;
	}

	/** The input's connection is gone, perhaps in mid-page: the next bytes begin another stream. */
	nextInput(): void {
		this.#input = new OggUnpager();
		this.#inputPreSkip48k = 0;
	}

	/** The last page, behind a head if there was none yet. Nothing may be pushed after it. */
	end(): Uint8Array<ArrayBuffer> {
		const pages: Uint8Array<ArrayBuffer>[] = [];
		pages.push(this.#opened(pages).end());
		return joined(pages);
	}

	/** The pager, whose head is added to `pages` when it is new. */
	#opened(pages: Uint8Array<ArrayBuffer>[]): OggOpusPager {
		if (this.#pager !== null) return this.#pager;
		const head = this.#head;
		const pager = new OggOpusPager({
			...this.#options,
			...(head && {
				preSkip48k: head.preSkip48k,
				inputSampleRate: head.inputSampleRate,
				channels: head.channels === 2 ? 2 : 1
			})
		});
		pages.push(pager.headPages());
		this.#pager = pager;
		return pager;
	}
}
