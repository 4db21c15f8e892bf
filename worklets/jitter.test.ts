import { describe, expect, it } from 'vitest';
import { SAMPLE_RATE } from '../src/lib/audio/frames.ts';
import {
	GROWTH_SAMPLES,
	Jitter,
	MAX_TARGET_SAMPLES,
	MIN_TARGET_SAMPLES,
	PLAYED_PER_SHRINK,
	START_SAMPLES,
	START_WAIT_SAMPLES
} from './jitter.ts';
import { QUEUE_SAMPLES } from './pcm-queue.ts';

describe('Jitter', () => {
	it('keeps its constants in order: what is waited for fits the ring many times, and grows faster than it shrinks', () => {
		expect(MIN_TARGET_SAMPLES).toBeLessThan(MAX_TARGET_SAMPLES);
		expect(MAX_TARGET_SAMPLES * 4).toBeLessThan(QUEUE_SAMPLES);
		expect(GROWTH_SAMPLES).toBeGreaterThan(SAMPLE_RATE / PLAYED_PER_SHRINK);
	});

	it('grows with every gap, at once to the size of a long one, and never past the longest', () => {
		const jitter = new Jitter();
		jitter.gap(0);
		expect(jitter.targetSamples).toBe(MIN_TARGET_SAMPLES + GROWTH_SAMPLES);
		jitter.gap(3000);
		expect(jitter.targetSamples).toBe(3000 + MIN_TARGET_SAMPLES);
		for (let i = 0; i < 20; i++) jitter.gap(1e9);
		expect(jitter.targetSamples).toBe(MAX_TARGET_SAMPLES);
	});

	it('shrinks by 10 ms a second of speech, however that is counted, and not below one frame', () => {
		const byQuantum = new Jitter();
		const atOnce = new Jitter();
		for (const jitter of [byQuantum, atOnce]) jitter.gap(1e9);
		for (let i = 0; i < 1875; i++) byQuantum.played(64);
		atOnce.played(5 * SAMPLE_RATE);
		expect(byQuantum.targetSamples).toBe(MAX_TARGET_SAMPLES - 5 * 240);
		expect(atOnce.targetSamples).toBe(byQuantum.targetSamples);
		atOnce.played(100 * SAMPLE_RATE);
		expect(atOnce.targetSamples).toBe(MIN_TARGET_SAMPLES);
	});

	it('starts with two frames whatever the target, with one after a short wait, and never with nothing', () => {
		const jitter = new Jitter();
		jitter.gap(1e9);
		expect(jitter.mayStart(START_SAMPLES, 0)).toBe(true);
		expect(jitter.mayStart(START_SAMPLES - 1, START_WAIT_SAMPLES - 1)).toBe(false);
		expect(jitter.mayStart(MIN_TARGET_SAMPLES, START_WAIT_SAMPLES)).toBe(true);
		expect(jitter.mayStart(MIN_TARGET_SAMPLES - 1, START_WAIT_SAMPLES)).toBe(false);
		expect(jitter.mayGoOn(MIN_TARGET_SAMPLES, 0)).toBe(false);
		expect(jitter.mayGoOn(1, MAX_TARGET_SAMPLES)).toBe(true);
		expect(jitter.mayStart(0, 1e9)).toBe(false);
		expect(jitter.mayGoOn(0, 1e9)).toBe(false);
	});
});
