/** What the bench's talkers say and what its TTS answers: real Opus, encoded once and shared by everybody. */
import { DEFAULT_PRE_SKIP_48K, OggOpusPager } from '../../src/lib/audio/ogg/pager.ts';
import { createOpusEncoder } from '../../src/lib/audio/opus.ts';
import { encodeOggOpus } from '../../src/lib/protocol/moshi.ts';
import { encodeSession } from '../../src/lib/protocol/session.ts';

const SAMPLE_RATE = 24_000;
const PACKET_SAMPLES = 480;
/** Long enough that no cache holds it by accident, short enough to encode at once. */
const LOOP_PACKETS = 100;
/** moshi's, and two pages of 40 ms to a frame as it sends them. */
const TTS_SERIAL = 42;
const TTS_PRE_SKIP_48K = 3840;

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
	const packets = await voiceLike(LOOP_PACKETS);
	const microphone = pagesOf(packets, 4, new OggOpusPager({ serial: 0 }));
	const voice = new OggOpusPager({ serial: TTS_SERIAL, preSkip48k: TTS_PRE_SKIP_48K, packetsPerPage: 2 });
	const head = voice.headPages();
	const halves = pagesOf(packets, 2, voice, false);
	const frames = halves.flatMap((page, at) => {
		const next = halves[at + 1];
		return at % 2 === 0 && next !== undefined ? [Buffer.concat([page, next])] : [];
	});
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
	pager: OggOpusPager,
	withHead = true
): Uint8Array<ArrayBuffer>[] {
	if (withHead) pager.headPages();
	const pages = packets.flatMap((packet) => pager.push(packet) ?? []);
	if (pages.length !== packets.length / packetsPerPage) throw new Error('the loop does not divide into pages');
	return pages;
}

/** Vowels that glide, with some breath: what makes an encoder spend its bits. */
async function voiceLike(count: number): Promise<Uint8Array[]> {
	const encoder = await createOpusEncoder();
	const packets: Uint8Array[] = [];
	let phase = 0;
	let noise = 1;
	for (let nth = 0; nth < count; nth++) {
		const pcm = new Float32Array(PACKET_SAMPLES);
		for (let i = 0; i < PACKET_SAMPLES; i++) {
			const t = (nth * PACKET_SAMPLES + i) / SAMPLE_RATE;
			phase += (2 * Math.PI * (140 + 40 * Math.sin(2 * Math.PI * 1.7 * t))) / SAMPLE_RATE;
			noise = (Math.imul(noise, 1_664_525) + 1_013_904_223) >>> 0;
			const loudness = 0.5 + 0.5 * Math.sin(2 * Math.PI * 3.1 * t);
			const voiced =
				Math.sin(phase) + 0.6 * Math.sin(2 * phase) + 0.4 * Math.sin(5 * phase) + 0.2 * Math.sin(9 * phase);
			pcm[i] = 0.2 * loudness * voiced + 0.02 * (noise / 2 ** 31 - 1);
		}
		packets.push(encoder.encode(pcm));
	}
	encoder.free();
	return packets;
}
