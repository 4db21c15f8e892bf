/** Where the two rings stand, round the middle of their box. Pure. Lengths in CSS pixels. */
import type { VoiceRing } from './voice-ring.ts';

/** One ring's place in this frame. */
export interface Stand {
	cx: number;
	cy: number;
	radius: number;
}

/** The person's ring beside the assistant's: its radius, and where its centre lies, in radii of the assistant's. */
const USER_RADIUS = 0.56;
const USER_X = 0.66;
const USER_Y = 0.58;
/** Both rings fit a box of this many radii; its middle lies so far from the assistant's centre. */
const BOX_RADII = 2.8;
const SHIFT_X = 0.1;
const SHIFT_Y = 0.1;
/** The loudest voice swings a little out of the box, and the glow reaches further: the sides of the two canvases, in radii. */
export const LINES_RADII = 3.3;
export const LIGHT_RADII = 3.8;
/** The largest ring anybody needs who sits before it; across a lobby it may be larger. */
export const MAX_RADIUS = 250;
export const MAX_LARGE_RADIUS = 420;
/** A breath moves the radius by this share at most, a loud voice by that. */
const BREATH = 0.012;
const LOUD = 0.06;

/** The assistant's radius at rest in a box of this size. */
export function unitOf(width: number, height: number, most = MAX_RADIUS): number {
	return Math.max(0, Math.min(most, width / BOX_RADII, height / BOX_RADII));
}

/** Writes into `out` where `ring` stands. `breath` is -1 to 1; `still` leaves loudness to the arcs. */
export function standOf(
	out: Stand,
	{ pose, level, duck }: Pick<VoiceRing, 'pose' | 'level' | 'duck'>,
	voice: 'assistant' | 'user',
	unit: number,
	breath: number,
	still: boolean
): void {
	const person = voice === 'user';
	const loud = still ? 0 : Math.min(LOUD, Math.max(0, level) * 0.2);
	const rest = person ? unit * USER_RADIUS : unit;
	out.radius = rest * pose.size * (1 + BREATH * pose.breath * breath + loud) * (0.93 + 0.07 * duck);
	out.cx = unit * ((person ? USER_X * pose.apart : 0) - SHIFT_X);
	out.cy = unit * ((person ? USER_Y * pose.apart : 0) - SHIFT_Y);
}
