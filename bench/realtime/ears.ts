/**
 * Whether a message to the STT holds speech, told without decoding it: of Opus by its length, of samples by a few of
 * them. The engines behind the measured servers must cost next to nothing, on the same machine.
 */
import { FRAME_SAMPLES } from '../../src/lib/audio/frames.ts';
import { peekType } from '../../src/lib/protocol/msgpack.ts';

/** A float32 of MessagePack: its marker and four bytes. */
const FLOAT32 = 0xca;
const FLOAT_BYTES = 5;
/** Looked at, from the end: half a frame. Where speech ends within a frame, the frame is silent for most of it. */
const LOOKED_AT_SAMPLES = FRAME_SAMPLES / 2;
const EVERY_SAMPLES = 24;
/** -40 dB: above what a decoder makes of silence, below any vowel. */
const VOICED = 0.01;

/** One step of 80 ms: whether somebody spoke. */
export type HeardStep = boolean;

export class Ears {
	readonly #voicedBytes: number;
	#hasHead = false;
	/** Of samples that do not fill a step yet. */
	#waiting = 0;

	/** `voicedBytes`: a longer `OggOpus` message is speech. */
	constructor(voicedBytes: number) {
		this.#voicedBytes = voicedBytes;
	}

	/** The steps that this message completes. */
	hear(message: Uint8Array): HeardStep[] {
		switch (peekType(message)) {
			case 'OggOpus':
				return this.#pages(message);
			case 'Audio':
				return this.#samples(message);
			default:
				return [];
		}
	}

	#pages(message: Uint8Array): HeardStep[] {
		if (this.#hasHead) return [message.byteLength > this.#voicedBytes];
		this.#hasHead = true;
		return [];
	}

	#samples(message: Uint8Array): HeardStep[] {
		const isVoiced = loudest(message) > VOICED;
		// The few bytes before the samples are no whole sample.
		this.#waiting += Math.floor(message.byteLength / FLOAT_BYTES);
		const steps: HeardStep[] = [];
		// Within a hundredth: the bytes before the samples count for some of them.
		for (; this.#waiting >= FRAME_SAMPLES; this.#waiting -= FRAME_SAMPLES) steps.push(isVoiced);
		if (this.#waiting < FRAME_SAMPLES / 100) this.#waiting = 0;
		return steps;
	}
}

function loudest(message: Uint8Array): number {
	const view = new DataView(message.buffer, message.byteOffset, message.byteLength);
	const from = Math.max(0, message.byteLength - LOOKED_AT_SAMPLES * FLOAT_BYTES);
	let most = 0;
	for (let at = message.byteLength - FLOAT_BYTES; at >= from; at -= EVERY_SAMPLES * FLOAT_BYTES) {
		if (view.getUint8(at) !== FLOAT32) break;
		most = Math.max(most, Math.abs(view.getFloat32(at + 1)));
	}
	return most;
}
