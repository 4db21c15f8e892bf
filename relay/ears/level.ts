/**
 * How loud speech's band is, 20 ms at a time, and how loud the room is when nobody speaks. Pure: samples in, decibels out.
 */
import { PACKET_SAMPLES, SAMPLE_RATE } from '../../src/lib/audio/frames.ts';

/** One look at the level: 20 ms, long enough for a pitch period of any voice, short enough to see a stop consonant. */
export const LOOK_SAMPLES = PACKET_SAMPLES;
export const LOOK_MS = (1000 * LOOK_SAMPLES) / SAMPLE_RATE;

/** Under this it is silence whatever came before: also what keeps the logarithm finite. dBFS. */
export const QUIETEST_DB = -66;

/** Where the band begins and ends: above hum, rumble and DC; below most of the hiss. A formant lies inside for every vowel. */
const BAND_LOW_HZ = 400;
const BAND_HIGH_HZ = 4000;

/** One-pole filter coefficient for a corner frequency. */
const pole = (hz: number): number => Math.exp((-2 * Math.PI * hz) / SAMPLE_RATE);

/** Level of the speech band in dBFS, keeping the filters' memory from one look to the next. */
export class BandLevel {
	readonly #low = pole(BAND_LOW_HZ);
	readonly #high = 1 - pole(BAND_HIGH_HZ);
	#previous = 0;
	#highPassed = 0;
	#lowPassed = 0;

	/** `samples`: any length above 0. Answers at least `QUIETEST_DB`; what is not a finite number counts as 0. */
	look(samples: Float32Array): number {
		let sum = 0;
		for (const raw of samples) {
			const sample = Number.isFinite(raw) ? Math.max(-1, Math.min(1, raw)) : 0;
			this.#highPassed = this.#low * (this.#highPassed + sample - this.#previous);
			this.#previous = sample;
			this.#lowPassed += this.#high * (this.#highPassed - this.#lowPassed);
			sum += this.#lowPassed * this.#lowPassed;
		}
		return Math.max(QUIETEST_DB, 10 * Math.log10(sum / Math.max(1, samples.length) + 1e-12));
	}
}

/** Minimum statistics look back this far: longer than the longest stretch of speech without a stop or a breath. */
const FLOOR_WINDOW_LOOKS = 100;
/** The minimum is taken over averages of this many looks, so that one dropped packet is not taken for a quiet room. */
const FLOOR_AVERAGE_LOOKS = 3;
/** The floor falls at most this fast (50 dB/s): fast, since a floor too high is deaf. */
const FALL_DB = 1;
/** Noise is told from speech by how steady it is: over this many looks (280 ms) … */
const STEADY_LOOKS = 14;
/** … all but the two extremes lie within this. Measured: white noise 1 dB, brown noise 3.4 (p99); espeak-ng never under 5.6. */
const STEADY_SPREAD_DB = 3.5;

/** Follows the room's own noise. */
export class NoiseFloor {
	#floorDb = QUIETEST_DB;
	readonly #recent: number[] = [];
	readonly #averages: number[] = [];

	get db(): number {
		return this.#floorDb;
	}

	/** Whether the last 280 ms were one steady sound: a fan, hiss, a tone. Syllables never are. */
	get steady(): boolean {
		if (this.#recent.length < STEADY_LOOKS) return false;
		const sorted = this.#recent.toSorted((a, b) => a - b);
		// The extreme at either end is left out: the look in which the sound began, a click on top of it.
		const low = sorted[1] ?? 0;
		const high = sorted[sorted.length - 2] ?? 0;
		return high - low <= STEADY_SPREAD_DB;
	}

	/**
	 * `quick`: whether a steady sound is taken for noise at once. Not while somebody speaks: then a vowel held would deafen
	 * us, and the minimum over 2 s has to do.
	 */
	look(levelDb: number, quick: boolean): void {
		this.#recent.push(levelDb);
		if (this.#recent.length > STEADY_LOOKS) this.#recent.shift();
		this.#averages.push(mean(this.#recent.slice(-FLOOR_AVERAGE_LOOKS)));
		if (this.#averages.length > FLOOR_WINDOW_LOOKS) this.#averages.shift();
		if (quick && this.steady) this.#settle(mean(this.#recent));
		else if (this.#averages.length === FLOOR_WINDOW_LOOKS) this.#settle(Math.min(...this.#averages));
		else this.#settle(Math.min(this.#floorDb, ...this.#averages));
	}

	#settle(targetDb: number): void {
		this.#floorDb = Math.max(QUIETEST_DB, targetDb, this.#floorDb - FALL_DB);
	}
}

function mean(values: readonly number[]): number {
	let sum = 0;
	for (const value of values) sum += value;
	return sum / Math.max(1, values.length);
}
