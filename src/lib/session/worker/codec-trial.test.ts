import { describe, expect, it } from 'vitest';
import { likeness, tryCodec } from './codec-trial.ts';

const tone = (samples: number, hz = 440): Float32Array =>
	Float32Array.from({ length: samples }, (_, at) => 0.4 * Math.sin((2 * Math.PI * hz * at) / 24_000));
const now = (): number => performance.now();

describe('the codec’s trial', () => {
	it('gives back, at its place, the sound that went in', async () => {
		const sent = tone(24_000);
		const { pcm, bytes, encodeMs, decodeMs } = await tryCodec(sent, now);
		expect(pcm).toHaveLength(24_000);
		expect(likeness(sent, pcm)).toBeGreaterThan(0.9);
		expect(bytes).toBeGreaterThan(1000);
		expect(bytes).toBeLessThan(8000);
		expect(Math.min(encodeMs, decodeMs)).toBeGreaterThan(0);
	});

	it('takes any length, and none', async () => {
		expect((await tryCodec(tone(1000), now)).pcm).toHaveLength(960);
		expect((await tryCodec(new Float32Array(), now)).pcm).toHaveLength(0);
	});

	it('knows one sound from another', () => {
		expect(likeness(tone(24_000), tone(24_000, 620))).toBeLessThan(0.1);
		expect(likeness(tone(480), new Float32Array(480))).toBe(0);
		expect(likeness(tone(480), tone(480))).toBeCloseTo(1);
	});
});
