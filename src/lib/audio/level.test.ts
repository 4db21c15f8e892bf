import { describe, expect, it } from 'vitest';
import { LevelMeter, toDbfs } from './level.ts';

const constant = (value: number, samples: number): Float32Array => new Float32Array(samples).fill(value);

describe('LevelMeter', () => {
	it('measures RMS and peak of what was pushed last', () => {
		const meter = new LevelMeter();
		meter.push(Float32Array.from({ length: 2400 }, (_, i) => 0.5 * Math.sin((2 * Math.PI * i) / 24)));
		expect(meter.rms).toBeCloseTo(0.5 * Math.SQRT1_2, 4);
		expect(meter.peak).toBeCloseTo(0.5, 4);
		meter.push(Float32Array.of(0.1, -0.3));
		expect(meter.peak).toBeCloseTo(0.3, 6);
	});

	it('goes 63 % of the way up in the attack and down in the release, whatever the size of the pushes', () => {
		for (const size of [1, 480, 1920]) {
			const meter = new LevelMeter({ attackS: 0.08, releaseS: 0.4 });
			for (let at = 0; at < 1920; at += size) meter.push(constant(0.5, size));
			expect(meter.smoothed).toBeCloseTo(0.5 * (1 - Math.exp(-1)), 3);
			for (let at = 0; at < 240_000; at += 1920) meter.push(constant(0.5, 1920));
			for (let at = 0; at < 9600; at += size) meter.push(constant(0, size));
			expect(meter.smoothed).toBeCloseTo(0.5 * Math.exp(-1), 3);
		}
	});

	it('follows at once with an attack of 0', () => {
		const meter = new LevelMeter({ attackS: 0 });
		meter.push(constant(0.25, 1));
		expect(meter.smoothed).toBe(0.25);
	});

	it('speaks in dB of full scale, with a floor for silence', () => {
		const meter = new LevelMeter({ attackS: 0 });
		expect(meter.dbfs).toBe(-100);
		meter.push(constant(0.1, 480));
		expect(meter.dbfs).toBeCloseTo(-20, 3);
		expect(toDbfs(1)).toBe(0);
		expect(toDbfs(1e-9)).toBe(-100);
	});

	it('is not poisoned by samples that are no numbers, nor moved by no samples', () => {
		const meter = new LevelMeter({ attackS: 0 });
		meter.push(Float32Array.of(Number.NaN, 0.5, Infinity, -0.5));
		expect(meter.rms).toBeCloseTo(Math.sqrt(0.5 / 4), 6);
		expect(meter.peak).toBe(0.5);
		const before = meter.smoothed;
		meter.push(new Float32Array(0));
		expect(meter.smoothed).toBe(before);
		meter.reset();
		expect([meter.rms, meter.peak, meter.smoothed]).toEqual([0, 0, 0]);
	});
});
