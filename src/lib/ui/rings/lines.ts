/** Draws one ring's lines: the strands that trail it, and the line itself. Nothing here allocates. */
import { arcHalfAngle, RING_POINTS, ringPoints, SWING, type RingShape } from './geometry.ts';
import type { Inks } from './inks.ts';
import type { Blend } from './palette.ts';
import type { Stand } from './layout.ts';
import { dashOf, traceClosed } from './strokes.ts';
import type { VoiceRing } from './voice-ring.ts';

export interface LineStyle {
	readonly inks: Inks;
	/** False: no halo, and a stronger line. */
	readonly glows: boolean;
	readonly blend: Blend;
	/** Strength, 0 to 1. */
	readonly light: number;
	/** One pixel of the canvas, in CSS pixels: a line that is no wider is drawn in a fraction of the time. */
	readonly pixel: number;
}

export class LinePainter {
	readonly #ctx: CanvasRenderingContext2D;
	readonly #strand = new Float32Array(RING_POINTS * 2);
	readonly #shape: RingShape = { cx: 0, cy: 0, radius: 1, swing: 0, lobes: 3, lobing: 0, turn: 0 };

	constructor(ctx: CanvasRenderingContext2D) {
		this.#ctx = ctx;
	}

	/** From the last strand to the line itself, whose points are left in `line`. */
	strands(ring: VoiceRing, { cx, cy, radius }: Stand, lobes: number, style: LineStyle, line: Float32Array): void {
		const ctx = this.#ctx;
		const shape = this.#shape;
		const { pose } = ring;
		shape.cx = cx;
		shape.cy = cy;
		shape.lobes = lobes;
		ctx.globalCompositeOperation = 'source-over';
		dashOf(ctx, pose.broken, radius);
		for (let k = ring.strands.length - 1; k >= 0; k--) {
			const wave = ring.strands[k];
			if (wave === undefined) continue;
			const away = k / ring.strands.length;
			// Let go, the strands drift outwards as they fade.
			const drift = ring.release > 0 ? ring.release * (1 - ring.release) * away * 0.7 : 0;
			shape.radius = radius * (1 - away * 0.034 * pose.spread + drift);
			shape.swing = SWING * pose.swing * (1 - away * 0.3);
			shape.lobing = pose.lobing * (1 + away * 0.8);
			shape.turn = ring.turn * lobes + k * 0.42 * pose.spread;
			const points = k === 0 ? line : this.#strand;
			ringPoints(points, wave, shape);
			traceClosed(ctx, points);
			if (k === 0) this.#core(style);
			else {
				ctx.strokeStyle = style.inks.deep;
				ctx.globalAlpha = style.light * 0.75 * (1 - away);
				ctx.lineWidth = style.pixel;
				ctx.stroke();
			}
		}
		dashOf(ctx, 0, radius);
	}

	/** Strokes the traced path: a clear core in a soft halo, added to whatever it crosses, as light or as ink. */
	#core({ inks, glows, blend, light }: LineStyle): void {
		const ctx = this.#ctx;
		if (glows) {
			ctx.strokeStyle = inks.deep;
			ctx.globalAlpha = light * 0.07;
			ctx.lineWidth = 13;
			ctx.stroke();
			ctx.globalAlpha = light * 0.2;
			ctx.lineWidth = 5;
			ctx.stroke();
		}
		ctx.globalCompositeOperation = blend;
		ctx.strokeStyle = inks.line;
		ctx.globalAlpha = light;
		ctx.lineWidth = glows ? 2 : 3;
		ctx.stroke();
	}

	/** Reduced motion: a thin whole ring, and on it an arc as long as the voice is loud. */
	arcs(ring: VoiceRing, { cx, cy, radius }: Stand, { inks, blend, light }: LineStyle, line: Float32Array): void {
		const ctx = this.#ctx;
		const shape = this.#shape;
		shape.cx = cx;
		shape.cy = cy;
		shape.radius = radius;
		shape.swing = 0;
		shape.lobing = 0;
		ringPoints(line, ring.strands[0] ?? line, shape);
		ctx.globalCompositeOperation = blend;
		ctx.strokeStyle = inks.line;
		ctx.globalAlpha = light * 0.75;
		ctx.lineWidth = 1.75;
		dashOf(ctx, ring.pose.broken, radius);
		traceClosed(ctx, line);
		ctx.stroke();
		dashOf(ctx, 0, radius);
		const half = arcHalfAngle(ring.level);
		if (half < 0.02) return;
		ctx.globalAlpha = light;
		ctx.lineWidth = 5;
		ctx.lineCap = 'round';
		ctx.beginPath();
		ctx.arc(cx, cy, radius, -Math.PI / 2 - half, -Math.PI / 2 + half);
		ctx.stroke();
		ctx.lineCap = 'butt';
	}
}
