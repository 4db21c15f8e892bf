/**
 * Pages of a microphone for a recogniser that takes PCM, or that does not tell pauses: each page of 80 ms is decoded into
 * one frame, which the energy ears listen to. The clock counts pages, as moshi-server's does: the pre-skip is kept, and
 * nothing is filled in for a page that never came.
 */
import { FRAME_SAMPLES } from '../../src/lib/audio/frames.ts';
import { OggUnpager, type OggEvent } from '../../src/lib/audio/ogg/unpager.ts';
import { OpusError, createOpusDecoder, type OpusDecoder } from '../../src/lib/audio/opus.ts';
import { encodeAudio, encodeMoshi } from '../../src/lib/protocol/moshi.ts';
import { EnergyEars, type StretchEvent } from '../ears/energy.ts';
import { floatBytes, type Codec, type PcmForm } from './codec.ts';

/** Of each frame its `Step`, and the sound in `form` where one is wanted. */
export async function createHearing(form: PcmForm | null): Promise<Codec> {
	return new Hearing(await createOpusDecoder(), form);
}

type Packet = Extract<OggEvent, { type: 'packet' }>;

class Hearing implements Codec {
	readonly #decoder: OpusDecoder;
	readonly #form: PcmForm | null;
	readonly #pages = new OggUnpager();
	readonly #ears = new EnergyEars();
	readonly #frame = new Float32Array(FRAME_SAMPLES);
	#filled = 0;
	#steps = 0;

	constructor(decoder: OpusDecoder, form: PcmForm | null) {
		this.#decoder = decoder;
		this.#form = form;
	}

	work(bytes: Uint8Array): { parts: Uint8Array<ArrayBuffer>[]; events: StretchEvent[] } {
		const parts: Uint8Array<ArrayBuffer>[] = [];
		const events: StretchEvent[] = [];
		for (const event of this.#pages.push(bytes)) {
			if (event.type === 'head') this.#decoder.reset();
			if (event.type !== 'packet') continue;
			const samples = this.#decoded(event);
			for (let at = 0; at < samples.length;) {
				const part = samples.subarray(at, at + FRAME_SAMPLES - this.#filled);
				this.#frame.set(part, this.#filled);
				this.#filled += part.length;
				at += part.length;
				if (this.#filled === FRAME_SAMPLES) events.push(...this.#heard(parts));
			}
		}
		return { parts, events };
	}

	free(): void {
		this.#decoder.free();
	}

	/** The page was sound, but its packets are the client's own: what libopus refuses is made up for. */
	#decoded({ data, durationSamples48k }: Packet): Float32Array {
		try {
			return this.#decoder.decode(data);
		} catch (error) {
			if (!(error instanceof OpusError) || error.code !== 'invalid_packet') throw error;
			return this.#decoder.conceal(durationSamples48k / 2);
		}
	}

	#heard(parts: Uint8Array<ArrayBuffer>[]): readonly StretchEvent[] {
		this.#filled = 0;
		const { prs, events } = this.#ears.step(this.#frame);
		parts.push(encodeMoshi({ type: 'Step', step_idx: this.#steps++, prs: [...prs], buffered_pcm: 0 }));
		if (this.#form !== null) parts.push(this.#form === 'moshi' ? encodeAudio(this.#frame) : floatBytes(this.#frame));
		return events;
	}
}
