/**
 * moshi-server's wire: MessagePack maps tagged by `type`, speech to text and text to speech.
 * Source: kyutai-labs/moshi, moshi-server 0.6.4; see docs/protocols.md.
 *
 * `Vec<u8>` is written by serde as an **array of small integers**, not `bin`, and read the same way: we encode plain
 * arrays and accept both.
 */
import * as v from 'valibot';
import { BytesSchema, decodeWith, encodeMessage } from './msgpack.ts';
import type { Decoded } from './result.ts';

/** One model step: 1920 samples at 24 kHz. */
export const FRAME_MS = 80;
export const STT_PATH = '/api/asr-streaming';
export const TTS_PATH = '/api/tts_streaming';
/** moshi-server's default key, in the header `kyutai-api-key` or the query `auth_id`. */
export const DEFAULT_API_KEY = 'public_token';
export const API_KEY_HEADER = 'kyutai-api-key';
/** How moshi-server says that every slot is taken, in an `Error`. The one message text that is a code in disguise. */
export const NO_FREE_CHANNELS = 'no free channels';

/** TTS answers in one of these, chosen by `?format=`. The first two are MessagePack, the others raw audio frames. */
export const TTS_FORMATS = ['OggOpusMessagePack', 'PcmMessagePack', 'OggOpus', 'Pcm'] as const;
export type TtsFormat = (typeof TTS_FORMATS)[number];

const seconds = v.pipe(v.number(), v.finite());
const probability = v.pipe(v.number(), v.finite());
const pcm = v.array(v.pipe(v.number(), v.finite()));

const Ready = v.object({ type: v.literal('Ready') });
const Failure = v.object({ type: v.literal('Error'), message: v.string() });
const OggOpus = v.object({ type: v.literal('OggOpus'), data: BytesSchema });
const Audio = v.object({ type: v.literal('Audio'), pcm });
const Marker = v.object({ type: v.literal('Marker'), id: v.pipe(v.number(), v.safeInteger()) });

/** What a client sends to `/api/asr-streaming`. */
export const SttInSchema = v.variant('type', [Audio, OggOpus, Marker, v.object({ type: v.literal('Init') })]);
export type SttIn = v.InferOutput<typeof SttInSchema>;

/** What `/api/asr-streaming` answers. `prs[i]`: probability that a pause of 0.5, 1, 2, 3 s starts here. */
export const SttOutSchema = v.variant('type', [
	Ready,
	v.object({
		type: v.literal('Step'),
		step_idx: v.pipe(v.number(), v.integer()),
		prs: v.array(probability),
		buffered_pcm: v.optional(v.number(), 0)
	}),
	v.object({ type: v.literal('Word'), text: v.string(), start_time: seconds }),
	v.object({ type: v.literal('EndWord'), stop_time: seconds }),
	Marker,
	Failure
]);
export type SttOut = v.InferOutput<typeof SttOutSchema>;

/** What a client sends to `/api/tts_streaming`. */
export const TtsInSchema = v.variant('type', [
	v.object({ type: v.literal('Voice'), embeddings: pcm, shape: v.array(v.pipe(v.number(), v.integer())) }),
	v.object({ type: v.literal('Text'), text: v.string() }),
	v.object({ type: v.literal('Eos') })
]);
export type TtsIn = v.InferOutput<typeof TtsInSchema>;

/** What `/api/tts_streaming` answers in its two MessagePack formats. Times are on the audio's clock. */
export const TtsOutSchema = v.variant('type', [
	Ready,
	Audio,
	OggOpus,
	v.object({ type: v.literal('Text'), text: v.string(), start_s: seconds, stop_s: seconds }),
	Failure
]);
export type TtsOut = v.InferOutput<typeof TtsOutSchema>;

export const decodeSttIn = (bytes: Uint8Array): Decoded<SttIn> => decodeWith(SttInSchema, bytes);
export const decodeSttOut = (bytes: Uint8Array): Decoded<SttOut> => decodeWith(SttOutSchema, bytes);
export const decodeTtsIn = (bytes: Uint8Array): Decoded<TtsIn> => decodeWith(TtsInSchema, bytes);
export const decodeTtsOut = (bytes: Uint8Array): Decoded<TtsOut> => decodeWith(TtsOutSchema, bytes);

/** Encodes any message of this file except the hot ones below. `OggOpus.data` becomes an array, never `bin`. */
export function encodeMoshi(message: SttIn | SttOut | TtsIn | TtsOut): Uint8Array<ArrayBuffer> {
	if (message.type === 'OggOpus') return encodeOggOpus(message.data);
	if (message.type === 'Audio') return encodeAudio(message.pcm);
	return encodeMessage(message);
}

/** fixmap(2), "type", "OggOpus", "data": everything before the array's header. */
const OGG_OPUS_HEAD = encodeMessage({ type: 'OggOpus', data: [] }).slice(0, -1);
const newBytes = (size: number): Uint8Array<ArrayBuffer> => new Uint8Array(size);
/** MessagePack's mark before a byte of 128 or more; what stands for no byte at all. */
const UINT8 = 0xcc;
const NOT_A_BYTE = 256;
const AUDIO_HEAD = encodeMessage({ type: 'Audio', pcm: [] }).slice(0, -1);

/**
 * `{type: 'OggOpus', data: u8[]}`, the relay's only encoding in the hot path: one pass, one allocation.
 * A byte of 128 or more takes two (`cc xx`), so a page grows by about half. `allocate`: where memory is pooled.
 */
export function encodeOggOpus(data: Uint8Array, allocate = newBytes): Uint8Array<ArrayBuffer> {
	const count = data.byteLength;
	let high = 0;
	for (const byte of data) high += byte >> 7;
	const header = count < 16 ? 1 : count < 0x10000 ? 3 : 5;
	const out = allocate(OGG_OPUS_HEAD.length + header + count + high);
	out.set(OGG_OPUS_HEAD);
	let at = writeArrayHeader(out, OGG_OPUS_HEAD.length, count);
	for (const byte of data) {
		if (byte > 0x7f) out[at++] = 0xcc;
		out[at++] = byte;
	}
	return out;
}

/**
 * The data of an `OggOpus` message as `encodeOggOpus` and moshi-server write it, copied; null for any other message, and for
 * one that is written otherwise: those go through `decodeTtsOut`, which takes thirty times as long for it.
 */
export function oggOpusData(message: Uint8Array): Uint8Array<ArrayBuffer> | null {
	let at = OGG_OPUS_HEAD.length;
	for (let i = 0; i < at; i++) if (message[i] !== OGG_OPUS_HEAD[i]) return null;
	const marker = message[at++] ?? 0;
	let count: number;
	if (marker >= 0x90 && marker <= 0x9f) count = marker & 0x0f;
	else if (marker === 0xdc) {
		count = ((message[at] ?? 0) << 8) | (message[at + 1] ?? 0);
		at += 2;
	} else if (marker === 0xdd) {
		count = (message[at] ?? 0) * 0x1_00_00_00;
		count += ((message[at + 1] ?? 0) << 16) | ((message[at + 2] ?? 0) << 8) | (message[at + 3] ?? 0);
		at += 4;
	} else return null;
	if (count > message.length - at) return null;
	const data = new Uint8Array(count);
	for (let i = 0; i < count; i++) {
		let byte = message[at++] ?? NOT_A_BYTE;
		if (byte === UINT8) byte = message[at++] ?? NOT_A_BYTE;
		else if (byte > 0x7f) return null;
		if (byte === NOT_A_BYTE) return null;
		data[i] = byte;
	}
	return at === message.length ? data : null;
}

const FLOAT32 = 0xca;
const BYTES_PER_FLOAT32 = 5;

/**
 * The samples of an `Audio` message, in whatever way its numbers are written; null for any other message. As `encodeAudio`
 * and moshi-server write them, that is a twentieth of the work of `decodeTtsOut`.
 */
export function audioPcm(message: Uint8Array): Float32Array<ArrayBuffer> | null {
	return plainFloats(message) ?? decodedFloats(message);
}

function plainFloats(message: Uint8Array): Float32Array<ArrayBuffer> | null {
	let at = AUDIO_HEAD.length;
	for (let i = 0; i < at; i++) if (message[i] !== AUDIO_HEAD[i]) return null;
	const view = new DataView(message.buffer, message.byteOffset, message.byteLength);
	const marker = message[at] ?? 0;
	let count: number;
	if (marker >= 0x90 && marker <= 0x9f) [count, at] = [marker & 0x0f, at + 1];
	else if (marker === 0xdc && at + 3 <= message.length) [count, at] = [view.getUint16(at + 1), at + 3];
	else return null;
	if (message.length !== at + count * BYTES_PER_FLOAT32) return null;
	const samples = new Float32Array(count);
	for (let i = 0; i < count; i++, at += BYTES_PER_FLOAT32) {
		if (message[at] !== FLOAT32) return null;
		samples[i] = view.getFloat32(at + 1);
	}
	return samples;
}

function decodedFloats(message: Uint8Array): Float32Array<ArrayBuffer> | null {
	const decoded = decodeWith(Audio, message);
	return decoded.ok ? Float32Array.from(decoded.value.pcm) : null;
}

/** `{type: 'Audio', pcm: f32[]}`; `pcm` is 24 kHz mono in [-1, 1], any length. */
export function encodeAudio(samples: ArrayLike<number>): Uint8Array<ArrayBuffer> {
	const count = samples.length;
	const header = count < 16 ? 1 : count < 0x10000 ? 3 : 5;
	const out = new Uint8Array(AUDIO_HEAD.length + header + count * 5);
	const view = new DataView(out.buffer);
	out.set(AUDIO_HEAD);
	let at = writeArrayHeader(out, AUDIO_HEAD.length, count);
	for (let i = 0; i < count; i++) {
		out[at] = 0xca;
		view.setFloat32(at + 1, samples[i] ?? 0);
		at += 5;
	}
	return out;
}

/** Writes a MessagePack array header at `at` and answers where the elements begin. */
function writeArrayHeader(out: Uint8Array, at: number, count: number): number {
	if (count < 16) {
		out[at] = 0x90 | count;
		return at + 1;
	}
	if (count < 0x10000) {
		out[at] = 0xdc;
		out[at + 1] = count >> 8;
		out[at + 2] = count & 0xff;
		return at + 3;
	}
	out[at] = 0xdd;
	out[at + 1] = count >>> 24;
	out[at + 2] = (count >> 16) & 0xff;
	out[at + 3] = (count >> 8) & 0xff;
	out[at + 4] = count & 0xff;
	return at + 5;
}
