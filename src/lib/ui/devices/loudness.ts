/** Whether somebody speaks loud enough to be understood, in words a person can act on. Pure: time is an argument. */

export const LOUDNESSES = ['waiting', 'silent', 'quiet', 'good', 'loud'] as const;
export type Loudness = (typeof LOUDNESSES)[number];

/** A room with a working microphone in it is louder than this even when nobody speaks, in dB to full scale. */
const SILENT_DB = -66;
/** What is louder than a room, and so somebody who speaks. */
const SPEECH_DB = -52;
/** Speech that recognisers understand without trouble: -30 to -15 dB on the whole, with syllables a little below. */
const GOOD_DB = -38;
/** Samples at the end of the scale: the microphone cuts the tops off. */
const CLIPPED_PEAK = 0.98;
const LOUD_DB = -7;

/** A pause between two sentences is no change of loudness. */
const MEMORY_MS = 2_000;
/** So long may somebody take to begin. */
const PATIENCE_MS = 3_500;

export class LoudnessJudge {
	readonly #startMs: number;
	#loudestDb = -Infinity;
	#loudestMs = 0;
	#clippedMs = -Infinity;
	#soundMs: number;

	constructor(nowMs: number) {
		this.#startMs = nowMs;
		this.#soundMs = nowMs;
	}

	/** The level now, smoothed, in dB to full scale, and the largest sample's magnitude; answers what to say. */
	hear(db: number, peak: number, nowMs: number): Loudness {
		if (db >= this.#loudestDb || nowMs - this.#loudestMs > MEMORY_MS) {
			this.#loudestDb = db;
			this.#loudestMs = nowMs;
		}
		if (db > SILENT_DB) this.#soundMs = nowMs;
		if (peak >= CLIPPED_PEAK || db > LOUD_DB) this.#clippedMs = nowMs;
		if (nowMs - this.#clippedMs < MEMORY_MS) return 'loud';
		if (this.#loudestDb >= GOOD_DB) return 'good';
		if (this.#loudestDb >= SPEECH_DB) return 'quiet';
		const silentMs = nowMs - Math.max(this.#startMs, this.#soundMs);
		return silentMs >= PATIENCE_MS ? 'silent' : 'waiting';
	}
}
