/** moshi-server's four ways of answering: two as MessagePack, two as bare bytes (which know no words and no errors). */
import { FRAME_SAMPLES } from '../../../src/lib/audio/frames.ts';
import { OggOpusPager } from '../../../src/lib/audio/ogg/pager.ts';
import { createOpusEncoder } from '../../../src/lib/audio/opus.ts';
import type { OpusEncoder } from '../../../src/lib/audio/opus.ts';
import { floatBytes } from '../../codec/codec.ts';
import { TTS_FORMATS, encodeAudio, encodeMoshi, encodeOggOpus } from '../../../src/lib/protocol/moshi.ts';
import type { TtsFormat, TtsOut } from '../../../src/lib/protocol/moshi.ts';

/** moshi-server's default, where the query names no format. */
const DEFAULT_FORMAT: TtsFormat = 'OggOpus';
/** As kaudio's encoder in moshi-server writes them: 80 ms of pre-skip, one 40 ms packet a page, always the same serial. */
const PRE_SKIP_48K = 3840;
const SERIAL = 42;
const PACKET_SAMPLES = FRAME_SAMPLES / 2;

/** The format that a query asks for, or null where moshi-server knows none of that name (HTTP 400). */
export function formatOf(query: URLSearchParams): TtsFormat | null {
	const asked = query.get('format') ?? DEFAULT_FORMAT;
	return TTS_FORMATS.find((format) => format === asked) ?? null;
}

/** True for the formats without messages: no `Ready`, no words, no errors. */
export function isPlain(format: TtsFormat): boolean {
	return format === 'OggOpus' || format === 'Pcm';
}

export interface Output {
	/** What comes before any sound: `Ready`, the head of the Ogg stream. */
	opening(): Uint8Array[];
	/** A message, or null where the format has none. */
	message(message: TtsOut): Uint8Array | null;
	/** 1920 samples as the bytes of one WebSocket message. */
	frame(pcm: Float32Array): Promise<Uint8Array>;
	free(): void;
}

export function createOutput(format: TtsFormat): Output {
	const plain = isPlain(format);
	const stream = format === 'OggOpus' || format === 'OggOpusMessagePack' ? new OpusStream() : null;
	const wrapped = (pages: Uint8Array): Uint8Array => (plain ? pages : encodeOggOpus(pages));
	const message = (out: TtsOut): Uint8Array | null => (plain ? null : encodeMoshi(out));
	return {
		opening() {
			const ready = message({ type: 'Ready' });
			return [...(ready === null ? [] : [ready]), ...(stream === null ? [] : [wrapped(stream.head())])];
		},
		message,
		async frame(pcm) {
			if (stream !== null) return wrapped(await stream.frame(pcm));
			return plain ? floatBytes(pcm) : encodeAudio(pcm);
		},
		free: () => stream?.free()
	};
}

/**
 * Encoding a frame costs half a millisecond of the event loop: nothing for a demonstration's few clients, while a
 * server for many would do it in threads.
 */
class OpusStream {
	readonly #pager = new OggOpusPager({
		serial: SERIAL,
		preSkip48k: PRE_SKIP_48K,
		packetsPerPage: 1,
		inputSampleRate: 48_000
	});
	#encoder: Promise<OpusEncoder> | null = null;
	#freed = false;

	head(): Uint8Array {
		return this.#pager.headPages();
	}

	/** Two pages in a row. */
	async frame(pcm: Float32Array): Promise<Uint8Array> {
		this.#encoder ??= createOpusEncoder();
		const encoder = await this.#encoder;
		if (this.#freed) return new Uint8Array(0);
		const pages: Uint8Array[] = [];
		for (let at = 0; at < FRAME_SAMPLES; at += PACKET_SAMPLES) {
			const page = this.#pager.push(encoder.encode(pcm.subarray(at, at + PACKET_SAMPLES)));
			if (page !== null) pages.push(page);
		}
		return Buffer.concat(pages);
	}

	free(): void {
		this.#freed = true;
		void this.#encoder?.then(
			(encoder) => encoder.free(),
			() => undefined
		);
	}
}
