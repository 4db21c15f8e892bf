import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WaveWindow } from './wave-window.ts';

describe('WaveWindow', () => {
	it('shows the latest samples, oldest first, whatever the sizes of the pushes', () => {
		fc.assert(
			fc.property(fc.array(fc.integer({ min: 0, max: 150 }), { maxLength: 20 }), (sizes) => {
				const window = new WaveWindow(64);
				const all: number[] = Array<number>(64).fill(0);
				for (const size of sizes) {
					const pcm = Float32Array.from({ length: size }, (_, i) => all.length + i);
					window.push(pcm);
					all.push(...pcm);
				}
				const out = new Float32Array(64);
				window.read(out);
				expect([...out]).toEqual(all.slice(-64));
			})
		);
	});

	it('keeps every peak, with its sign, when it reduces', () => {
		fc.assert(
			fc.property(fc.integer({ min: 0, max: 1919 }), fc.constantFrom(96, 100, 7, 1), (place, points) => {
				const window = new WaveWindow();
				const pcm = new Float32Array(1920).fill(0.01);
				pcm[place] = -0.9;
				window.push(pcm);
				const out = new Float32Array(points);
				window.read(out);
				expect(out.filter((x) => x < -0.8)).toHaveLength(1);
				expect(out.findIndex((x) => x < -0.8)).toBe(Math.ceil(((place + 1) * points) / 1920) - 1);
			})
		);
	});

	it('repeats samples when asked for more points than it has', () => {
		const window = new WaveWindow(3);
		window.push(Float32Array.of(0.25, 0.5, 0.75));
		const out = new Float32Array(6);
		window.read(out);
		expect([...out]).toEqual([0.25, 0.25, 0.5, 0.5, 0.75, 0.75]);
	});

	it('is silent at first and after being cleared', () => {
		const window = new WaveWindow(10);
		const out = new Float32Array(5).fill(1);
		window.read(out);
		expect([...out]).toEqual([0, 0, 0, 0, 0]);
		window.push(new Float32Array(10).fill(1));
		window.clear();
		window.read(out);
		expect([...out]).toEqual([0, 0, 0, 0, 0]);
	});
});
