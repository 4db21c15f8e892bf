/** What a codec's thread does for one stream. */
import type { StretchEvent } from '../ears/energy.ts';

export interface Codec {
	/** Throws InputFault where the bytes are not what they should be, and anything else where the codec fails. */
	work(bytes: Uint8Array): {
		readonly parts: Uint8Array<ArrayBuffer>[];
		readonly events: readonly StretchEvent[];
	};
	free(): void;
}

export class InputFault extends Error {}

/** How sound is written for a server: as moshi-server's `Audio`, or as bare float32, little-endian. */
export type PcmForm = 'moshi' | 'float32';

/** Little-endian float32, whatever the machine's own order. */
export function floatBytes(samples: Float32Array): Uint8Array<ArrayBuffer> {
	const bytes = new Uint8Array(4 * samples.length);
	const view = new DataView(bytes.buffer);
	for (let i = 0; i < samples.length; i++) view.setFloat32(4 * i, samples[i] ?? 0, true);
	return bytes;
}

/** Louder than any sound that was meant as float32 in [-1, 1]: 16-bit samples or a file's header, read as such, are. */
const LOUDEST = 16;

/** In place: what is a little too loud is cut to full scale. Throws InputFault for what is no sound at all. */
export function checkedSamples(samples: Float32Array<ArrayBuffer>): Float32Array<ArrayBuffer> {
	for (let i = 0; i < samples.length; i++) {
		const sample = samples[i] ?? 0;
		if (sample >= -1 && sample <= 1) continue;
		if (!(Math.abs(sample) <= LOUDEST)) throw new InputFault('no float32 in -1 … 1');
		samples[i] = Math.sign(sample);
	}
	return samples;
}
