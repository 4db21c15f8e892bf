/**
 * The microphone's way into frames: mixed to mono, brought to 24 kHz, cut every 480 samples, with none lost or added.
 * Knows no port and no global. `process` allocates nothing while frames come back in time.
 */
import { PACKET_SAMPLES, SAMPLE_RATE } from '../src/lib/audio/frames.ts';
import { Resampler } from '../src/lib/audio/resample.ts';
import { FramePool, type Frame } from './frame-pool.ts';
import { RENDER_QUANTUM, Views } from './quantum.ts';

/** Takes the frame over. `contextTimeS`: the context's time at its last sample. */
export type OnFrame = (frame: Frame, contextTimeS: number) => void;

export class CaptureCore {
	readonly #rate: number;
	readonly #onFrame: OnFrame;
	readonly #pool = new FramePool();
	readonly #resampler: Resampler | null;
	/** One block in mono at the context's rate. */
	readonly #mono = new Views(RENDER_QUANTUM);
	/** The same at 24 kHz, where that is another. */
	readonly #converted: Float32Array;
	/** The time right after the block under way. In an array, as engines allocate floats that are passed on. */
	readonly #endS = new Float64Array(1);
	#frame: Frame;
	#filled = 0;
	#muted = false;

	/** `contextRate` in Hz. */
	constructor(contextRate: number, onFrame: OnFrame) {
		this.#rate = contextRate;
		this.#onFrame = onFrame;
		this.#resampler = contextRate === SAMPLE_RATE ? null : new Resampler(contextRate, SAMPLE_RATE);
		this.#converted = new Float32Array(this.#resampler?.maxOutput(RENDER_QUANTUM) ?? 0);
		this.#frame = this.#pool.take();
	}

	/** How often a frame had to be allocated because none had come back. */
	get allocatedFrames(): number {
		return this.#pool.allocated;
	}

	/** While muted, silence takes the sound's place, from the next sample on. */
	setMuted(muted: boolean): void {
		this.#muted = muted;
	}

	recycle(frame: Frame): void {
		this.#pool.give(frame);
	}

	/**
	 * The next `count` samples of each channel, at the context's rate; no channel at all (nothing is connected) is silence.
	 * `timeS`: the context's time at the first.
	 */
	process(channels: readonly Float32Array[], count: number, timeS: number): void {
		for (let from = 0; from < count; from += RENDER_QUANTUM) {
			const length = Math.min(RENDER_QUANTUM, count - from);
			this.#mix(channels, from, length);
			this.#endS[0] = timeS + (from + length) / this.#rate;
			if (this.#resampler === null) this.#cutFrames(this.#mono.whole, length);
			else this.#cutFrames(this.#converted, this.#resampler.process(this.#mono.first(length), this.#converted));
		}
	}

	/** The channels' mean, so that a voice on all of them is as loud as on one and none can clip. */
	#mix(channels: readonly Float32Array[], from: number, length: number): void {
		const mono = this.#mono.whole;
		mono.fill(0, 0, length);
		if (this.#muted) return;
		const share = 1 / channels.length;
		for (let c = 0; c < channels.length; c++) {
			const channel = channels[c];
			if (channel === undefined) continue;
			for (let i = 0; i < length; i++) mono[i] = (mono[i] ?? 0) + (channel[from + i] ?? 0) * share;
		}
	}

	#cutFrames(samples: Float32Array, count: number): void {
		for (let i = 0; i < count; i++) {
			this.#frame[this.#filled++] = samples[i] ?? 0;
			if (this.#filled < PACKET_SAMPLES) continue;
			this.#filled = 0;
			const full = this.#frame;
			this.#frame = this.#pool.take();
			this.#onFrame(full, (this.#endS[0] ?? 0) - (count - i) / SAMPLE_RATE);
		}
	}
}
