/**
 * The assistant's voice on its way from the relay to the playback worklet: pages are decoded as they come, kept in a
 * RealtimeQueue whose clock is the playhead, and given to the worklet a little ahead of it.
 */
import { SAMPLE_RATE, sToSamples } from '../../audio/frames.ts';
import type { OggOpusDecoder } from '../../audio/ogg-opus-decoder.ts';
import { RealtimeQueue } from '../../audio/realtime-queue.ts';
import type { FromPlayback, ToPlayback } from '../../audio/worklet-messages.ts';
import { WaveWindow } from '../../audio/wave-window.ts';
import { HeardWords } from '../../chat/heard.ts';
import type { CaptionWord } from '../view.ts';

/** How far ahead of the playhead the worklet is fed, in seconds: more than any pause of a worker, far below its 16 s. */
const AHEAD_S = 2;
/** libopus's delay at 24 kHz: what went in as sample n comes out as sample n + 156. */
const ENCODER_DELAY_SAMPLES = 156;
/** How much of the voice is kept for drawing, in samples: what is ahead of the playhead, and as much again. */
const FED_SAMPLES = SAMPLE_RATE * AHEAD_S * 2;

export interface VoiceHost {
	post(message: ToPlayback, transfer: Transferable[]): void;
	/** The reply's words, and which of them were heard. */
	caption(words: readonly CaptionWord[]): void;
	started(reply: number, contextTimeS: number): void;
	/** Written text that was now heard. */
	heard(reply: number, text: string, atSample: number): void;
	drained(reply: number): void;
	/** The worklet is silent after a stop or a pause. */
	silenced(reply: number): void;
	/** The reply ran dry in the middle for this many samples. */
	gap(reply: number, samples: number): void;
}

export class Voice {
	readonly #host: VoiceHost;
	readonly #decoder: OggOpusDecoder;
	readonly #queue: RealtimeQueue<Float32Array<ArrayBuffer>>;
	/** The last samples given to the worklet, by their place in the reply: drawn when the playhead passes them. */
	readonly #fed = new Float32Array(FED_SAMPLES);
	/** The last 80 ms that sounded. */
	readonly #wave = new WaveWindow();
	#reply = 0;
	#active = false;
	#words = new HeardWords();
	#spoken: string[] = [];
	#decodedSamples = 0;
	#playedSamples = 0;
	#gapSamples = 0;
	/** Samples given to the worklet. */
	#fedSamples = 0;
	#complete = false;
	/** `ending`: no more comes from the relay; `ended`: the worklet knows it too. */
	#phase: 'open' | 'ending' | 'ended' = 'ended';
	#captionIsStale = false;
	#gain = 1;

	constructor(decoder: OggOpusDecoder, host: VoiceHost) {
		this.#decoder = decoder;
		this.#host = host;
		this.#queue = new RealtimeQueue(() => this.#playedSamples / SAMPLE_RATE);
	}

	/** The reply that is under way, or the last one. */
	get reply(): number {
		return this.#reply;
	}

	/** Whether any sound of the reply has come. */
	get isAudible(): boolean {
		return this.#decodedSamples > 0;
	}

	/** Ducked, silent, or full. */
	get gain(): number {
		return this.#gain;
	}

	/** What was received ahead of the playhead, in seconds. */
	get bufferedS(): number {
		return (this.#decodedSamples - this.#playedSamples) / SAMPLE_RATE;
	}

	/** A new reply; what was left of another is dropped. */
	begin(reply: number): void {
		this.#reply = reply;
		this.#active = true;
		this.#words = new HeardWords();
		this.#spoken = [];
		this.#decodedSamples = 0;
		this.#playedSamples = 0;
		this.#gapSamples = 0;
		this.#fedSamples = 0;
		this.#complete = false;
		this.#phase = 'open';
		this.#wave.clear();
		this.#queue.clear();
		this.#queue.startIfNotStarted();
		this.duck(1);
		this.#host.post({ type: 'begin', reply }, []);
		this.#caption();
	}

	/** A word that the model wrote, and what the voice makes of it. */
	write(word: string, spoken = word): void {
		if (!this.#active) return;
		this.#words.write(word, spoken);
		this.#captionIsStale = true;
	}

	/** Shows the words that were written since the last time: a model writes faster than anyone reads. */
	refreshCaption(): void {
		if (this.#captionIsStale) this.#caption();
	}

	/** Ogg pages of the reply. */
	page(bytes: Uint8Array): void {
		if (!this.#active) return;
		for (const pcm of this.#decoder.push(bytes)) {
			this.#queue.put(pcm, this.#decodedSamples / SAMPLE_RATE - AHEAD_S);
			this.#decodedSamples += pcm.length;
		}
		this.#feed();
	}

	/** A word that the voice spoke, `startS` seconds into what the TTS encoded. */
	speak(text: string, startS: number): void {
		if (!this.#active || text.trim() === '') return;
		const index = this.#spoken.push(text) - 1;
		const atSample = Math.max(0, sToSamples(startS) + ENCODER_DELAY_SAMPLES - this.#decoder.preSkipSamples);
		this.#host.post({ type: 'word', reply: this.#reply, index, atSample }, []);
	}

	/** No more of the reply comes. `complete`: all of it came. */
	end(complete: boolean): void {
		if (!this.#active || this.#phase !== 'open') return;
		this.#complete = complete;
		this.#phase = 'ending';
		this.#feed();
	}

	duck(gain: number): void {
		this.#gain = gain;
		this.#host.post({ type: 'gain', gain }, []);
	}

	/** Falls silent and keeps its place. */
	pause(): void {
		this.#gain = 0;
		this.#host.post({ type: 'pause' }, []);
	}

	resume(): void {
		this.duck(1);
		this.#host.post({ type: 'resume' }, []);
	}

	/** Silence, at once. */
	stop(): void {
		if (!this.#active) return;
		this.#active = false;
		this.#captionIsStale = false;
		this.#wave.clear();
		this.#queue.clear();
		this.#host.post({ type: 'stop', reply: this.#reply }, []);
	}

	/** What the playback worklet says. */
	played(message: FromPlayback): void {
		if (message.type === 'recycle' || message.reply !== this.#reply) return;
		if (message.type === 'stopped') {
			this.#host.silenced(message.reply);
			return;
		}
		if (!this.#active) return;
		switch (message.type) {
			case 'started':
				this.#host.started(message.reply, message.contextTimeS);
				return;
			case 'playhead':
				this.#draw(message.playedSamples);
				this.#playedSamples = message.playedSamples;
				if (message.gapSamples > this.#gapSamples) {
					this.#host.gap(message.reply, message.gapSamples - this.#gapSamples);
					this.#gapSamples = message.gapSamples;
				}
				this.#feed();
				return;
			case 'word':
				this.#hear(this.#words.hear(this.#spoken[message.index] ?? ''), message.atSample);
				return;
			case 'paused':
				this.#host.silenced(message.reply);
				return;
			case 'drained':
				this.#active = false;
				this.#wave.clear();
				// A voice that reports no word times still said it all.
				if (this.#complete) this.#hear(this.#words.hearRest(), message.playedSamples);
				this.#host.drained(message.reply);
				return;
		}
	}

	/** Fills `out` with the last 80 ms that sounded. */
	window(out: Float32Array): void {
		this.#wave.read(out);
	}

	/** Gives the worklet what is due; the queue's clock is the playhead, so this is called whenever that moves. */
	#feed(): void {
		for (const [, pcm] of this.#queue.getNowait()) {
			this.#keep(pcm);
			this.#host.post({ type: 'pcm', reply: this.#reply, pcm }, [pcm.buffer]);
		}
		if (this.#phase !== 'ending' || !this.#queue.empty()) return;
		this.#host.post({ type: 'end', reply: this.#reply }, []);
		this.#phase = 'ended';
	}

	#hear(text: string, atSample: number): void {
		if (text === '') return;
		this.#caption();
		this.#host.heard(this.#reply, text, atSample);
	}

	#caption(): void {
		this.#captionIsStale = false;
		const heard = this.#words.count;
		this.#host.caption(this.#words.words.map((text, index) => ({ text, heard: index < heard })));
	}

	#keep(pcm: Float32Array): void {
		for (let i = 0; i < pcm.length; i++) this.#fed[(this.#fedSamples + i) % FED_SAMPLES] = pcm[i] ?? 0;
		this.#fedSamples += pcm.length;
	}

	/** The playhead has come to `to`: what it passed is what now sounds. */
	#draw(to: number): void {
		for (let at = Math.max(this.#playedSamples, to - FED_SAMPLES); at < to;) {
			const from = at % FED_SAMPLES;
			const run = Math.min(to - at, FED_SAMPLES - from);
			this.#wave.push(this.#fed.subarray(from, from + run));
			at += run;
		}
	}
}
