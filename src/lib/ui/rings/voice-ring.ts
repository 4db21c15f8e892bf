/** One voice's ring in motion: its strands, its level, its stand. Pure but for being a state; nothing here allocates. */
import { alignTo, closeWindow, farthest, levelOf, RING_POINTS, settle, SWING } from './geometry.ts';
import { approach, distance, movePose, POSE_TAU_S, type Pose } from './pose.ts';

/** The first strand is on its window in about two display frames: what is seen is what is heard. */
const WAVE_TAU_S = 0.03;
/** Each strand follows the one before it, this much later: the trail of what was just said. */
const STRAND_TAU_S = 0.055;
const LEVEL_TAU_S = 0.12;
/** Letting go takes this long; the first tenth of it is what the person sees as "at once". */
const RELEASE_S = 0.8;
const DUCK_TAU_S = 0.05;

export class VoiceRing {
	readonly strands: readonly Float32Array[];
	readonly pose: Pose;
	/** The loudness now, 0 to 1. */
	level = 0;
	/** The gain that playback is at, 1 = full. */
	duck = 1;
	/** Radians turned so far. */
	turn = 0;
	/** 1 at the moment of an interruption, then down to 0. */
	release = 0;
	/** How far the ring was, in the last frame, from where it is going: 0 = at rest; in shares of its radius, about. */
	stir = 0;
	readonly #target = new Float32Array(RING_POINTS);
	#targetLevel = 0;
	#targetDuck = 1;

	constructor(strands: number, pose: Pose) {
		this.strands = Array.from({ length: strands }, () => new Float32Array(RING_POINTS));
		this.pose = { ...pose };
	}

	/** A new window of the signal, as it sounds now. */
	hear(window: Float32Array, duck = 1): void {
		const [first] = this.strands;
		this.#targetLevel = levelOf(window);
		this.#targetDuck = Number.isFinite(duck) ? Math.max(0, Math.min(1, duck)) : 1;
		closeWindow(this.#target, window);
		if (first !== undefined) alignTo(first, this.#target);
		this.stir = Math.max(this.stir, this.#trailing());
	}

	/** No signal any more: the line comes to rest. */
	hush(): void {
		this.#target.fill(0);
		this.#targetLevel = 0;
		this.#targetDuck = 1;
	}

	/** Interrupted: the line falls silent at once and its light drifts outwards. */
	letGo(): void {
		this.hush();
		this.release = 1;
	}

	advance(dtS: number, target: Pose): void {
		movePose(this.pose, target, approach(dtS, POSE_TAU_S));
		this.level += (this.#targetLevel - this.level) * approach(dtS, LEVEL_TAU_S);
		this.duck += (this.#targetDuck - this.duck) * approach(dtS, DUCK_TAU_S);
		this.release = Math.max(0, this.release - dtS / RELEASE_S);
		this.turn = (this.turn + this.pose.spin * dtS) % (2 * Math.PI);
		let ahead: Float32Array = this.#target;
		let share = approach(dtS, WAVE_TAU_S);
		for (const strand of this.strands) {
			settle(strand, ahead, share);
			ahead = strand;
			share = approach(dtS, STRAND_TAU_S);
		}
		const fading = Math.max(this.release, Math.abs(this.#targetDuck - this.duck));
		this.stir = Math.max(this.#trailing(), distance(this.pose, target), fading);
	}

	/** How far the last strand, which comes to rest after all the others, is from the signal. */
	#trailing(): number {
		return farthest(this.strands.at(-1) ?? this.#target, this.#target) * SWING;
	}
}
