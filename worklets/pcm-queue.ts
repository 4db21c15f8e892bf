import { SAMPLE_RATE } from '../src/lib/audio/frames.ts';
import { FADE_SAMPLES, rise } from './fade.ts';
import { SampleRing } from './ring.ts';

/**
 * 16 s. The worker keeps a few seconds ahead of the playhead, so this is several times what a well-behaved sender
 * needs, for 1.5 MB.
 */
export const QUEUE_SAMPLES = 16 * SAMPLE_RATE;

export type Pcm = Float32Array<ArrayBuffer>;

/**
 * The samples of one reply that wait to be played, in order. Buffers are copied into a ring and go home at once.
 * Overflow loses nothing: a buffer that does not fit waits as it is, and goes home only when its last sample is in the
 * ring. So a sender that runs too far ahead sees its buffers stay away, and is the bound of what waits.
 */
export class PcmQueue {
	readonly #ring: SampleRing;
	readonly #recycle: (pcm: Pcm) => void;
	/** Buffers that did not fit, oldest at `#head`, of which `#headOffset` samples are in the ring already. */
	readonly #parked: Pcm[] = [];
	#head = 0;
	#headOffset = 0;
	#parkedSamples = 0;
	#readSamples = 0;
	/** Of what is pushed next, how many samples still rise from nothing. */
	#rising = 0;

	constructor(recycle: (pcm: Pcm) => void, capacity = QUEUE_SAMPLES) {
		this.#ring = new SampleRing(capacity);
		this.#recycle = recycle;
	}

	/** Samples that can still be read, parked ones included. */
	get buffered(): number {
		return this.#ring.available + this.#parkedSamples;
	}

	/** Samples read since the last `clear`. */
	get readSamples(): number {
		return this.#readSamples;
	}

	/** Takes the buffer over; it comes home through `recycle`, now or when there is room. */
	push(pcm: Pcm): void {
		this.#raise(pcm);
		const copied = this.#parkedSamples > 0 ? 0 : this.#ring.write(pcm, 0);
		if (copied === pcm.length) {
			this.#recycle(pcm);
			return;
		}
		if (this.#parkedSamples === 0) this.#headOffset = copied;
		this.#parked.push(pcm);
		this.#parkedSamples += pcm.length - copied;
	}

	/** Moves up to `count` samples to `target` from index `from` on; answers how many. Allocates nothing. */
	read(target: Float32Array, from: number, count: number): number {
		let got = this.#ring.read(target, from, count);
		if (this.#parkedSamples > 0) {
			this.#unpark();
			got += this.#ring.read(target, from + got, count - got);
		}
		this.#readSamples += got;
		return got;
	}

	/**
	 * Forgets what lies from sample `atSample` on, and answers where that is: what is pushed next follows there. Later than
	 * asked where so much was read already; earlier where what waits does not reach so far, or is too short for a fade.
	 */
	truncate(atSample: number): number {
		const kept = Math.min(atSample - this.#readSamples, this.buffered);
		this.#sendParkedHome();
		this.#ring.truncate(kept < FADE_SAMPLES ? 0 : kept);
		this.#rising = FADE_SAMPLES;
		return this.#readSamples + this.#ring.available;
	}

	/** Forgets everything; parked buffers go home. */
	clear(): void {
		this.#sendParkedHome();
		this.#rising = 0;
		this.#readSamples = 0;
		this.#ring.clear();
	}

	#raise(pcm: Pcm): void {
		const from = FADE_SAMPLES - this.#rising;
		for (let i = 0; i < pcm.length && this.#rising > 0; i++, this.#rising--) {
			pcm[i] = (pcm[i] ?? 0) * rise(from + i);
		}
	}

	#sendParkedHome(): void {
		while (this.#head < this.#parked.length) this.#sendHeadHome();
		this.#parked.length = 0;
		this.#head = 0;
		this.#parkedSamples = 0;
	}

	#unpark(): void {
		for (let pcm = this.#parked[this.#head]; pcm !== undefined; pcm = this.#parked[this.#head]) {
			const copied = this.#ring.write(pcm, this.#headOffset);
			this.#headOffset += copied;
			this.#parkedSamples -= copied;
			if (this.#headOffset < pcm.length) return;
			this.#sendHeadHome();
		}
		this.#parked.length = 0;
		this.#head = 0;
	}

	#sendHeadHome(): void {
		const pcm = this.#parked[this.#head++];
		this.#headOffset = 0;
		if (pcm !== undefined) this.#recycle(pcm);
	}
}
