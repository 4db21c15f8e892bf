/** What a TTS sends, as moshi-server frames it: two head pages, then 80 ms a message, in two pages of one 40 ms packet each. */
import { OggOpusPager } from '../../../src/lib/audio/ogg/pager.ts';
import { OggUnpager } from '../../../src/lib/audio/ogg/unpager.ts';

/** CELT, full band, two frames of 20 ms: 40 ms. */
const TWO_FRAMES = (31 << 3) | 1;

export class TtsStream {
	readonly #pager = new OggOpusPager({ serial: 42, preSkip48k: 3840, packetsPerPage: 1 });
	readonly head = this.#pager.headPages();
	/** Every packet so far. */
	readonly packets: Uint8Array[] = [];
	readonly #mark: number;

	/** `mark` tells this stream's packets from another's. */
	constructor(mark = 0) {
		this.#mark = mark;
	}

	/** The next 80 ms. */
	frame(): Uint8Array<ArrayBuffer> {
		return Buffer.concat([this.#page(), this.#page()]);
	}

	#page(): Uint8Array {
		const number = this.packets.length;
		const packet = Uint8Array.of(TWO_FRAMES, this.#mark, number >> 8, this.#mark, number & 0xff);
		this.packets.push(packet);
		return this.#pager.push(packet) ?? new Uint8Array(0);
	}
}

/** The packets of pages in a row, and how many heads came with them. */
export function unpaged(pages: readonly Uint8Array[]): { readonly packets: Uint8Array[]; readonly heads: number } {
	const unpager = new OggUnpager();
	const events = pages.flatMap((page) => unpager.push(page));
	const bad = events.find(({ type }) => type === 'junk' || type === 'gap');
	if (bad !== undefined) throw new Error(`the stream has ${bad.type}`);
	return {
		packets: events.flatMap((event) => (event.type === 'packet' ? [Uint8Array.from(event.data)] : [])),
		heads: events.filter(({ type }) => type === 'head').length
	};
}
