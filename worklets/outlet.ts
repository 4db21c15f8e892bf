import { SAMPLE_RATE } from '../src/lib/audio/frames.ts';
import { Resampler } from '../src/lib/audio/resample.ts';
import type { PcmQueue } from './pcm-queue.ts';
import { Views } from './quantum.ts';

/**
 * Samples at 24 kHz are resampled in bites of this many: small, because what is converted but not yet asked for counts
 * as played (0.7 ms at the most).
 */
const BITE_SAMPLES = 16;

/** Reads a queue at the context's rate. A context at 24 kHz gets the queue's very bits. */
export class Outlet {
	readonly #resampler: Resampler | null;
	readonly #bite = new Views(BITE_SAMPLES);
	readonly #zeros = new Float32Array(BITE_SAMPLES);
	readonly #converted: Float32Array;
	#convertedFrom = 0;
	#convertedTo = 0;
	/** Zeros that still have to follow a reply's last sample to bring it out of the filter. */
	#tail: number;

	/** `contextRate` in Hz. */
	constructor(contextRate: number) {
		this.#resampler = contextRate === SAMPLE_RATE ? null : new Resampler(SAMPLE_RATE, contextRate);
		this.#converted = new Float32Array(this.#resampler?.maxOutput(BITE_SAMPLES) ?? 0);
		this.#tail = this.#resampler?.latencySamples ?? 0;
	}

	/**
	 * Writes up to `count` samples of the context to target[from, …) and answers how many the queue was good for.
	 * `ended`: no more will be queued, so the filter may be emptied. Allocates nothing.
	 */
	read(queue: PcmQueue, target: Float32Array, from: number, count: number, ended: boolean): number {
		if (this.#resampler === null) return queue.read(target, from, count);
		let done = 0;
		while (done < count) {
			if (this.#convertedFrom === this.#convertedTo && !this.#refill(this.#resampler, queue, ended)) break;
			while (done < count && this.#convertedFrom < this.#convertedTo) {
				target[from + done++] = this.#converted[this.#convertedFrom++] ?? 0;
			}
		}
		return done;
	}

	/** Nothing of the reply is left inside: what is in the queue is all there is. */
	get empty(): boolean {
		return this.#resampler === null || (this.#tail <= 0 && this.#convertedFrom === this.#convertedTo);
	}

	clear(): void {
		this.#resampler?.reset();
		this.#convertedFrom = 0;
		this.#convertedTo = 0;
		this.#tail = this.#resampler?.latencySamples ?? 0;
	}

	/** Converts one more bite. False: there is nothing to convert. */
	#refill(resampler: Resampler, queue: PcmQueue, ended: boolean): boolean {
		const got = queue.read(this.#bite.whole, 0, BITE_SAMPLES);
		this.#convertedFrom = 0;
		if (got > 0) {
			this.#convertedTo = resampler.process(this.#bite.first(got), this.#converted);
			return true;
		}
		this.#convertedTo = 0;
		if (!ended || this.#tail <= 0) return false;
		this.#convertedTo = resampler.process(this.#zeros, this.#converted);
		this.#tail -= BITE_SAMPLES;
		return true;
	}
}
