/** The STT's prediction that a pause of 2 s starts here: what `prs[2]` looks like, step by step. */
import { PAUSE_HEAD, STEP_MS } from './assumptions.ts';
import type { Dice } from './dice.ts';

/** What the head hears in one step. */
export interface Heard {
	/** How much of the step is the person's voice, 0 to 1. */
	readonly voice: number;
	/** The last word that ended in this step: how the head rises after it, and whether it spikes. */
	readonly ended: { readonly riseMs: number; readonly spikeSteps: number } | null;
	/** The loudest other thing that sounds like a voice (echo, cough, television), 0 to 1. */
	readonly other: number;
}

export const SILENCE: Heard = { voice: 0, ended: null, other: 0 };

/** Of a step, so much voice and the head takes it for speech. */
const VOICED = 0.3;

export class PauseHead {
	readonly #dice: Dice;
	#steps = 0;
	/** Without the noise. */
	#value: number = PAUSE_HEAD.ceiling;
	/** Steps since speech began, 0 in silence. */
	#voicedSteps = 0;
	#fallFrom = 0;
	#fallSteps = 1;
	/** Silence of the stream since speech ended: what a flush inserts counts like any other. */
	#silenceMs = Number.POSITIVE_INFINITY;
	#riseMs: number = PAUSE_HEAD.riseMs.open.median;
	#spikeSteps = 0;
	#pull = 0;

	constructor(dice: Dice) {
		this.#dice = dice;
	}

	/** The next 80 ms; answers the prediction, 0 to 1. */
	step(heard: Heard): number {
		this.#steps += 1;
		if (heard.voice >= VOICED) this.#speech();
		else this.#quiet(heard);
		if (heard.ended !== null) {
			this.#riseMs = heard.ended.riseMs;
			this.#spikeSteps = Math.max(this.#spikeSteps, heard.ended.spikeSteps);
		}
		this.#pull += (heard.other - this.#pull) * PAUSE_HEAD.pullPerStep;
		return this.#withNoise();
	}

	#speech(): void {
		const [fewest, most] = PAUSE_HEAD.fallSteps;
		if (this.#voicedSteps === 0) {
			this.#fallFrom = this.#value;
			this.#fallSteps = this.#dice.whole(fewest, most);
		}
		this.#voicedSteps += 1;
		this.#silenceMs = 0;
		const left = Math.max(0, 1 - this.#voicedSteps / this.#fallSteps);
		this.#value = PAUSE_HEAD.whileSpeaking + (this.#fallFrom - PAUSE_HEAD.whileSpeaking) * left;
	}

	#quiet(heard: Heard): void {
		this.#voicedSteps = 0;
		this.#silenceMs += STEP_MS * (1 - heard.voice);
		const { ceiling, whileSpeaking, riseWidthMs } = PAUSE_HEAD;
		const risen = 1 / (1 + Math.exp((this.#riseMs - this.#silenceMs) / riseWidthMs));
		this.#value = whileSpeaking + (ceiling - whileSpeaking) * risen;
	}

	#withNoise(): number {
		// As many draws in every step, whatever happens in it.
		const noise = this.#dice.normal(0, PAUSE_HEAD.noise);
		const [twitch, twitchTo, spikeTo, initial] = [0, 0, 0, 0].map(() => this.#dice.uniform());
		if (this.#steps <= PAUSE_HEAD.noiseSteps) return initial ?? 0;
		const [low, high] = PAUSE_HEAD.spikeTo;
		if (this.#spikeSteps > 0) {
			this.#spikeSteps -= 1;
			return Math.max(this.#value, low + (high - low) * (spikeTo ?? 0));
		}
		const twitched = this.#voicedSteps > 0 && (twitch ?? 1) < PAUSE_HEAD.twitchShare;
		const value = twitched ? PAUSE_HEAD.twitchTo * (twitchTo ?? 0) : this.#value * (1 - this.#pull);
		const clear = Math.min(0.999, Math.max(0.001, value));
		return 1 / (1 + Math.exp(-(Math.log(clear / (1 - clear)) + noise)));
	}
}
