/** How loud it is. Nothing here allocates once it is made. */
import { SAMPLE_RATE } from './frames.ts';

/** Full scale: a constant of 1. Silence is not -Infinity but this, so that meters can draw it. */
const FLOOR_DB = -100;

export interface LevelMeterOptions {
	/** Time constant of a rise, in seconds: after it, 63 % of the way is gone. */
	readonly attackS?: number;
	/** Time constant of a fall, in seconds. */
	readonly releaseS?: number;
	/** In Hz. */
	readonly sampleRate?: number;
}

export class LevelMeter {
	readonly #attackS: number;
	readonly #releaseS: number;
	readonly #sampleRate: number;
	#rms = 0;
	#peak = 0;
	#smoothed = 0;

	constructor(options: LevelMeterOptions = {}) {
		this.#attackS = options.attackS ?? 0.01;
		this.#releaseS = options.releaseS ?? 0.15;
		this.#sampleRate = options.sampleRate ?? SAMPLE_RATE;
	}

	/** Root mean square of the last samples pushed, 0 to 1. */
	get rms(): number {
		return this.#rms;
	}

	/** The largest magnitude among the last samples pushed. */
	get peak(): number {
		return this.#peak;
	}

	/** The RMS, smoothed: it follows a rise with the attack, a fall with the release. */
	get smoothed(): number {
		return this.#smoothed;
	}

	/** The smoothed RMS in dB relative to full scale, at least -100. */
	get dbfs(): number {
		return toDbfs(this.#smoothed);
	}

	/** The next samples, any number of them. Non-finite samples count as silence. */
	push(pcm: Float32Array): void {
		const length = pcm.length;
		if (length === 0) return;
		let sum = 0;
		let peak = 0;
		for (let i = 0; i < length; i++) {
			const sample = pcm[i] ?? 0;
			const magnitude = Math.abs(sample);
			// False for NaN as well.
			if (!(magnitude < Infinity)) continue;
			sum += sample * sample;
			if (magnitude > peak) peak = magnitude;
		}
		this.#rms = Math.sqrt(sum / length);
		this.#peak = peak;
		const constantS = this.#rms > this.#smoothed ? this.#attackS : this.#releaseS;
		const way = constantS > 0 ? 1 - Math.exp(-length / this.#sampleRate / constantS) : 1;
		this.#smoothed += (this.#rms - this.#smoothed) * way;
	}

	reset(): void {
		this.#rms = 0;
		this.#peak = 0;
		this.#smoothed = 0;
	}
}

/** An amplitude in dB relative to full scale, at least -100. */
export function toDbfs(amplitude: number): number {
	return amplitude > 0 ? Math.max(FLOOR_DB, 20 * Math.log10(amplitude)) : FLOOR_DB;
}
