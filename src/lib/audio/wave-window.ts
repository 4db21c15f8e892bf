/** The latest sound, reduced to as many points as a drawing has. Nothing here allocates once it is made. */
import { FRAME_SAMPLES } from './frames.ts';

export class WaveWindow {
	readonly #ring: Float32Array;
	/** Where the next sample goes, which is where the oldest one stands. */
	#at = 0;

	/** `samples`: how much is shown, 80 ms at 24 kHz unless said otherwise. */
	constructor(samples = FRAME_SAMPLES) {
		this.#ring = new Float32Array(samples);
	}

	/** The next samples, any number of them. */
	push(pcm: Float32Array): void {
		const ring = this.#ring;
		const size = ring.length;
		for (let i = Math.max(0, pcm.length - size); i < pcm.length; i++) {
			ring[this.#at] = pcm[i] ?? 0;
			this.#at = this.#at + 1 === size ? 0 : this.#at + 1;
		}
	}

	/**
	 * Fills `out` from the oldest sample to the newest. Each point is the sample of largest magnitude, sign and all, of its
	 * share of the window: a plain every-nth sample would miss the peaks and flicker.
	 */
	read(out: Float32Array): void {
		const ring = this.#ring;
		const size = ring.length;
		for (let point = 0; point < out.length; point++) {
			const from = Math.floor((point * size) / out.length);
			const to = Math.max(from + 1, Math.floor(((point + 1) * size) / out.length));
			let extreme = 0;
			for (let i = from; i < to; i++) {
				const sample = ring[(this.#at + i) % size] ?? 0;
				if (Math.abs(sample) > Math.abs(extreme)) extreme = sample;
			}
			out[point] = extreme;
		}
	}

	clear(): void {
		this.#ring.fill(0);
		this.#at = 0;
	}
}
