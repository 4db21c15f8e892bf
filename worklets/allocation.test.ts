/**
 * `process()` must not allocate in steady state: a collection on the audio thread is a click. Here nothing else runs
 * between two readings of the heap, so that what it grew by is what the core allocated.
 */
import { describe, expect, it } from 'vitest';
import { CaptureCore } from './capture-core.ts';
import { PlaybackCore, type PlaybackEvents } from './playback-core.ts';
import type { Pcm } from './pcm-queue.ts';
import { speech } from './recorder.ts';

const SLICES = 40;
const ROUNDS = 12;
const QUANTA_PER_SLICE = 400;
/**
 * The time that the test passes to `render` may cost it 16 bytes: V8 boxes a float that is handed to a function which it
 * did not inline. Any object or view in `process()` adds 16 or more to that.
 */
const LIMIT_BYTES_PER_QUANTUM = 20;

/**
 * Bytes that one call allocates: the lower quartile over many slices, because a slice in which the collector worked says
 * nothing, while what is really allocated is in each one. Until the compiler is done every float is boxed, and on a busy
 * machine that takes a while: so the least of some rounds, the first that is good enough being the last.
 */
function bytesPerCall(quantum: () => void): number {
	let least = Infinity;
	for (let round = 0; round < ROUNDS && least >= LIMIT_BYTES_PER_QUANTUM; round++) {
		const grown: number[] = [];
		for (let slice = 0; slice < SLICES; slice++) {
			const before = process.memoryUsage().heapUsed;
			for (let i = 0; i < QUANTA_PER_SLICE; i++) quantum();
			const bytes = process.memoryUsage().heapUsed - before;
			if (bytes >= 0) grown.push(bytes / QUANTA_PER_SLICE);
		}
		if (grown.length < SLICES / 2) continue;
		least = Math.min(least, grown.toSorted((a, b) => a - b)[Math.floor(grown.length / 4)]!);
	}
	return least;
}

const silent: PlaybackEvents = {
	playhead: () => undefined,
	started: () => undefined,
	word: () => undefined,
	drained: () => undefined,
	stopped: () => undefined,
	paused: () => undefined,
	spliced: () => undefined,
	recycle: () => undefined
};

describe('in steady state nothing is allocated', () => {
	it('this very measure finds one small object in each quantum', () => {
		const kept: unknown[] = [null];
		expect(
			bytesPerCall(() => {
				kept[0] = { timeS: Math.sqrt(kept.length) };
			})
		).toBeGreaterThan(LIMIT_BYTES_PER_QUANTUM);
	});

	it.each([24_000, 44_100, 48_000])(
		'by playback in a context of %i Hz, with words, gaps, ducking and pauses',
		(rate) => {
			const packet: Pcm = speech(480);
			const core = new PlaybackCore(rate, silent);
			const output = new Float32Array(128);
			let frame = 0;
			let reply = 0;
			const bytes = bytesPerCall(() => {
				// A packet every 20 ms, a word in each, and now and then whatever else a conversation has.
				const turn = frame % 20_000;
				if (turn === 0) core.begin(++reply);
				if (turn % 2000 === 700) core.pause();
				if (turn % 2000 === 760) core.resume();
				if (turn % 1000 === 300) core.gain(0.3);
				if (turn % 1000 === 600) core.gain(1);
				if (Math.floor((frame * 128) / (rate / 50)) !== Math.floor(((frame - 1) * 128) / (rate / 50))) {
					core.pcm(reply, packet);
					core.word(reply, frame, turn);
				}
				core.render(output, (frame * 128) / rate);
				frame++;
			});
			expect(bytes).toBeLessThan(LIMIT_BYTES_PER_QUANTUM);
		}
	);

	it.each([24_000, 44_100, 48_000])('by capture in a context of %i Hz', (rate) => {
		const core: CaptureCore = new CaptureCore(rate, (lent) => {
			core.recycle(lent);
		});
		const channels = [speech(128), speech(128)];
		let frame = 0;
		const bytes = bytesPerCall(() => {
			core.process(channels, 128, (frame++ * 128) / rate);
		});
		expect(bytes).toBeLessThan(LIMIT_BYTES_PER_QUANTUM);
		expect(core.allocatedFrames).toBe(0);
	});
});
