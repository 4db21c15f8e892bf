/** For tests: a playback core in a host that renders on demand and remembers every sample and every event. */
import type { FromPlayback } from '../src/lib/audio/worklet-messages.ts';
import { PlaybackCore, type PlaybackEvents } from './playback-core.ts';
import type { Pcm } from './pcm-queue.ts';
import { RENDER_QUANTUM } from './quantum.ts';

export class Recorder implements PlaybackEvents {
	readonly rate: number;
	readonly core: PlaybackCore;
	readonly events: FromPlayback[] = [];
	readonly out: number[] = [];

	constructor(rate = 24_000, queueSamples?: number) {
		this.rate = rate;
		this.core = new PlaybackCore(rate, this, queueSamples);
	}

	/** Renders `quanta` times `size` samples and answers them. Each output begins as junk, as a reused buffer may. */
	render(quanta = 1, size = RENDER_QUANTUM): number[] {
		const from = this.out.length;
		for (let i = 0; i < quanta; i++) {
			const output = new Float32Array(size).fill(NaN);
			this.core.render(output, this.out.length / this.rate);
			this.out.push(...output);
		}
		return this.out.slice(from);
	}

	of<T extends FromPlayback['type']>(type: T): Extract<FromPlayback, { type: T }>[] {
		return this.events.filter((event): event is Extract<FromPlayback, { type: T }> => event.type === type);
	}

	/** The index in `out` of a time that an event gave. */
	indexAt(timeS: number): number {
		return Math.round(timeS * this.rate);
	}

	playhead(
		reply: number,
		playedSamples: number,
		bufferedSamples: number,
		gaps: number,
		gapSamples: number,
		targetSamples: number
	): void {
		this.events.push({ type: 'playhead', reply, playedSamples, bufferedSamples, gaps, gapSamples, targetSamples });
	}

	started(reply: number, contextTimeS: number): void {
		this.events.push({ type: 'started', reply, contextTimeS });
	}

	word(reply: number, index: number, atSample: number, contextTimeS: number): void {
		this.events.push({ type: 'word', reply, index, atSample, contextTimeS });
	}

	drained(reply: number, playedSamples: number): void {
		this.events.push({ type: 'drained', reply, playedSamples });
	}

	paused(reply: number, playedSamples: number, contextTimeS: number): void {
		this.events.push({ type: 'paused', reply, playedSamples, contextTimeS });
	}

	stopped(reply: number, playedSamples: number, contextTimeS: number): void {
		this.events.push({ type: 'stopped', reply, playedSamples, contextTimeS });
	}

	spliced(reply: number, shiftSamples: number): void {
		this.events.push({ type: 'spliced', reply, shiftSamples });
	}

	recycle(pcm: Pcm): void {
		this.events.push({ type: 'recycle', pcm });
	}
}

/** `count` samples that are all different, none of them 0, with no step larger than 0.01. */
export function speech(count: number): Float32Array<ArrayBuffer> {
	return Float32Array.from({ length: count }, (_, i) => 0.5 + 0.3 * Math.sin(i / 31) + i * 1e-7);
}

/** Cuts `samples` into buffers of the given lengths, over and over until all is cut. */
export function packets(samples: Float32Array, lengths: readonly number[]): Pcm[] {
	const cut: Pcm[] = [];
	for (let at = 0, i = 0; at < samples.length; i++) {
		const length = lengths[i % lengths.length] ?? samples.length;
		cut.push(samples.slice(at, at + length));
		at += length;
	}
	return cut;
}

export function largestStep(samples: readonly number[]): number {
	let largest = 0;
	for (let i = 1; i < samples.length; i++)
		largest = Math.max(largest, Math.abs((samples[i] ?? 0) - (samples[i - 1] ?? 0)));
	return largest;
}
