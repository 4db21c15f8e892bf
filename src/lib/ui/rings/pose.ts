/** How the two rings stand in every phase, and how they move from one stand to the next. Pure: time is an argument. */
import type { Phase } from '../../session/view.ts';

/** One ring's stand. Sizes are shares of the ring's own; all are dimensionless unless they say otherwise. */
export interface Pose {
	size: number;
	/** Strength of line and fill, 0 to 1. */
	light: number;
	/** How much of the signal the line follows. */
	swing: number;
	lobing: number;
	/** How far the strands lie apart. */
	spread: number;
	/** Radians a second. */
	spin: number;
	/** 0: a whole line; towards 1: dashes with wider and wider gaps. */
	broken: number;
	/** Distance from the other ring: 1 as at rest, less is nearer. */
	apart: number;
	breath: number;
}

const rest: Pose = {
	size: 1,
	light: 0.75,
	swing: 1,
	lobing: 0.014,
	spread: 1,
	spin: 0.11,
	broken: 0,
	apart: 1,
	breath: 1
};
const pose = (changes: Partial<Pose>): Pose => ({ ...rest, ...changes });

interface Pair {
	readonly assistant: Pose;
	readonly user: Pose;
}

export const POSES = {
	idle: { assistant: pose({}), user: pose({ light: 0.6 }) },
	asking: { assistant: pose({ light: 0.45 }), user: pose({ size: 1.08, light: 0.95, breath: 2.2 }) },
	connecting: {
		assistant: pose({ light: 0.6, broken: 0.45, spin: 0.5 }),
		user: pose({ light: 0.5, broken: 0.45, spin: -0.5 })
	},
	// The person's ring opens: larger, brighter, its strands drawn apart.
	listening: {
		assistant: pose({ size: 0.94, light: 0.5, spread: 0.7 }),
		user: pose({ size: 1.2, light: 0.9, spread: 2.1, apart: 0.94 })
	},
	hearing: {
		assistant: pose({ size: 0.9, light: 0.42, spread: 0.6 }),
		user: pose({ size: 1.28, light: 1, spread: 1.5, lobing: 0.006, apart: 0.92 })
	},
	// The assistant's ring gathers, and turns slowly.
	thinking: {
		assistant: pose({ size: 0.8, light: 0.9, lobing: 0.062, spread: 2.4, spin: 0.75, breath: 0.5 }),
		user: pose({ size: 0.98, light: 0.5, spread: 0.8 })
	},
	speaking: {
		assistant: pose({ size: 1.04, light: 1, lobing: 0.006, spread: 1.3 }),
		user: pose({ size: 0.92, light: 0.5, spread: 0.7, apart: 1.02 })
	},
	reconnecting: {
		assistant: pose({ light: 0.5, broken: 0.6, spin: 0.2 }),
		user: pose({ light: 0.5, broken: 0.6, spin: -0.2 })
	},
	// The person's ring is broken, the other one whole: it still answers.
	deaf: {
		assistant: pose({ light: 0.6 }),
		user: pose({ light: 0.4, broken: 0.6, spin: -0.1 })
	},
	failed: {
		assistant: pose({ light: 0.34, broken: 0.3, spin: 0, breath: 0.4, apart: 1.12 }),
		user: pose({ light: 0.34, broken: 0.3, spin: 0, breath: 0.4, apart: 1.12 })
	},
	ended: { assistant: pose({ light: 0.6, apart: 1.1 }), user: pose({ light: 0.5, apart: 1.1 }) }
} as const satisfies Record<Phase, Pair>;

const KEYS = [
	'size',
	'light',
	'swing',
	'lobing',
	'spread',
	'spin',
	'broken',
	'apart',
	'breath'
] as const satisfies (keyof Pose)[];

/** Three time constants of this bring a change to its end in about half a second: seen, never waited for. */
export const POSE_TAU_S = 0.2;

/** The share of the way to go in `dtS` for a time constant of `tauS`; 1 where there is no time to take. */
export function approach(dtS: number, tauS: number): number {
	return dtS <= 0 ? 0 : tauS <= 0 ? 1 : 1 - Math.exp(-dtS / tauS);
}

/** Moves `current` towards `target`, in place. */
export function movePose(current: Pose, target: Pose, share: number): void {
	for (const key of KEYS) current[key] += (target[key] - current[key]) * share;
}

/** How far `current` is from `target`: the largest difference there is. */
export function distance(current: Pose, target: Pose): number {
	let most = 0;
	for (const key of KEYS) most = Math.max(most, Math.abs(target[key] - current[key]));
	return most;
}

/** A breath every six seconds, as a calm sleeper's: -1 to 1. */
export function breathAt(nowS: number): number {
	return Math.sin((2 * Math.PI * nowS) / 6);
}
