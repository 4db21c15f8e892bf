/**
 * One client's stream through the STT: samples and markers in, moshi-server's messages out. Pure: it knows neither
 * sockets nor clocks; its only time is that of the audio, so audio that comes faster is transcribed faster, which is
 * what a flush relies on.
 */
import { FRAME_MS, FRAME_SAMPLES } from '../../../src/lib/audio/frames.ts';
import type { SttOut } from '../../../src/lib/protocol/moshi.ts';
import { EnergyEars } from '../../ears/energy.ts';
import type { Script } from './script.ts';
import { wordsFrom, type Said, type Words } from './words.ts';

/** stt-1b-en_fr: its words trail the audio by half a second. */
export const DEFAULT_DELAY_S = 0.5;
/** Markers that may wait at once. Parley has one in flight; without a bound a client could fill the memory with them. */
export const MAX_MARKERS = 1000;

export interface TranscriberOptions {
	readonly script?: Script | undefined;
	/** How far words trail the audio, in seconds. */
	readonly delayS: number;
}

export class Transcriber {
	readonly #ears = new EnergyEars();
	readonly #words: Words;
	readonly #delayS: number;
	readonly #delaySteps: number;
	readonly #frame = new Float32Array(FRAME_SAMPLES);
	#buffered = 0;
	#steps = 0;
	#greeted = false;
	/** What was said and is not yet due, in order. */
	#said: Said[] = [];
	#markers: { readonly id: number; readonly step: number }[] = [];

	constructor(options: TranscriberOptions) {
		this.#words = wordsFrom(options.script);
		this.#delayS = options.delayS;
		// The smallest amount is for 0.4 / 0.08, which is a little over 5 in floating point.
		this.#delaySteps = Math.ceil((1000 * options.delayS) / FRAME_MS - 1e-9);
	}

	/** Any number of samples at 24 kHz; those that do not fill a step wait for the next call. */
	*audio(samples: ArrayLike<number>): Generator<SttOut> {
		for (let at = 0; at < samples.length; at++) {
			this.#frame[this.#buffered++] = samples[at] ?? 0;
			if (this.#buffered < FRAME_SAMPLES) continue;
			this.#buffered = 0;
			yield* this.#step(samples.length - at - 1);
		}
	}

	/** Echoed once the audio sent before it is transcribed; silence must follow it. Null: too many are waiting. */
	marker(id: number): SttOut[] | null {
		if (this.#markers.length >= MAX_MARKERS) return null;
		this.#markers.push({ id, step: this.#steps + (this.#buffered > 0 ? 1 : 0) + this.#delaySteps });
		return this.#dueMarkers();
	}

	*#step(waitingSamples: number): Generator<SttOut> {
		const { prs, events } = this.#ears.step(this.#frame);
		const index = this.#steps++;
		const nowS = (this.#steps * FRAME_MS) / 1000;
		this.#said.push(...this.#words.hear(events, nowS));
		yield { type: 'Step', step_idx: index, prs: [...prs], buffered_pcm: waitingSamples };
		yield* this.#dueWords(nowS);
		yield* this.#dueMarkers();
	}

	*#dueWords(nowS: number): Generator<SttOut> {
		let due = 0;
		for (const said of this.#said) {
			if (said.spokenS + this.#delayS > nowS + 1e-9) break;
			due++;
			if (!this.#greeted) {
				// The mark that begins a text is a word without letters. It comes with the first words, not into silence:
				// Unmute's load tester fails on any word, empty or not, before the first greeting was heard.
				this.#greeted = true;
				yield { type: 'Word', text: '', start_time: 0 };
			}
			yield said.type === 'word'
				? { type: 'Word', text: said.text, start_time: said.startS }
				: { type: 'EndWord', stop_time: said.stopS };
		}
		this.#said.splice(0, due);
	}

	#dueMarkers(): SttOut[] {
		const due = this.#markers.filter((marker) => marker.step <= this.#steps);
		if (due.length > 0) this.#markers = this.#markers.filter((marker) => marker.step > this.#steps);
		return due.map(({ id }) => ({ type: 'Marker', id }));
	}
}
