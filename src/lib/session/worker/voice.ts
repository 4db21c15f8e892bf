/**
 * The assistant's voice on its way from the relay to the playback worklet: pages are decoded as they come, kept in a
 * RealtimeQueue whose clock is the playhead, and given to the worklet a little ahead of it.
 *
 * Its sound may come from several streams, one after the other, where a relay or a TTS was lost: each begins at a sample
 * of the reply, and what the one before had further on is dropped.
 */
import { SAMPLE_RATE, sToSamples } from '../../audio/frames.ts';
import type { OggOpusDecoder } from '../../audio/ogg-opus-decoder.ts';
import { RealtimeQueue } from '../../audio/realtime-queue.ts';
import type { FromPlayback, ToPlayback } from '../../audio/worklet-messages.ts';
import type { CaptionWord } from '../view.ts';
import { FedWave } from './fed-wave.ts';
import { ReplyWords, type Heard } from './reply-words.ts';

/** How far ahead of the playhead the worklet is fed, in seconds: more than any pause of a worker, far below its 16 s. */
const AHEAD_S = 2;
/** libopus's delay at 24 kHz: what went in as sample n comes out as sample n + 156. */
const ENCODER_DELAY_SAMPLES = 156;
/** How much of the voice is kept for drawing, in samples: what is ahead of the playhead, and as much again. */
const FED_SAMPLES = SAMPLE_RATE * AHEAD_S * 2;
/** Every voice that tells its words' times has told the first by then; the others never do. */
const TOLD_BY_SAMPLES = 3 * SAMPLE_RATE;

export interface VoiceHost {
	post(message: ToPlayback, transfer: Transferable[]): void;
	/** The reply's words, and which of them were heard. */
	caption(words: readonly CaptionWord[]): void;
	started(reply: number, contextTimeS: number): void;
	/** Of the reply, this was now heard. */
	heard(reply: number, heard: Heard, atSample: number): void;
	drained(reply: number): void;
	/** The worklet is silent after a stop or a pause. */
	silenced(reply: number): void;
	/** The reply ran dry in the middle for this many samples. */
	gap(reply: number, samples: number): void;
}

type Playout = Extract<FromPlayback, { type: 'playhead' }>;

/** A stream of the reply's sound. */
interface Stream {
	/** Its first sample is that one of the reply. */
	readonly atSample: number;
	/** The sample at which its words' clock is zero; null where the clock began with it, and its head tells. */
	readonly zeroSample: number | null;
}

export class Voice {
	readonly #host: VoiceHost;
	readonly #decoder: OggOpusDecoder;
	readonly #queue: RealtimeQueue<Float32Array<ArrayBuffer>>;
	readonly #wave = new FedWave(FED_SAMPLES);
	#reply = 0;
	#active = false;
	#words = new ReplyWords();
	#stream: Stream = { atSample: 0, zeroSample: null };
	#isAudible = false;
	#hasStarted = false;
	#decodedSamples = 0;
	#playedSamples = 0;
	/** Given to the worklet. */
	#fedSamples = 0;
	/** How much later than counted here the worklet plays, since a stream began behind the playhead. */
	#shiftSamples = 0;
	#gaps = 0;
	#gapSamples = 0;
	#complete = false;
	/** `ending`: no more comes from the relay; `ended`: the worklet knows it too. */
	#phase: 'open' | 'ending' | 'ended' = 'ended';
	#captionIsStale = false;
	#gain = 1;
	#playout: Playout | null = null;

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
		return this.#isAudible;
	}

	/** Whether any of it sounded, or will without more coming. */
	get hasSound(): boolean {
		return this.#hasStarted || this.#decodedSamples > 0;
	}

	/** Ducked, silent, or full. */
	get gain(): number {
		return this.#gain;
	}

	/** What was received ahead of the playhead, in seconds. */
	get bufferedS(): number {
		return (this.#decodedSamples - this.#playedSamples) / SAMPLE_RATE;
	}

	/** How often the reply ran dry in the middle; null where none of it has sounded. */
	get gaps(): number | null {
		return this.#hasStarted ? this.#gaps : null;
	}

	/** What the playback worklet last said of the reply under way; null while it says nothing. */
	get playout(): Playout | null {
		return this.#playout;
	}

	/** All of the reply that was shown. */
	get text(): string {
		return this.#words.text;
	}

	/** After `breakOff`: what of it was not said whole. */
	get owed(): string {
		return this.#words.owed;
	}

	/** A new reply; what was left of another is dropped. `owed`: what it takes over of that one's words. */
	begin(reply: number, owed = ''): void {
		this.#reply = reply;
		this.#active = true;
		this.#words = new ReplyWords(owed);
		this.#stream = { atSample: 0, zeroSample: null };
		this.#isAudible = false;
		this.#hasStarted = false;
		this.#decodedSamples = 0;
		this.#playedSamples = 0;
		this.#fedSamples = 0;
		this.#shiftSamples = 0;
		this.#gaps = 0;
		this.#gapSamples = 0;
		this.#complete = false;
		this.#playout = null;
		this.#phase = 'open';
		this.#decoder.end();
		this.#wave.begin();
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
			this.#isAudible = true;
			this.#put(pcm, this.#decodedSamples);
			this.#decodedSamples += pcm.length;
		}
		this.#feed();
	}

	/** A word that the voice spoke, from `startS` to `stopS` seconds into what the TTS encoded. */
	speak(text: string, startS: number, stopS: number): void {
		if (!this.#active || text.trim() === '') return;
		const atSample = this.#sampleOf(startS);
		const index = this.#words.say(text, atSample, Math.max(atSample, this.#sampleOf(stopS)));
		this.#host.post({ type: 'word', reply: this.#reply, index, atSample }, []);
	}

	/**
	 * Of the sound until now only what lies before `atS`, on the reply's clock, counts: another stream begins there, and
	 * the clock goes on. Where the playhead has passed it, it begins at the playhead.
	 */
	splice(atS: number): void {
		if (!this.#active || this.#phase !== 'open') return;
		const atSample = this.#sampleOf(atS);
		this.#words.cut(atSample);
		this.#cut(atSample, (begins) => begins - sToSamples(atS));
	}

	/**
	 * Nothing more comes for now: plays to the end of the last word that was received whole, and waits there. False where
	 * the voice tells no words' times, so that nobody knows where that is.
	 */
	breakOff(): boolean {
		if (!this.#active || this.#phase !== 'open') return false;
		if (!this.#words.areTold && this.#decodedSamples > TOLD_BY_SAMPLES) return false;
		this.#cut(this.#words.breakOff(this.#decodedSamples), () => null);
		this.#caption();
		return true;
	}

	/** What broke off goes on, with what is owed; its words' times begin anew. */
	goOn(): void {
		this.#words.goOn();
	}

	/** No more of the reply comes. `complete`: all of it came. */
	end(complete: boolean): void {
		if (!this.#active || this.#phase !== 'open') return;
		this.#words.writtenAll();
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
		this.#playout = null;
		this.#captionIsStale = false;
		this.#wave.silence();
		this.#queue.clear();
		this.#host.post({ type: 'stop', reply: this.#reply }, []);
	}

	/** What the playback worklet says. */
	played(message: FromPlayback): void {
		if (message.type === 'recycle') return;
		// Of another reply too, which has made room for this one.
		if (message.type === 'stopped') {
			this.#host.silenced(message.reply);
			return;
		}
		if (!this.#active || message.reply !== this.#reply) return;
		switch (message.type) {
			case 'started':
				this.#hasStarted = true;
				this.#host.started(message.reply, message.contextTimeS);
				return;
			case 'playhead':
				this.#playedSamples = Math.max(0, message.playedSamples - this.#shiftSamples);
				this.#wave.draw(this.#playedSamples);
				this.#gaps = message.gaps;
				this.#playout = message;
				if (message.gapSamples > this.#gapSamples) {
					this.#host.gap(message.reply, message.gapSamples - this.#gapSamples);
					this.#gapSamples = message.gapSamples;
				}
				this.#feed();
				return;
			case 'spliced':
				this.#shiftSamples = message.shiftSamples;
				return;
			case 'word':
				this.#hear(this.#words.hear(message.index), message.atSample);
				return;
			case 'paused':
				this.#host.silenced(message.reply);
				return;
			case 'drained':
				this.#active = false;
				this.#playout = null;
				this.#wave.silence();
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

	#sampleOf(atS: number): number {
		return Math.max(this.#stream.atSample, this.#zeroSample + sToSamples(atS));
	}

	get #zeroSample(): number {
		const { atSample, zeroSample } = this.#stream;
		return zeroSample ?? atSample + ENCODER_DELAY_SAMPLES - this.#decoder.preSkipSamples;
	}

	/** Drops the sound from `atSample` on, or from where less has come; there the next stream begins, with which clock. */
	#cut(atSample: number, zeroSample: (begins: number) => number | null): void {
		const queued = this.#queue.takeAll();
		this.#decodedSamples = Math.min(this.#decodedSamples, atSample);
		for (const [timeS, pcm] of queued) {
			const from = sToSamples(timeS + AHEAD_S);
			const kept = Math.min(pcm.length, this.#decodedSamples - from);
			if (kept > 0) this.#put(pcm.slice(0, kept), from);
		}
		this.#wave.cut(this.#decodedSamples);
		this.#decoder.end();
		this.#stream = { atSample: this.#decodedSamples, zeroSample: zeroSample(this.#decodedSamples) };
		this.#fedSamples = Math.min(this.#fedSamples, this.#decodedSamples);
		// Also where the worklet has less sound than that: it has the words.
		this.#host.post({ type: 'splice', reply: this.#reply, atSample: this.#decodedSamples }, []);
	}

	/** Due when the playhead is `AHEAD_S` before it. */
	#put(pcm: Float32Array<ArrayBuffer>, atSample: number): void {
		this.#queue.put(pcm, atSample / SAMPLE_RATE - AHEAD_S);
	}

	/** Gives the worklet what is due; the queue's clock is the playhead, so this is called whenever that moves. */
	#feed(): void {
		for (const [, pcm] of this.#queue.getNowait()) {
			this.#wave.feed(pcm);
			this.#fedSamples += pcm.length;
			this.#host.post({ type: 'pcm', reply: this.#reply, pcm }, [pcm.buffer]);
		}
		if (this.#phase !== 'ending' || !this.#queue.empty()) return;
		this.#host.post({ type: 'end', reply: this.#reply }, []);
		this.#phase = 'ended';
	}

	#hear(heard: Heard | null, atSample: number): void {
		if (heard === null) return;
		this.#caption();
		this.#host.heard(this.#reply, heard, atSample);
	}

	#caption(): void {
		this.#captionIsStale = false;
		this.#host.caption(this.#words.caption);
	}
}
