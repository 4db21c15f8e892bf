import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SAMPLE_RATE } from '../../audio/frames.ts';
import { LEAST_SPEECH_S, mixed, SAMPLE_S, sampleOf } from './sample.ts';

/** Seconds of a tone, or of silence where `amplitude` is 0. */
const tone = (seconds: number, amplitude = 0.3): Float32Array =>
	Float32Array.from(
		{ length: seconds * SAMPLE_RATE },
		(_, at) => amplitude * Math.sin((2 * Math.PI * 200 * at) / SAMPLE_RATE)
	);
const joined = (...parts: Float32Array[]): Float32Array => Float32Array.from(parts.flatMap((part) => [...part]));

describe('sampleOf', () => {
	it('takes ten seconds from the first sound on, with a little of what was before', () => {
		const sample = sampleOf(joined(tone(4, 0), tone(12), tone(2, 0)));
		expect(sample.ok && sample.samples.length / SAMPLE_RATE).toBe(SAMPLE_S);
		expect(sample.ok && sample.samples.findIndex((value) => Math.abs(value) > 0.01) / SAMPLE_RATE).toBeCloseTo(0.2, 1);
	});
	it('takes all of what is shorter, pauses too', () => {
		const sample = sampleOf(joined(tone(2), tone(1, 0), tone(2)));
		expect(sample.ok && sample.samples.length / SAMPLE_RATE).toBe(5);
		expect(sample.ok && sample.speechS).toBeCloseTo(4, 1);
	});
	it('refuses silence, a room’s noise, nothing at all and what is no number', () => {
		const noise = Float32Array.from({ length: 5 * SAMPLE_RATE }, (_, at) => 0.001 * Math.sin(at * at));
		for (const sound of [new Float32Array(0), tone(10, 0), noise, new Float32Array(5 * SAMPLE_RATE).fill(Number.NaN)])
			expect(sampleOf(sound)).toEqual({ ok: false, why: 'silent' });
	});
	it('refuses too little speech, also where there is enough of it only after the ten seconds', () => {
		expect(sampleOf(tone(LEAST_SPEECH_S - 0.5))).toEqual({ ok: false, why: 'short' });
		expect(sampleOf(joined(tone(0.5), tone(12, 0), tone(8)))).toEqual({ ok: false, why: 'short' });
		expect(sampleOf(tone(LEAST_SPEECH_S + 0.1)).ok).toBe(true);
	});
});

it('channels are mixed without getting louder than the loudest', () => {
	const values = fc.array(fc.float({ min: -1, max: 1, noNaN: true }), { minLength: 3, maxLength: 3 });
	fc.assert(
		fc.property(fc.array(values, { minLength: 1, maxLength: 6 }), (channels) => {
			const mix = mixed(channels.map((channel) => Float32Array.from(channel)));
			expect(mix).toHaveLength(3);
			mix.forEach((value, at) => {
				const all = channels.map((channel) => channel[at] ?? 0);
				expect(value).toBeLessThanOrEqual(Math.max(...all) + 1e-5);
				expect(value).toBeGreaterThanOrEqual(Math.min(...all) - 1e-5);
			});
		})
	);
	expect(mixed([])).toHaveLength(0);
});
