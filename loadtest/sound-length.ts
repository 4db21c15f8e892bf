/** How long the sound of an Ogg-Opus stream is, without decoding it. */
import { OggUnpager } from '../src/lib/audio/ogg/unpager.ts';

export class SoundLength {
	readonly #unpager = new OggUnpager();
	/** Of the pre-skip, what is still to be dropped: it is never heard. */
	#skip48k = 0;

	/** Takes the stream's next bytes, in any chunking; answers how many seconds of sound they complete. */
	add(bytes: Uint8Array): number {
		let samples48k = 0;
		for (const event of this.#unpager.push(bytes)) {
			if (event.type === 'head') this.#skip48k = event.preSkip48k;
			if (event.type !== 'packet') continue;
			const kept = Math.max(0, event.durationSamples48k - event.trimSamples48k);
			const skipped = Math.min(this.#skip48k, kept);
			this.#skip48k -= skipped;
			samples48k += kept - skipped;
		}
		return samples48k / 48_000;
	}
}
