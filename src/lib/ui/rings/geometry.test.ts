import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
	alignTo,
	arcHalfAngle,
	closeWindow,
	levelOf,
	MAX_REACH,
	RING_POINTS,
	ringPoints,
	settle,
	type RingShape
} from './geometry.ts';

const anySamples = fc
	.array(fc.oneof(fc.double(), fc.double({ min: -1, max: 1 }), fc.constant(NaN), fc.constant(Infinity)), {
		minLength: 0,
		maxLength: 200
	})
	.map((samples) => Float32Array.from(samples));
const shape: RingShape = { cx: 10, cy: -20, radius: 100, swing: 0.2, lobes: 3, lobing: 0.02, turn: 1 };

function closed(window: Float32Array): Float32Array {
	const out = new Float32Array(RING_POINTS);
	closeWindow(out, window);
	return out;
}

const radii = (points: Float32Array, { cx, cy }: RingShape): number[] =>
	Array.from({ length: RING_POINTS }, (_, i) => Math.hypot(points[2 * i]! - cx, points[2 * i + 1]! - cy));

describe('closeWindow', () => {
	it('makes a finite wave inside (-1, 1) of anything at all', () => {
		fc.assert(
			fc.property(anySamples, (window) => {
				for (const value of closed(window)) {
					expect(Number.isFinite(value)).toBe(true);
					expect(Math.abs(value)).toBeLessThanOrEqual(1);
				}
			})
		);
	});

	it('leaves no step where the end meets the beginning', () => {
		const ramp = Float32Array.from({ length: RING_POINTS }, (_, i) => (i / RING_POINTS) * 0.5 - 0.25);
		const wave = closed(ramp);
		const seam = Math.abs(wave[0]! - wave[RING_POINTS - 1]!);
		const steepest = Math.max(...Array.from(wave, (value, i) => Math.abs(value - wave[(i + 1) % RING_POINTS]!)));
		expect(Math.abs(ramp[0]! - ramp[RING_POINTS - 1]!)).toBeGreaterThan(0.49);
		expect(seam).toBeLessThan(0.1);
		expect(steepest).toBeLessThan(0.2);
	});

	it('draws silence and a constant offset as a plain circle', () => {
		expect(closed(new Float32Array(RING_POINTS)).every((value) => value === 0)).toBe(true);
		const offset = closed(new Float32Array(RING_POINTS).fill(0.7));
		for (const value of offset) expect(value).toBeCloseTo(0, 5);
	});

	it('keeps the signal: four periods in, four periods out', () => {
		const tone = Float32Array.from({ length: RING_POINTS }, (_, i) => 0.3 * Math.sin((8 * Math.PI * i) / RING_POINTS));
		const wave = closed(tone);
		const crossings = Array.from(wave).filter((value, i) => value < 0 !== wave[(i + 1) % RING_POINTS]! < 0).length;
		expect(crossings).toBe(8);
		expect(Math.max(...wave)).toBeGreaterThan(0.5);
	});
});

describe('alignTo', () => {
	it('turns a wave to where it lies on the one shown, and loses nothing', () => {
		const shown = Float32Array.from(
			{ length: RING_POINTS },
			(_, i) => Math.sin((6 * Math.PI * i) / RING_POINTS) + (i < 9 ? 1 : 0)
		);
		const turned = Float32Array.from({ length: RING_POINTS }, (_, i) => shown[(i + 46) % RING_POINTS]!);
		const before = [...turned].sort();
		alignTo(shown, turned);
		expect([...turned].sort()).toEqual(before);
		for (let i = 0; i < RING_POINTS; i++) expect(turned[i]).toBeCloseTo(shown[i]!, 5);
	});

	it('leaves a wave alone where nothing is shown yet', () => {
		const wave = Float32Array.from({ length: RING_POINTS }, (_, i) => Math.sin(i));
		const before = wave.slice();
		alignTo(new Float32Array(RING_POINTS), wave);
		expect(wave).toEqual(before);
	});
});

describe('ringPoints', () => {
	it('keeps every point finite and within its bounds, whatever swing and lobes are asked for', () => {
		const points = new Float32Array(RING_POINTS * 2);
		fc.assert(
			fc.property(
				anySamples,
				fc.double({ min: 0, max: 50, noNaN: true }),
				fc.double({ min: 0, max: 50, noNaN: true }),
				(window, swing, lobing) => {
					ringPoints(points, closed(window), { ...shape, swing, lobing });
					for (const radius of radii(points, shape)) {
						expect(radius).toBeGreaterThanOrEqual(shape.radius * (1 - MAX_REACH) - 0.01);
						expect(radius).toBeLessThanOrEqual(shape.radius * (1 + MAX_REACH) + 0.01);
					}
				}
			)
		);
	});

	it('closes: the last point is as near to the first as any two neighbours are', () => {
		const points = new Float32Array(RING_POINTS * 2);
		const speech = Float32Array.from(
			{ length: RING_POINTS },
			(_, i) => 0.2 * Math.sin(i * 0.37) + 0.1 * Math.sin(i * 1.1)
		);
		ringPoints(points, closed(speech), shape);
		const gap = (i: number): number => {
			const next = (i + 1) % RING_POINTS;
			return Math.hypot(points[2 * i]! - points[2 * next]!, points[2 * i + 1]! - points[2 * next + 1]!);
		};
		const others = Array.from({ length: RING_POINTS - 1 }, (_, i) => gap(i));
		expect(gap(RING_POINTS - 1)).toBeLessThanOrEqual(Math.max(...others));
	});

	it('draws a plain circle, and the same one at any time, where nothing swings', () => {
		const points = new Float32Array(RING_POINTS * 2);
		ringPoints(points, new Float32Array(RING_POINTS).fill(1), { ...shape, swing: 0, lobing: 0, turn: 3 });
		for (const radius of radii(points, shape)) expect(radius).toBeCloseTo(shape.radius, 3);
	});
});

describe('levels', () => {
	it('are zero for silence and for what is no number, and never above one', () => {
		expect(levelOf(new Float32Array(RING_POINTS))).toBe(0);
		expect(levelOf(new Float32Array(RING_POINTS).fill(NaN))).toBe(0);
		expect(levelOf(new Float32Array(RING_POINTS).fill(40))).toBe(1);
		expect(levelOf(new Float32Array(RING_POINTS).fill(0.5))).toBeCloseTo(0.5, 6);
	});

	it('grow the arc of reduced motion from nothing to the whole ring, never beyond', () => {
		fc.assert(
			fc.property(fc.double(), fc.double(), (a, b) => {
				const [less, more] = a <= b ? [a, b] : [b, a];
				for (const level of [less, more]) {
					expect(arcHalfAngle(level)).toBeGreaterThanOrEqual(0);
					expect(arcHalfAngle(level)).toBeLessThanOrEqual(Math.PI);
				}
				if (Number.isFinite(less) && Number.isFinite(more))
					expect(arcHalfAngle(less)).toBeLessThanOrEqual(arcHalfAngle(more));
			})
		);
		expect(arcHalfAngle(0)).toBe(0);
		expect(arcHalfAngle(0.25)).toBeCloseTo(Math.PI, 6);
	});
});

describe('settle', () => {
	it('goes all the way with a share of one and nowhere with none', () => {
		const shown = new Float32Array(RING_POINTS);
		const target = new Float32Array(RING_POINTS).fill(0.5);
		settle(shown, target, 0);
		expect(shown.every((value) => value === 0)).toBe(true);
		settle(shown, target, 1);
		expect(shown).toEqual(target);
	});
});
