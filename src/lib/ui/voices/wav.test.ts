import { expect, it } from 'vitest';
import { readWave } from '../../../../loadtest/sound/wave.ts';
import { wavOf } from './wav.ts';

it('is a WAV file that another reader takes, sample for sample, and what is louder than loud is cut off', () => {
	const samples = Float32Array.from([0, 0.5, -0.5, 1, -1, 7, -7, Number.NaN]);
	const wave = readWave(wavOf(samples, 24_000));
	expect(wave).toMatchObject({ ok: true, value: { sampleRate: 24_000 } });
	const read = wave.ok ? [...wave.value.pcm] : [];
	expect(read).toHaveLength(samples.length);
	[0, 0.5, -0.5, 1, -1, 1, -1, 0].forEach((value, at) => expect(read[at]).toBeCloseTo(value, 3));
});

it('ten seconds are far below what a relay takes', () => {
	expect(wavOf(new Float32Array(240_000), 24_000).length).toBe(480_044);
	expect(readWave(wavOf(new Float32Array(0), 24_000)).ok).toBe(true);
});
