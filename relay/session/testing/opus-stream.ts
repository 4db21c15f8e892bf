/** A microphone's stream without a microphone: sound pages of packets that any Opus decoder takes for silence. */
import { OggOpusPager } from '../../../src/lib/audio/ogg/pager.ts';

/** CELT, full band, 20 ms, mono: what libopus writes for silence. */
const SILENT_PACKET = Uint8Array.of(0xf8, 0xff, 0xfe);

export interface OpusStream {
	readonly head: Uint8Array<ArrayBuffer>;
	/** The next page of `packets` × 20 ms; 80 ms where nothing is said. */
	page(packets?: number): Uint8Array<ArrayBuffer>;
}

export function opusStream(): OpusStream {
	const pager = new OggOpusPager({ serial: 7, packetsPerPage: 100 });
	return {
		head: pager.headPages(),
		page(packets = 4) {
			for (let i = 0; i < packets; i++) pager.push(SILENT_PACKET);
			const page = pager.flush();
			if (page === null) throw new Error('no packets, no page');
			return page;
		}
	};
}
