/**
 * The rings' shapes: a window of a voice's signal becomes one closed, smooth, bounded line. Pure, and nothing here
 * allocates: it runs for every ring of every frame.
 */
import { WINDOW_POINTS } from '../../session/view.ts';

/** Points of a ring: one per sample of its window. */
export const RING_POINTS = WINDOW_POINTS;
/** Samples over which the window's end is led back to its beginning, so that the line closes. */
const JOIN_POINTS = 20;
/** Speech at arm's length peaks near 0.3; this lifts it to where tanh begins to bend. */
const SIGNAL_GAIN = 3.2;
/** How far the loudest signal moves a ring's line, in shares of its radius. */
export const SWING = 0.19;

const cosines = Float32Array.from({ length: RING_POINTS }, (_, i) => Math.cos((2 * Math.PI * i) / RING_POINTS));
const sines = Float32Array.from({ length: RING_POINTS }, (_, i) => Math.sin((2 * Math.PI * i) / RING_POINTS));
const scratch = new Float32Array(RING_POINTS);

/**
 * Makes a window of the signal (any RING_POINTS numbers; NaN and infinities count as silence) into a closed wave
 * in (-1, 1): without offset, its end joined to its beginning, softly limited, smoothed once round the ring.
 */
export function closeWindow(out: Float32Array, window: Float32Array): void {
	let sum = 0;
	for (let i = 0; i < RING_POINTS; i++) {
		const sample = window[i] ?? 0;
		const finite = Number.isFinite(sample) ? Math.max(-1, Math.min(1, sample)) : 0;
		scratch[i] = finite;
		sum += finite;
	}
	const mean = sum / RING_POINTS;
	const step = (scratch[0] ?? 0) - (scratch[RING_POINTS - 1] ?? 0);
	for (let i = 0; i < RING_POINTS; i++) {
		const into = i - (RING_POINTS - JOIN_POINTS);
		const lead = into > 0 ? into / JOIN_POINTS : 0;
		const joined = (scratch[i] ?? 0) + step * lead * lead * (3 - 2 * lead);
		scratch[i] = Math.tanh((joined - mean) * SIGNAL_GAIN);
	}
	for (let i = 0; i < RING_POINTS; i++) {
		const far = (scratch[(i + RING_POINTS - 2) % RING_POINTS] ?? 0) + (scratch[(i + 2) % RING_POINTS] ?? 0);
		const near = (scratch[(i + RING_POINTS - 1) % RING_POINTS] ?? 0) + (scratch[(i + 1) % RING_POINTS] ?? 0);
		out[i] = (far + 4 * near + 6 * (scratch[i] ?? 0)) / 16;
	}
}

/**
 * Turns `wave` (closed) round the ring to where it lies best on `shown`, as an oscilloscope's trigger holds a picture
 * still: a steady vowel stands instead of flickering. Every second offset is tried, on every second point.
 */
export function alignTo(shown: Float32Array, wave: Float32Array): void {
	let best = 0;
	let bestScore = -Infinity;
	for (let shift = 0; shift < RING_POINTS; shift += 2) {
		let score = 0;
		for (let i = 0; i < RING_POINTS; i += 2) score += (shown[i] ?? 0) * (wave[(i + shift) % RING_POINTS] ?? 0);
		if (score > bestScore + 1e-6) {
			bestScore = score;
			best = shift;
		}
	}
	if (best === 0) return;
	scratch.set(wave);
	for (let i = 0; i < RING_POINTS; i++) wave[i] = scratch[(i + best) % RING_POINTS] ?? 0;
}

/** Moves `shown` towards `target` by `share` (0 = not at all, 1 = there). */
export function settle(shown: Float32Array, target: Float32Array, share: number): void {
	for (let i = 0; i < RING_POINTS; i++) shown[i] = (shown[i] ?? 0) + ((target[i] ?? 0) - (shown[i] ?? 0)) * share;
}

/** The largest difference between two waves. */
export function farthest(one: Float32Array, other: Float32Array): number {
	let most = 0;
	for (let i = 0; i < RING_POINTS; i++) most = Math.max(most, Math.abs((one[i] ?? 0) - (other[i] ?? 0)));
	return most;
}

/** The loudness of a signal window: its root mean square, 0 to 1; what is not finite counts as silence. */
export function levelOf(window: Float32Array): number {
	let sum = 0;
	for (let i = 0; i < RING_POINTS; i++) {
		const sample = window[i] ?? 0;
		if (Number.isFinite(sample)) sum += Math.min(1, sample * sample);
	}
	return Math.sqrt(sum / RING_POINTS);
}

/** How a ring stands: lengths in CSS pixels, angles in radians. `swing` and `lobing` are shares of the radius. */
export interface RingShape {
	cx: number;
	cy: number;
	radius: number;
	/** How far the signal moves the line, out and in. */
	swing: number;
	/** A calm undulation of `lobes` waves, turned by `turn`. */
	lobes: number;
	lobing: number;
	turn: number;
}

/** Neither signal nor lobes reach further than this share of the radius from it, whatever is asked for. */
export const MAX_REACH = 0.45;

/** Writes RING_POINTS points (x, y, x, y, …) of the closed line of `wave` round `shape` into `out`. */
export function ringPoints(out: Float32Array, wave: Float32Array, shape: RingShape): void {
	const step = (2 * Math.PI * shape.lobes) / RING_POINTS;
	for (let i = 0; i < RING_POINTS; i++) {
		const reach = shape.swing * (wave[i] ?? 0) + shape.lobing * Math.sin(i * step + shape.turn);
		const r = shape.radius * (1 + Math.max(-MAX_REACH, Math.min(MAX_REACH, reach)));
		out[2 * i] = shape.cx + r * (cosines[i] ?? 0);
		out[2 * i + 1] = shape.cy + r * (sines[i] ?? 0);
	}
}

/** For reduced motion: the half-angle of an arc, centred at the top, that grows with `level` and never travels. */
export function arcHalfAngle(level: number): number {
	const bounded = Number.isFinite(level) ? Math.max(0, Math.min(1, level)) : 0;
	return Math.PI * Math.min(1, Math.sqrt(bounded * ARC_GAIN));
}
/** Loud speech has a level near 0.25: there the arc closes. */
const ARC_GAIN = 4;
