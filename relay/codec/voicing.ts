/**
 * PCM of a voice into the messages that a moshi-server would have sent: `OggOpus`, first the head of the stream, then 80 ms
 * each as two pages of 40 ms. The stream begins with silence, which the pre-skip takes away again: no spoken sample is lost.
 */
import { FRAME_SAMPLES, samplesToS } from '../../src/lib/audio/frames.ts';
import { OggOpusPager } from '../../src/lib/audio/ogg/pager.ts';
import { createOpusEncoder, type OpusEncoder } from '../../src/lib/audio/opus.ts';
import { audioPcm, encodeOggOpus } from '../../src/lib/protocol/moshi.ts';
import { InputFault, checkedSamples, type Codec, type PcmForm } from './codec.ts';

/** moshi-server's own: `relay/session/reply-audio.ts` counts on it. */
const PRE_SKIP_48K = 3840;
/** The silence before the first sample: as much as the pre-skip. */
export const LEAD_IN_S = samplesToS(FRAME_SAMPLES);
const PACKET_SAMPLES = FRAME_SAMPLES / 2;
const SERIAL = 42;
const BYTES_PER_FLOAT = 4;

export async function createVoicing(form: PcmForm): Promise<Codec> {
	return new Voicing(await createOpusEncoder(), form);
}

class Voicing implements Codec {
	readonly #encoder: OpusEncoder;
	readonly #form: PcmForm;
	readonly #pager = new OggOpusPager({ serial: SERIAL, preSkip48k: PRE_SKIP_48K, packetsPerPage: 1 });
	readonly #frame = new Float32Array(FRAME_SAMPLES);
	#filled = 0;
	#hasBegun = false;
	/** Of float32, the bytes of a sample that is not whole yet. */
	#rest: Uint8Array = new Uint8Array(0);

	constructor(encoder: OpusEncoder, form: PcmForm) {
		this.#encoder = encoder;
		this.#form = form;
	}

	work(bytes: Uint8Array): { parts: Uint8Array<ArrayBuffer>[]; events: [] } {
		const parts: Uint8Array<ArrayBuffer>[] = [];
		if (bytes.length === 0) this.#end(parts);
		else this.#add(this.#form === 'moshi' ? messagePcm(bytes) : this.#floats(bytes), parts);
		return { parts, events: [] };
	}

	free(): void {
		this.#encoder.free();
	}

	#add(samples: Float32Array<ArrayBuffer>, parts: Uint8Array<ArrayBuffer>[]): void {
		if (samples.length === 0) return;
		checkedSamples(samples);
		if (!this.#hasBegun) {
			this.#hasBegun = true;
			parts.push(encodeOggOpus(this.#pager.headPages()));
			parts.push(this.#message(new Float32Array(FRAME_SAMPLES)));
		}
		for (let at = 0; at < samples.length;) {
			const part = samples.subarray(at, at + FRAME_SAMPLES - this.#filled);
			this.#frame.set(part, this.#filled);
			this.#filled += part.length;
			at += part.length;
			if (this.#filled < FRAME_SAMPLES) continue;
			this.#filled = 0;
			parts.push(this.#message(this.#frame));
		}
	}

	/** Silence until the last frame is full, and until the encoder has let go of its last sample. */
	#end(parts: Uint8Array<ArrayBuffer>[]): void {
		if (this.#rest.length > 0) throw new InputFault('the end of a sample is missing');
		if (!this.#hasBegun) return;
		const filled = this.#filled + this.#encoder.lookaheadSamples;
		const frames = Math.ceil(filled / FRAME_SAMPLES);
		this.#add(new Float32Array(frames * FRAME_SAMPLES - this.#filled), parts);
	}

	#message(frame: Float32Array): Uint8Array<ArrayBuffer> {
		const pages: Uint8Array[] = [];
		for (let at = 0; at < FRAME_SAMPLES; at += PACKET_SAMPLES) {
			const page = this.#pager.push(this.#encoder.encode(frame.subarray(at, at + PACKET_SAMPLES)));
			if (page !== null) pages.push(page);
		}
		return encodeOggOpus(Buffer.concat(pages));
	}

	#floats(bytes: Uint8Array): Float32Array<ArrayBuffer> {
		const all = new Uint8Array(this.#rest.length + bytes.length);
		all.set(this.#rest);
		all.set(bytes, this.#rest.length);
		const view = new DataView(all.buffer);
		const samples = new Float32Array(Math.floor(all.length / BYTES_PER_FLOAT));
		for (let i = 0; i < samples.length; i++) samples[i] = view.getFloat32(i * BYTES_PER_FLOAT, true);
		this.#rest = all.slice(samples.length * BYTES_PER_FLOAT);
		return samples;
	}
}

function messagePcm(bytes: Uint8Array): Float32Array<ArrayBuffer> {
	const samples = audioPcm(bytes);
	if (samples === null) throw new InputFault('not an Audio message');
	return samples;
}
