/** A voice as moshi-server sends it: the head of an Ogg stream, and frames of 80 ms as two pages of 40 ms each. */
import { OggOpusPager } from '../src/lib/audio/ogg/pager.ts';

const SERIAL = 42;
const PRE_SKIP_48K = 3840;

export interface MoshiPages {
	readonly head: Uint8Array<ArrayBuffer>;
	readonly frames: readonly Uint8Array<ArrayBuffer>[];
}

/** `packets`: 20 ms each, a multiple of four of them. */
export function moshiPages(packets: readonly Uint8Array[]): MoshiPages {
	const pager = new OggOpusPager({ serial: SERIAL, preSkip48k: PRE_SKIP_48K, packetsPerPage: 2 });
	const head = pager.headPages();
	const pages = packets.flatMap((packet) => pager.push(packet) ?? []);
	const frames = pages.flatMap((page, at) => {
		const next = pages[at + 1];
		return at % 2 === 0 && next !== undefined ? [Buffer.concat([page, next])] : [];
	});
	return { head, frames };
}
