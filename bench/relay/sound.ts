/** What the bench's talkers say and what its TTS answers: real Opus, encoded once and shared by everybody. */
import { DEFAULT_PRE_SKIP_48K, OggOpusPager } from '../../src/lib/audio/ogg/pager.ts';
import { encodeOggOpus } from '../../src/lib/protocol/moshi.ts';
import { encodeSession } from '../../src/lib/protocol/session.ts';
import { moshiPages } from '../moshi-pages.ts';
import { encoded, voiceLike } from '../voice-like.ts';

/** Long enough that no cache holds it by accident, short enough to encode at once. */
const LOOP_PACKETS = 100;

export interface Sound {
	/** The microphone's pages, each 80 ms, as `audio` messages of `parley.1`. They repeat. */
	readonly audioMessages: readonly Uint8Array<ArrayBuffer>[];
	/** The same as the STT's `OggOpus` messages: what a process that only copies is given. */
	readonly sttMessages: readonly Uint8Array<ArrayBuffer>[];
	/** The TTS's header message and its frames of 80 ms, as `OggOpus` messages. The frames repeat. */
	readonly ttsHead: Uint8Array<ArrayBuffer>;
	readonly ttsFrames: readonly Uint8Array<ArrayBuffer>[];
}

export async function makeSound(): Promise<Sound> {
	const packets = await encoded(voiceLike(LOOP_PACKETS));
	const microphone = pagesOf(packets, 4, new OggOpusPager({ serial: 0 }));
	const { head, frames } = moshiPages(packets);
	return {
		audioMessages: microphone.map((page) => encodeSession({ type: 'audio', page })),
		sttMessages: microphone.map((page) => encodeOggOpus(page)),
		ttsHead: encodeOggOpus(head),
		ttsFrames: frames.map((frame) => encodeOggOpus(frame))
	};
}

/** The header pages of talker `serial`: the one place where a talker's stream says whose it is. */
export function microphoneHead(serial: number): Uint8Array<ArrayBuffer> {
	return new OggOpusPager({ serial, preSkip48k: DEFAULT_PRE_SKIP_48K }).headPages();
}

/** A head's serial number: bytes 14 to 17 of an Ogg page, least significant first. */
export function serialOf(head: Uint8Array): number {
	return new DataView(head.buffer, head.byteOffset, head.byteLength).getUint32(14, true);
}

function pagesOf(
	packets: readonly Uint8Array[],
	packetsPerPage: number,
	pager: OggOpusPager
): Uint8Array<ArrayBuffer>[] {
	pager.headPages();
	const pages = packets.flatMap((packet) => pager.push(packet) ?? []);
	if (pages.length !== packets.length / packetsPerPage) throw new Error('the loop does not divide into pages');
	return pages;
}
