/**
 * A streaming sample-rate converter for AudioContexts that cannot run at 24 kHz (Firefox keeps the device's rate):
 * a windowed-sinc low pass, evaluated only at the instants that are wanted (polyphase).
 *
 * Output sample n stands at the same instant as input position n · fromHz / toHz: there is no shift in time, the
 * converter only holds samples back until the `latencySamples` that follow them have arrived.
 */

/** Zero crossings of the sinc on each side, counted at the lower of the two rates: 32 samples at 24 kHz are 1.3 ms. */
const HALF_WIDTH = 32;
/** Attenuation the Kaiser window is designed for: 15 dB better than the 60 that we promise. */
const STOP_BAND_DB = 75;
/** Kaiser's two formulas (1974): the window's shape, and the width of the transition in cycles per sample. */
const KAISER_BETA = 0.1102 * (STOP_BAND_DB - 8.7);
const TRANSITION = (STOP_BAND_DB - 7.95) / (14.36 * 2 * HALF_WIDTH);
/** The middle of the transition, so that the stop band begins exactly at the lower Nyquist frequency. */
const CUT_OFF = 0.5 - TRANSITION / 2;
/** Beyond this many phases (two rates with hardly a common divisor) neighbouring phases are interpolated. */
const MAX_PHASES = 1024;

export class Resampler {
	/** Input samples that must follow before the output standing at an instant can leave; 0 when the rates are equal. */
	readonly latencySamples: number;
	/** toHz and fromHz without their common divisor: `#up` outputs for `#down` inputs. */
	readonly #up: number;
	readonly #down: number;
	readonly #phases: number;
	readonly #taps: number;
	/** Row p: the filter for an output standing p / `#phases` of an input sample after its left neighbour. */
	readonly #table: Float32Array;
	/** The last `#taps` inputs, each written twice, so that they are always contiguous somewhere. */
	readonly #history: Float32Array;
	#at = 0;
	#phase = 0;
	#waitFor: number;

	/** Both rates in Hz, whole and positive. */
	constructor(fromHz: number, toHz: number) {
		if (!Number.isInteger(fromHz) || !Number.isInteger(toHz) || fromHz <= 0 || toHz <= 0) {
			throw new RangeError(`no conversion from ${fromHz} Hz to ${toHz} Hz`);
		}
		const divisor = greatestCommonDivisor(fromHz, toHz);
		this.#up = toHz / divisor;
		this.#down = fromHz / divisor;
		this.#phases = Math.min(this.#up, MAX_PHASES);
		const equal = this.#up === this.#down;
		const half = Math.ceil(HALF_WIDTH * Math.max(1, fromHz / toHz));
		this.latencySamples = equal ? 0 : half;
		this.#taps = 2 * half;
		this.#table = equal ? new Float32Array(0) : filterTable(half, this.#phases, Math.min(1, toHz / fromHz));
		this.#history = new Float32Array(equal ? 0 : 2 * this.#taps);
		this.#waitFor = half + 1;
	}

	/** The most samples that `process` can write for that many inputs. */
	maxOutput(inputLength: number): number {
		return Math.ceil((inputLength * this.#up) / this.#down);
	}

	/**
	 * Converts the stream's next samples, any number of them, and answers how many were written to the start of `output`.
	 * `output` must hold `maxOutput(input.length)`. Allocates nothing. At the end of a stream, `latencySamples` zeros
	 * bring the rest out.
	 */
	process(input: Float32Array, output: Float32Array): number {
		const length = input.length;
		if (output.length < this.maxOutput(length)) throw new RangeError('the output is too short');
		if (this.latencySamples === 0) {
			output.set(input);
			return length;
		}
		const history = this.#history;
		const taps = this.#taps;
		const up = this.#up;
		let at = this.#at;
		let waitFor = this.#waitFor;
		let written = 0;
		for (let i = 0; i < length; i++) {
			const sample = input[i] ?? 0;
			history[at] = sample;
			history[at + taps] = sample;
			if (++at === taps) at = 0;
			waitFor--;
			while (waitFor === 0) {
				output[written++] = this.#filter(at);
				const next = this.#phase + this.#down;
				waitFor = Math.floor(next / up);
				this.#phase = next - waitFor * up;
			}
		}
		this.#at = at;
		this.#waitFor = waitFor;
		return written;
	}

	/** Forgets the stream: the next sample is the first of another. */
	reset(): void {
		this.#history.fill(0);
		this.#at = 0;
		this.#phase = 0;
		this.#waitFor = this.#taps / 2 + 1;
	}

	/** One output from the window that begins at `at`. */
	#filter(at: number): number {
		const history = this.#history;
		const table = this.#table;
		const taps = this.#taps;
		const place = (this.#phase * this.#phases) / this.#up;
		const row = Math.floor(place);
		const mix = place - row;
		let sum = 0;
		let k = row * taps;
		for (let i = 0; i < taps; i++) sum += (history[at + i] ?? 0) * (table[k++] ?? 0);
		if (mix === 0) return sum;
		let above = 0;
		for (let i = 0; i < taps; i++) above += (history[at + i] ?? 0) * (table[k++] ?? 0);
		return sum + (above - sum) * mix;
	}
}

/** `phases + 1` rows of `2 · half` coefficients, each row of sum 1, so that a constant stays the same constant. */
function filterTable(half: number, phases: number, ratio: number): Float32Array {
	const taps = 2 * half;
	const cutOff = 2 * CUT_OFF * ratio;
	const table = new Float32Array((phases + 1) * taps);
	const row = new Float64Array(taps);
	for (let phase = 0; phase <= phases; phase++) {
		let sum = 0;
		for (let i = 0; i < taps; i++) {
			const x = i - half + 1 - phase / phases;
			const value = sinc(cutOff * x) * kaiser(x / half);
			row[i] = value;
			sum += value;
		}
		for (let i = 0; i < taps; i++) table[phase * taps + i] = (row[i] ?? 0) / sum;
	}
	return table;
}

function sinc(x: number): number {
	return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}

/** The Kaiser window over [-1, 1]. */
function kaiser(x: number): number {
	return besselI0(KAISER_BETA * Math.sqrt(Math.max(0, 1 - x * x))) / besselI0(KAISER_BETA);
}

/** The modified Bessel function of order 0, by its power series. */
function besselI0(x: number): number {
	let term = 1;
	let sum = 1;
	for (let k = 1; term > sum * 1e-12; k++) {
		term *= (x / (2 * k)) ** 2;
		sum += term;
	}
	return sum;
}

function greatestCommonDivisor(a: number, b: number): number {
	return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
