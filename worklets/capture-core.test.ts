import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Resampler } from '../src/lib/audio/resample.ts';
import { CaptureCore } from './capture-core.ts';
import { POOL_FRAMES, type Frame } from './frame-pool.ts';
import { speech } from './recorder.ts';

interface Heard {
	readonly samples: number[];
	readonly timesS: number[];
	readonly core: CaptureCore;
}

/** A core whose frames are read and sent home at once. */
function listen(rate: number): Heard {
	const samples: number[] = [];
	const timesS: number[] = [];
	const core: CaptureCore = new CaptureCore(rate, (frame, contextTimeS) => {
		expect(frame).toHaveLength(480);
		samples.push(...frame);
		timesS.push(contextTimeS);
		core.recycle(frame);
	});
	return { samples, timesS, core };
}

/** Feeds `input` in quanta of the given sizes, over and over. */
function feed(core: CaptureCore, input: Float32Array, sizes: readonly number[], rate: number): void {
	for (let at = 0, i = 0; at < input.length; i++) {
		const quantum = input.slice(at, at + (sizes[i % sizes.length] ?? 128));
		core.process([quantum], quantum.length, at / rate);
		at += quantum.length;
	}
}

describe('frames', () => {
	it('put together are the input, whatever the quanta', () => {
		const sizes = fc.array(fc.integer({ min: 1, max: 2100 }), { minLength: 1, maxLength: 5 });
		fc.assert(
			fc.property(fc.integer({ min: 0, max: 12_000 }), sizes, (count, cut) => {
				const { samples, core } = listen(24_000);
				feed(core, speech(count), cut, 24_000);
				expect(samples).toEqual([...speech(count)].slice(0, 480 * Math.floor(count / 480)));
				expect(core.allocatedFrames).toBe(0);
			}),
			{ numRuns: 50 }
		);
	});

	it('carry the time of their last sample', () => {
		const { timesS, core } = listen(24_000);
		feed(core, speech(4800), [128, 7], 24_000);
		for (const [i, timeS] of timesS.entries()) expect(timeS).toBeCloseTo((480 * (i + 1) - 1) / 24_000, 9);
		expect(timesS).toHaveLength(10);
	});

	it.each([44_100, 48_000, 16_000])(
		'from a context of %i Hz are what the resampler makes of the whole, in any quanta',
		(rate) => {
			const input = speech(rate);
			const resampler = new Resampler(rate, 24_000);
			const whole = new Float32Array(resampler.maxOutput(rate));
			const made = resampler.process(input, whole);
			for (const sizes of [[128], [2048], [1, 300]]) {
				const { samples, timesS, core } = listen(rate);
				feed(core, input, sizes, rate);
				expect(samples).toEqual([...whole.slice(0, 480 * Math.floor(made / 480))]);
				for (let i = 1; i < timesS.length; i++) {
					expect(Math.abs(timesS[i]! - timesS[i - 1]! - 0.02)).toBeLessThan(130 / rate);
				}
			}
		}
	);

	it('hold the mean of the channels, which may come and go', () => {
		const { samples, core } = listen(24_000);
		const left = new Float32Array(160).fill(0.5);
		const right = new Float32Array(160).fill(-0.25);
		core.process([left, right], 160, 0);
		core.process([], 160, 0);
		core.process([right], 160, 0);
		expect(samples).toEqual([
			...new Array<number>(160).fill(0.125),
			...new Array<number>(160).fill(0),
			...new Array<number>(160).fill(-0.25)
		]);
	});

	it('go on as silence while muted, and as sound right after', () => {
		const { samples, core } = listen(24_000);
		feed(core, speech(480), [128], 24_000);
		core.setMuted(true);
		feed(core, speech(960), [128], 24_000);
		core.setMuted(false);
		feed(core, speech(480), [128], 24_000);
		expect(samples).toEqual([...speech(480), ...new Array<number>(960).fill(0), ...speech(480)]);
	});
});

describe('the pool', () => {
	it('allocates when nothing comes home, and drops no frame', () => {
		const frames: Frame[] = [];
		const core = new CaptureCore(24_000, (frame) => frames.push(frame));
		feed(core, speech(480 * 40), [128], 24_000);
		expect(new Set(frames).size).toBe(40);
		expect(frames.flatMap((frame) => [...frame])).toEqual([...speech(480 * 40)]);
		expect(core.allocatedFrames).toBe(41 - POOL_FRAMES);
	});

	it('takes no more home than it lent, and nothing that is no frame', () => {
		const frames: Frame[] = [];
		const core = new CaptureCore(24_000, (frame) => frames.push(frame));
		for (let i = 0; i < 100; i++) core.recycle(new Float32Array(480));
		for (let i = 0; i < 100; i++) core.recycle(new Float32Array(i));
		const detached = new Float32Array(480);
		structuredClone(detached.buffer, { transfer: [detached.buffer] });
		core.recycle(detached);
		feed(core, speech(480 * 100), [128], 24_000);
		expect(frames.every((frame) => frame.length === 480)).toBe(true);
		expect(core.allocatedFrames).toBe(100 - POOL_FRAMES);
	});
});
