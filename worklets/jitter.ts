/** How much audio to wait for before a voice starts, or goes on after running dry. In samples at 24 kHz. */
import { FRAME_SAMPLES, SAMPLE_RATE } from '../src/lib/audio/frames.ts';

/** The TTS speaks in steps of 80 ms: with less than one there is nothing to go on. */
export const MIN_TARGET_SAMPLES = FRAME_SAMPLES;
/**
 * Two frames to begin with: on one alone, any pause of 80 ms in the worker, the relay or the network is heard, and right
 * after the start is when all three are busiest. A TTS faster than real time has the second there a moment later.
 */
export const START_SAMPLES = 2 * FRAME_SAMPLES;
/**
 * 30 ms: a TTS at three times real time has the second frame there by then, and a slower one is not waited for, since
 * from page to sound 60 ms is the aim and half of that goes to threads and quanta on a busy machine. Simulated with
 * pauses of up to 150 ms, this nearly halves the replies that run dry.
 */
export const START_WAIT_SAMPLES = 0.03 * SAMPLE_RATE;
/**
 * 320 ms. A relay that paces its audio sends four frames ahead of real time and no more (Unmute does): a longer target
 * would wait for what cannot come. It is also about as long as a pause inside a sentence may be before it seems the end.
 */
export const MAX_TARGET_SAMPLES = 4 * FRAME_SAMPLES;
/** Every gap proves the target too small, however short it was: half a frame more, so that a few gaps find the right size. */
export const GROWTH_SAMPLES = FRAME_SAMPLES / 2;
/**
 * One sample less for every hundred played without a gap, 10 ms a second: from the largest to the smallest in 24 s of
 * clean speech, a few replies, so that one bad moment of the network is remembered about as long as it may last.
 */
export const PLAYED_PER_SHRINK = SAMPLE_RATE / 240;

export class Jitter {
	#target = MIN_TARGET_SAMPLES;
	#clean = 0;

	/** What to wait for after running dry. It outlives the reply: the network is the same for the next one. */
	get targetSamples(): number {
		return this.#target;
	}

	/** Is there enough to begin a reply? `waited`: how long the oldest sample has lain, in samples. */
	mayStart(buffered: number, waited: number): boolean {
		if (buffered >= START_SAMPLES) return true;
		return (buffered >= MIN_TARGET_SAMPLES && waited >= START_WAIT_SAMPLES) || overdue(buffered, waited);
	}

	/** Is there enough to go on after running dry? */
	mayGoOn(buffered: number, waited: number): boolean {
		return buffered >= this.#target || overdue(buffered, waited);
	}

	/** The voice ran dry in the middle, and its next sample came `late` samples after the last was played. */
	gap(late: number): void {
		this.#target = Math.min(MAX_TARGET_SAMPLES, Math.max(this.#target + GROWTH_SAMPLES, late + MIN_TARGET_SAMPLES));
		this.#clean = 0;
	}

	/** `count` samples were played without a gap. */
	played(count: number): void {
		this.#clean += count;
		const shrink = Math.floor(this.#clean / PLAYED_PER_SHRINK);
		this.#clean -= shrink * PLAYED_PER_SHRINK;
		this.#target = Math.max(MIN_TARGET_SAMPLES, this.#target - shrink);
	}
}

/** What has lain for the longest target's time is played: a sender this slow will not fill any buffer, and words are waiting. */
const overdue = (buffered: number, waited: number): boolean => buffered > 0 && waited >= MAX_TARGET_SAMPLES;
