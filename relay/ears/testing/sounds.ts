/** Sounds to try ears on: 24 kHz mono, the same every time. */
import { SAMPLE_RATE, sToSamples } from '../../../src/lib/audio/frames.ts';

export const silence = (seconds: number): Float32Array => new Float32Array(sToSamples(seconds));

/** Uniform in [-1, 1], from a seed: a linear congruential generator is random enough for noise. */
function dice(seed: number): () => number {
	let state = seed >>> 0;
	return () => {
		state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
		return state / 2 ** 31 - 1;
	};
}

/** White noise hisses, brown noise rumbles as a fan does. `db`: RMS in dBFS. */
export function noise(kind: 'white' | 'brown', seconds: number, db: number, seed = 1): Float32Array {
	const random = dice(seed);
	let sum = 0;
	const raw = silence(seconds).map(() => {
		sum = 0.998 * sum + random();
		return kind === 'white' ? random() : sum;
	});
	return atLevel(raw, db);
}

/**
 * Something with speech's rhythm: syllables of 120 to 260 ms, voiced (a pitch of 120 Hz through two resonances) or hissed,
 * rising and falling, some parted by a stop of 40 to 100 ms. No words.
 */
export function babble(seconds: number, db = -22, seed = 1): Float32Array {
	const random = dice(seed);
	const between = (low: number, high: number): number => low + ((random() + 1) / 2) * (high - low);
	const out = silence(seconds);
	let at = 0;
	while (at < out.length) {
		const length = sToSamples(between(0.12, 0.26));
		const hissed = random() > 0.6;
		const resonator = resonances(between(350, 750), between(1100, 2300));
		for (let i = 0; i < length && at + i < out.length; i++) {
			const envelope = Math.max(0, Math.sin((Math.PI * i) / length)) ** 1.5;
			const pulse = (at + i) % (SAMPLE_RATE / 120) === 0 ? 8 : 0;
			out[at + i] = envelope * (hissed ? 2 * random() : resonator(pulse + 0.02 * random()));
		}
		at += length + (random() > 0 ? sToSamples(between(0.04, 0.1)) : 0);
	}
	return atLevel(out, db);
}

/** Two two-pole resonators side by side. */
function resonances(...hz: readonly number[]): (input: number) => number {
	const radius = 0.985;
	const poles = hz.map((frequency) => ({
		a: 2 * radius * Math.cos((2 * Math.PI * frequency) / SAMPLE_RATE),
		y1: 0,
		y2: 0
	}));
	return (input) => {
		let sum = 0;
		for (const pole of poles) {
			const y = input + pole.a * pole.y1 - radius * radius * pole.y2;
			pole.y2 = pole.y1;
			pole.y1 = y;
			sum += y;
		}
		return sum;
	};
}

/** Full scale, 200 Hz. */
export const squareWave = (seconds: number): Float32Array => silence(seconds).map((_, i) => (i % 120 < 60 ? 1 : -1));
/** A full-scale burst of 2 ms every half second. */
export const clicks = (seconds: number): Float32Array =>
	silence(seconds).map((_, i) => (i % 12_000 < 48 ? (i % 2 === 0 ? 1 : -1) : 0));

export function joined(...parts: readonly Float32Array[]): Float32Array {
	const out = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
	let at = 0;
	for (const part of parts) {
		out.set(part, at);
		at += part.length;
	}
	return out;
}

export const mixed = (a: Float32Array, b: Float32Array): Float32Array => a.map((sample, i) => sample + (b[i] ?? 0));

function atLevel(samples: Float32Array, db: number): Float32Array {
	let sum = 0;
	for (const sample of samples) sum += sample * sample;
	const gain = 10 ** (db / 20) / Math.sqrt(sum / samples.length);
	return samples.map((sample) => sample * gain);
}
