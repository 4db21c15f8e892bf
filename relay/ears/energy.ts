/**
 * Honest ears: where speech begins and where a pause does, from the signal's energy alone. Pure; one frame of 80 ms in,
 * one step out. They know nothing of words: they replace the pause head of a model, not the model.
 */
import { FRAME_SAMPLES, samplesToS } from '../../src/lib/audio/frames.ts';
import { BandLevel, LOOK_MS, LOOK_SAMPLES, NoiseFloor } from './level.ts';

/** Louder than the room by this much is a voice, or may be. Steady noise stays within 3 dB of its floor. */
const VOICE_ABOVE_FLOOR_DB = 8;
/** A voice for this long ends a silence. A click, a key or a cough's first edge is shorter. */
const ONSET_MS = 120;
/** A voice for this long ends a short pause within speech; the burst of a final "t" does not. */
const RESUME_MS = 60;
/** A sound is speech after this long: what is steady until then was a noise being switched on. */
const STRETCH_MS = 280;
/** A "yes" is shorter: it is speech after this much voice … */
const SHORT_STRETCH_MS = 160;
/** … once it has been quiet again for so long. */
const SHORT_SILENCE_MS = 160;

/**
 * For pauses of 0.5, 1, 2 and 3 s, as moshi-server orders them: silence after which the prediction leaves 0, and after
 * which it is 1, in ms. The third is the one that turns are taken on: it passes 0.6 after some 0.48 s, the longest
 * gap within clean read speech being 0.3 s. The longer the pause predicted, the later one is sure of it.
 */
const PAUSE_RAMPS = [
	{ fromMs: 120, toMs: 400 },
	{ fromMs: 180, toMs: 500 },
	{ fromMs: 250, toMs: 650 },
	{ fromMs: 350, toMs: 850 }
] as const;
/** Beyond this every ramp is at 1. */
const OVER_MS = 850;
/** A stretch of speech is over a little before the third prediction passes a half, so that its last word is never late. */
export const ENDED_MS = 440;

export interface Step {
	/** Probability that a pause of 0.5, 1, 2, 3 s starts here; each within 0..1, falling from left to right. */
	readonly prs: readonly [number, number, number, number];
	/**
	 * What happened in this frame, in order. `began` is told once a stretch has proved to be speech, and `startS` lies
	 * some 0.3 s before. `ended` is told just before the third prediction passes a half.
	 */
	readonly events: readonly StretchEvent[];
}

/** Seconds on the stream's clock. */
export type StretchEvent =
	{ readonly type: 'began'; readonly startS: number } | { readonly type: 'ended'; readonly stopS: number };

/** `onset`: a sound that may be a voice. `speech`: it proved to be one. */
type Phase = 'quiet' | 'onset' | 'speech';

export class EnergyEars {
	readonly #band = new BandLevel();
	readonly #floor = new NoiseFloor();
	#looks = 0;
	#phase: Phase = 'quiet';
	/** Voice heard lately: rises with every look that has one, falls with every look that has not. */
	#evidenceMs = 0;
	#silenceMs = OVER_MS;
	#voicedMs = 0;
	#startS = 0;

	/** `frame`: 1920 samples at 24 kHz. */
	step(frame: Float32Array): Step {
		const events: StretchEvent[] = [];
		for (let at = 0; at + LOOK_SAMPLES <= FRAME_SAMPLES; at += LOOK_SAMPLES) {
			const event = this.#look(frame.subarray(at, at + LOOK_SAMPLES));
			if (event !== null) events.push(event);
		}
		return { prs: this.#predictions(), events };
	}

	#look(samples: Float32Array): StretchEvent | null {
		const level = this.#band.look(samples);
		this.#floor.look(level, this.#phase !== 'speech');
		this.#looks++;
		const voice = level > this.#floor.db + VOICE_ABOVE_FLOOR_DB;
		this.#evidenceMs = voice ? Math.min(ONSET_MS, this.#evidenceMs + LOOK_MS) : Math.max(0, this.#evidenceMs - LOOK_MS);
		if (this.#phase === 'quiet') return this.#quiet();
		if (voice) this.#voicedMs += LOOK_MS;
		if (voice && this.#evidenceMs >= RESUME_MS) this.#silenceMs = 0;
		else this.#silenceMs += LOOK_MS;
		return this.#phase === 'onset' ? this.#onset() : this.#speech();
	}

	#quiet(): null {
		this.#silenceMs = Math.min(OVER_MS, this.#silenceMs + LOOK_MS);
		if (this.#evidenceMs < ONSET_MS) return null;
		this.#phase = 'onset';
		this.#voicedMs = ONSET_MS;
		this.#silenceMs = 0;
		this.#startS = Math.max(0, this.#nowS() - ONSET_MS / 1000);
		return null;
	}

	#onset(): StretchEvent | null {
		if (this.#floor.steady) {
			// A fan, a tone: nobody spoke, and it was silent all along.
			this.#phase = 'quiet';
			this.#evidenceMs = 0;
			this.#silenceMs = OVER_MS;
		} else if (this.#voicedMs >= (this.#silenceMs < SHORT_SILENCE_MS ? STRETCH_MS : SHORT_STRETCH_MS)) {
			this.#phase = 'speech';
			return { type: 'began', startS: this.#startS };
		} else if (this.#silenceMs >= ENDED_MS) this.#phase = 'quiet';
		return null;
	}

	#speech(): StretchEvent | null {
		if (this.#silenceMs < ENDED_MS) return null;
		this.#phase = 'quiet';
		return { type: 'ended', stopS: this.#nowS() - this.#silenceMs / 1000 };
	}

	#predictions(): Step['prs'] {
		// An onset is doubted until it has lasted: the prediction falls with the evidence, not with the first look.
		const belief = this.#phase === 'quiet' ? 1 - this.#doubt() : 1;
		const at = (index: 0 | 1 | 2 | 3): number => {
			const { fromMs, toMs } = PAUSE_RAMPS[index];
			return belief * smooth((this.#silenceMs - fromMs) / (toMs - fromMs));
		};
		return [at(0), at(1), at(2), at(3)];
	}

	/** 0 in silence, up to a half just before an onset is believed. */
	#doubt(): number {
		return 0.5 * Math.min(1, this.#evidenceMs / ONSET_MS);
	}

	#nowS(): number {
		return samplesToS(this.#looks * LOOK_SAMPLES);
	}
}

/** Smooth step: 0 at 0, 1 at 1, level at both ends. */
function smooth(x: number): number {
	const t = Math.max(0, Math.min(1, x));
	return t * t * (3 - 2 * t);
}
