/**
 * The reply's way from queued samples to sound, one quantum at a time. Knows no port, no clock and no global: messages
 * are method calls, what happens is told to `PlaybackEvents`. `render` allocates nothing.
 *
 *     queue ─▶ outlet (context's rate) ─▶ fade (pause, resume, after a gap) ─▶ + release, + tail of a cut ─▶ gain
 *
 * Positions and counts are the reply's samples at 24 kHz; what is measured in the context's samples says so.
 */
import { SAMPLE_RATE } from '../src/lib/audio/frames.ts';
import { FADE_SAMPLES, Fade, Release, rise } from './fade.ts';
import { Glide } from './glide.ts';
import { Jitter } from './jitter.ts';
import { Outlet } from './outlet.ts';
import { PcmQueue, type Pcm } from './pcm-queue.ts';
import { RENDER_QUANTUM } from './quantum.ts';
import { WordQueue } from './word-queue.ts';

const REPORT_S = 0.02;
/** Ducking: short enough to answer a voice at once, and long enough (one packet) not to click. */
const GLIDE_S = 0.02;

/** What happens, in order, told as it does. The calls carry numbers alone, so that nothing is allocated for them. */
export interface PlaybackEvents {
	/** Every 20 ms while a reply is under way, and once more right before it is drained or stopped. */
	playhead(
		reply: number,
		playedSamples: number,
		bufferedSamples: number,
		gaps: number,
		gapSamples: number,
		targetSamples: number
	): void;
	started(reply: number, contextTimeS: number): void;
	word(reply: number, index: number, atSample: number, contextTimeS: number): void;
	/** Every reply that began ends in exactly one of these two. */
	drained(reply: number, playedSamples: number): void;
	stopped(reply: number, playedSamples: number, contextTimeS: number): void;
	/** A pause was obeyed: from `contextTimeS` on it is silent, and the playhead holds. */
	paused(reply: number, playedSamples: number, contextTimeS: number): void;
	/** A `splice` was obeyed. */
	spliced(reply: number, shiftSamples: number): void;
	recycle(pcm: Pcm): void;
}

/** `none`: no reply is under way. `waiting`: for the first samples, or after running dry. */
type Stage = 'none' | 'waiting' | 'playing';

export class PlaybackCore {
	readonly #events: PlaybackEvents;
	readonly #rate: number;
	readonly #reportEvery: number;
	readonly #queue: PcmQueue;
	readonly #outlet: Outlet;
	readonly #words = new WordQueue();
	readonly #jitter = new Jitter();
	readonly #fade = new Fade();
	readonly #release = new Release();
	readonly #gain: Glide;

	#stage: Stage = 'none';
	#reply = -1;
	#ended = false;
	#paused = false;
	/** A pause was asked for and its fade is not through yet. */
	#pauseIsDue = false;
	#begun = false;
	#gaps = 0;
	#gapSamples = 0;
	/** The silence under way, in the context's samples: all of it, and the part before anything new arrived. */
	#dry = 0;
	#dryUntilArrival = 0;
	/** How long the oldest waiting sample has lain, in the context's samples. */
	#lain = 0;
	#sinceReport = 0;
	#lastOut = 0;
	/** How much later than the sender thinks its samples lie, because the playhead had passed where it spliced. */
	#shift = 0;

	/** The faded end of a reply that was cut off, still to be added from `#tailAt` on. In the context's samples. */
	#tail = new Float32Array(FADE_SAMPLES);
	#spare = new Float32Array(FADE_SAMPLES);
	#tailAt = FADE_SAMPLES;
	/** The reply whose `stopped` follows when the tail has sounded; -1: none. */
	#tailReply = -1;
	#tailPlayed = 0;
	/** The time of the block under way, then of the next. In an array, as engines allocate floats that are passed on. */
	readonly #timeS = new Float64Array(1);

	/** `contextRate` in Hz. `queueSamples`: the ring's size, for tests. */
	constructor(contextRate: number, events: PlaybackEvents, queueSamples?: number) {
		this.#events = events;
		this.#rate = contextRate;
		this.#reportEvery = Math.round(contextRate * REPORT_S);
		this.#queue = new PcmQueue((pcm) => {
			events.recycle(pcm);
		}, queueSamples);
		this.#outlet = new Outlet(contextRate);
		this.#gain = new Glide(Math.round(contextRate * GLIDE_S));
	}

	begin(reply: number): void {
		this.#cut();
		this.#reply = reply;
		this.#stage = 'waiting';
	}

	pcm(reply: number, pcm: Pcm): void {
		if (this.#isCurrent(reply) && !this.#ended) this.#queue.push(pcm);
		else this.#events.recycle(pcm);
	}

	word(reply: number, index: number, atSample: number): void {
		if (this.#isCurrent(reply)) this.#words.push(index, atSample + this.#shift);
	}

	/** What lies from `atSample` on is dropped, words too; what comes next follows there, or at the playhead if that is past it. */
	splice(reply: number, atSample: number): void {
		if (!this.#isCurrent(reply) || this.#ended) return;
		const place = atSample + this.#shift;
		const isToCome = place > this.#queue.readSamples + this.#queue.buffered;
		const at = isToCome ? place : this.#queue.truncate(place);
		this.#words.dropFrom(at);
		// It breaks off here and now.
		if (!isToCome && this.#queue.buffered === 0 && this.#stage === 'playing') this.#release.start(this.#lastOut);
		this.#shift = at - atSample;
		this.#events.spliced(reply, this.#shift);
	}

	end(reply: number): void {
		if (this.#isCurrent(reply)) this.#ended = true;
	}

	stop(reply: number): void {
		if (this.#isCurrent(reply)) this.#cut();
	}

	gain(gain: number): void {
		this.#gain.to(gain);
	}

	pause(): void {
		if (this.#stage === 'none' || this.#paused) return;
		this.#paused = true;
		this.#pauseIsDue = true;
		this.#fade.close();
	}

	resume(): void {
		this.#paused = false;
		this.#pauseIsDue = false;
		this.#fade.open();
	}

	/** Fills `output`, of any length. `timeS`: the context's time at its first sample. */
	render(output: Float32Array, timeS: number): void {
		for (let from = 0; from < output.length; from += RENDER_QUANTUM) {
			this.#timeS[0] = timeS + from / this.#rate;
			this.#renderBlock(output, from, Math.min(from + RENDER_QUANTUM, output.length));
		}
		this.#timeS[0] = timeS + output.length / this.#rate;
	}

	#renderBlock(output: Float32Array, from: number, to: number): void {
		const before = this.#queue.readSamples;
		if (this.#stage === 'waiting' && !this.#paused) this.#tryToPlay(to - from);
		this.#produce(output, from, to);
		const played = this.#queue.readSamples;
		if (this.#stage !== 'none') this.#tell(before, played, to - from);
		this.#addTail(output, from, to);
		if (this.#pauseIsDue && (this.#fade.shut || this.#stage === 'waiting')) this.#tellPaused(to - from);
		this.#gain.apply(output, from, to);
	}

	/** The reply's own sound: as many samples as there are and may pass, then silence; never a step between the two. */
	#produce(buffer: Float32Array, from: number, to: number): void {
		let at = from;
		let broken = false;
		if (this.#stage === 'playing') {
			const wanted = this.#fade.passes(to - from);
			const got = this.#outlet.read(this.#queue, buffer, from, wanted, this.#ended);
			at += got;
			this.#fade.apply(buffer, from, at);
			broken = got < wanted || this.#finished;
			if (got > 0) this.#jitter.played(Math.round((got * SAMPLE_RATE) / this.#rate));
		}
		this.#release.add(buffer, from, at);
		if (broken) {
			this.#release.start(at > from ? (buffer[at - 1] ?? 0) : this.#lastOut);
			this.#runDry(to - at);
		}
		buffer.fill(0, at, to);
		this.#release.add(buffer, at, to);
		this.#lastOut = buffer[to - 1] ?? 0;
	}

	/** Nothing is left to play. What a filter still held when the queue ran dry before `end` is not worth a new start. */
	get #finished(): boolean {
		return this.#ended && this.#queue.buffered === 0 && (this.#stage === 'waiting' || this.#outlet.empty);
	}

	#runDry(silent: number): void {
		this.#stage = 'waiting';
		this.#dry = silent;
		this.#dryUntilArrival = silent;
		this.#lain = 0;
	}

	/** One more block of waiting, of `count` samples of the context, unless there is enough to play in it. */
	#tryToPlay(count: number): void {
		const buffered = this.#queue.buffered;
		const lain = this.#toReply(this.#lain);
		const enough = this.#begun ? this.#jitter.mayGoOn(buffered, lain) : this.#jitter.mayStart(buffered, lain);
		if (buffered > 0 && (enough || this.#ended)) {
			this.#stage = 'playing';
			if (this.#begun) this.#closeGap();
			else this.#fade.snapOpen();
			return;
		}
		this.#dry += count;
		if (buffered === 0) this.#dryUntilArrival += count;
		else this.#lain += count;
	}

	#closeGap(): void {
		this.#gaps++;
		this.#gapSamples += this.#dry;
		this.#jitter.gap(this.#toReply(this.#dryUntilArrival));
		this.#fade.openFromSilence();
	}

	/** Tells what became of samples [before, played) of the reply, in a block of `count` samples of the context. */
	#tell(before: number, played: number, count: number): void {
		if (!this.#begun && played > 0) {
			this.#begun = true;
			this.#events.started(this.#reply, this.#timeAfter(0));
		}
		const over = this.#finished;
		while (over ? !this.#words.empty : this.#words.isDue(played)) this.#announceWord(before, played);
		this.#sinceReport += count;
		if (over) {
			this.#report();
			const reply = this.#reply;
			this.#reset();
			this.#events.drained(reply, played);
		} else if (this.#sinceReport >= this.#reportEvery) {
			this.#sinceReport -= this.#reportEvery;
			this.#report();
		}
	}

	#announceWord(before: number, played: number): void {
		const atSample = this.#words.nextSample;
		const lead = Math.min(Math.max(atSample - before, 0), played - before) / SAMPLE_RATE;
		this.#events.word(this.#reply, this.#words.shift(), atSample, this.#timeAfter(0) + lead);
	}

	#report(): void {
		this.#events.playhead(
			this.#reply,
			this.#queue.readSamples,
			this.#queue.buffered,
			this.#gaps,
			this.#toReply(this.#gapSamples),
			this.#jitter.targetSamples
		);
	}

	/**
	 * Ends the reply under way. If it sounds, its next quantum is made here and now, faded to nothing, and waits as a
	 * tail, so that the reply which comes after has the queue to itself. Words inside the tail are not announced: nobody
	 * heard them.
	 */
	#cut(): void {
		if (this.#stage === 'none') return;
		const sounding = this.#release.sounding || (this.#stage === 'playing' && !this.#fade.shut);
		if (sounding) this.#makeTail();
		this.#report();
		const reply = this.#reply;
		const played = this.#queue.readSamples;
		this.#reset();
		if (sounding) {
			this.#release.cancel();
			if (this.#tailReply >= 0) this.#events.stopped(this.#tailReply, this.#tailPlayed, this.#timeAfter(0));
			this.#tailReply = reply;
			this.#tailPlayed = played;
		} else this.#events.stopped(reply, played, this.#timeAfter(0));
	}

	#makeTail(): void {
		const next = this.#spare;
		this.#produce(next, 0, FADE_SAMPLES);
		for (let i = 0; i < FADE_SAMPLES; i++) {
			const older = this.#tailAt + i < FADE_SAMPLES ? (this.#tail[this.#tailAt + i] ?? 0) : 0;
			next[i] = (next[i] ?? 0) * rise(FADE_SAMPLES - 1 - i) + older;
		}
		this.#spare = this.#tail;
		this.#tail = next;
		this.#tailAt = 0;
	}

	#addTail(output: Float32Array, from: number, to: number): void {
		let i = from;
		for (; i < to && this.#tailAt < FADE_SAMPLES; i++) output[i] = (output[i] ?? 0) + (this.#tail[this.#tailAt++] ?? 0);
		if (this.#tailAt < FADE_SAMPLES || this.#tailReply < 0) return;
		const reply = this.#tailReply;
		this.#tailReply = -1;
		this.#events.stopped(reply, this.#tailPlayed, this.#timeAfter(i - from));
	}

	#tellPaused(blockSamples: number): void {
		this.#pauseIsDue = false;
		this.#events.paused(this.#reply, this.#queue.readSamples, this.#timeAfter(blockSamples));
	}

	#reset(): void {
		this.#stage = 'none';
		this.#queue.clear();
		this.#outlet.clear();
		this.#words.clear();
		this.#fade.snapOpen();
		this.#ended = false;
		this.#paused = false;
		this.#pauseIsDue = false;
		this.#begun = false;
		this.#gaps = 0;
		this.#gapSamples = 0;
		this.#dry = 0;
		this.#dryUntilArrival = 0;
		this.#lain = 0;
		this.#sinceReport = 0;
		this.#lastOut = 0;
		this.#shift = 0;
	}

	#isCurrent(reply: number): boolean {
		return this.#stage !== 'none' && reply === this.#reply;
	}

	/** The context's time that many of its samples after the block's first. */
	#timeAfter(contextSamples: number): number {
		return (this.#timeS[0] ?? 0) + contextSamples / this.#rate;
	}

	/** The context's samples as samples at 24 kHz. */
	#toReply(contextSamples: number): number {
		return Math.round((contextSamples * SAMPLE_RATE) / this.#rate);
	}
}
