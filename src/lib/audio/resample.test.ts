import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Resampler } from './resample.ts';

const PAIRS: readonly (readonly [number, number])[] = [
	[44_100, 24_000],
	[48_000, 24_000],
	[24_000, 48_000],
	[24_000, 44_100],
	[16_000, 24_000],
	[96_000, 24_000],
	[44_101, 24_000]
];

function tone(hz: number, rate: number, samples: number): Float32Array {
	return Float32Array.from({ length: samples }, (_, i) => Math.sin((2 * Math.PI * hz * i) / rate));
}

function convert(resampler: Resampler, input: Float32Array, chunks: readonly number[] = []): Float32Array {
	const out: number[] = [];
	let at = 0;
	for (const size of [...chunks, input.length]) {
		const chunk = input.subarray(at, at + size);
		const output = new Float32Array(resampler.maxOutput(chunk.length));
		out.push(...output.subarray(0, resampler.process(chunk, output)));
		at += chunk.length;
	}
	return Float32Array.from(out);
}

/** The amplitude of one frequency in the middle of a signal (Hann window, so that neighbours do not leak in). */
function amplitudeAt(signal: Float32Array, hz: number, rate: number): number {
	const from = Math.floor(signal.length / 8);
	const length = signal.length - 2 * from;
	let re = 0;
	let im = 0;
	let weight = 0;
	for (let i = 0; i < length; i++) {
		const window = 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / length);
		const angle = (2 * Math.PI * hz * i) / rate;
		re += window * signal[from + i]! * Math.cos(angle);
		im += window * signal[from + i]! * Math.sin(angle);
		weight += window;
	}
	return (2 * Math.hypot(re, im)) / weight;
}

function rms(signal: Float32Array): number {
	const from = Math.floor(signal.length / 8);
	const middle = signal.subarray(from, signal.length - from);
	return Math.sqrt(middle.reduce((sum, x) => sum + x * x, 0) / middle.length);
}

/** RMS of what is left of a signal once its projection on the expected tone is taken out. */
function residueBeside(signal: Float32Array, hz: number, rate: number): number {
	const expected = tone(hz, rate, signal.length);
	const from = Math.floor(signal.length / 8);
	let both = 0;
	let own = 0;
	for (let i = from; i < signal.length - from; i++) {
		both += signal[i]! * expected[i]!;
		own += expected[i]! ** 2;
	}
	return rms(signal.map((x, i) => x - (both / own) * expected[i]!));
}

const db = (ratio: number): number => 20 * Math.log10(ratio);

describe.each(PAIRS)('Resampler from %i Hz to %i Hz', (fromHz, toHz) => {
	const low = Math.min(fromHz, toHz);

	it('passes tones up to 0.4 of the lower rate within 0.1 dB', () => {
		for (const share of [0.01, 0.1, 0.2, 0.3, 0.4]) {
			const out = convert(new Resampler(fromHz, toHz), tone(low * share, fromHz, fromHz / 4));
			expect(Math.abs(db(amplitudeAt(out, low * share, toHz)))).toBeLessThan(0.1);
		}
	});

	it('adds nothing to a tone above -60 dB: no alias and no image anywhere', () => {
		for (const share of [0.05, 0.23, 0.4]) {
			const out = convert(new Resampler(fromHz, toHz), tone(low * share, fromHz, fromHz / 4));
			const residue = residueBeside(out, low * share, toHz);
			expect(db(residue / Math.SQRT1_2)).toBeLessThan(-60);
		}
	});

	it('stands where the input stands: output n is the input at n · from / to', () => {
		const hz = low * 0.11;
		const out = convert(new Resampler(fromHz, toHz), tone(hz, fromHz, fromHz / 10));
		for (let n = 200; n < 400; n++) expect(out[n]).toBeCloseTo(Math.sin((2 * Math.PI * hz * n) / toHz), 3);
	});

	it('keeps a constant constant and counts its latency right', () => {
		const resampler = new Resampler(fromHz, toHz);
		const inputs = 4000;
		const out = convert(resampler, new Float32Array(inputs).fill(0.5));
		expect(out.length).toBe(Math.ceil(((inputs - resampler.latencySamples) * toHz) / fromHz));
		for (const sample of out.subarray(Math.ceil((resampler.latencySamples * toHz) / fromHz))) {
			expect(sample).toBeCloseTo(0.5, 5);
		}
	});

	it('answers the same for any chunking, and after a reset', () => {
		const input = Float32Array.from({ length: 1500 }, (_, i) => Math.sin(i * i * 0.001));
		const whole = convert(new Resampler(fromHz, toHz), input);
		const reused = new Resampler(fromHz, toHz);
		fc.assert(
			fc.property(fc.array(fc.integer({ min: 0, max: 300 }), { maxLength: 30 }), (chunks) => {
				reused.reset();
				expect(convert(reused, input, chunks)).toEqual(whole);
			}),
			{ numRuns: 40 }
		);
	});
});

describe('Resampler', () => {
	it.each([
		[48_000, 24_000],
		[44_100, 24_000],
		[96_000, 24_000]
	])('suppresses what would fold down from %i Hz by 60 dB, from the new Nyquist frequency on', (fromHz, toHz) => {
		for (let hz = toHz / 2; hz < fromHz / 2; hz += 431) {
			const out = convert(new Resampler(fromHz, toHz), tone(hz, fromHz, fromHz / 10));
			expect(db(rms(out) / Math.SQRT1_2)).toBeLessThan(-60);
		}
	});

	it('copies when the rates are equal', () => {
		const resampler = new Resampler(24_000, 24_000);
		const input = tone(440, 24_000, 128);
		expect(convert(resampler, input, [5, 0, 17])).toEqual(input);
		expect(resampler.latencySamples).toBe(0);
	});

	it('refuses an output that could overflow, and rates that are none', () => {
		expect(() => new Resampler(24_000, 48_000).process(new Float32Array(10), new Float32Array(19))).toThrow(RangeError);
		expect(() => new Resampler(0, 24_000)).toThrow(RangeError);
		expect(() => new Resampler(24_000, Number.NaN)).toThrow(RangeError);
	});
});
