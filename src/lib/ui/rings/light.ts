/**
 * The light under the lines: each ring's glow, and the lens where the two cross. It has no sharp edge anywhere, so it
 * is painted on a canvas of its own with a sixteenth of the pixels, which the browser stretches.
 */
import { GLOW_REACH, type Theme } from './inks.ts';
import type { Stand } from './layout.ts';
import { traceClosed } from './strokes.ts';

/** Pixels of the canvas to a CSS pixel. */
export const LIGHT_SCALE = 1 / 4;

/** One voice's part in it. */
export interface Lit {
	readonly stand: Stand;
	/** The ring's line in this frame. */
	readonly line: Float32Array;
	/** Strength, 0 to 1. */
	readonly light: number;
}

/** Paints both glows, and the lens: as bright as the two together. */
export function paintLight(ctx: CanvasRenderingContext2D, theme: Theme, assistant: Lit, user: Lit): void {
	ctx.globalCompositeOperation = theme.blend;
	ctx.globalAlpha = assistant.light;
	disc(ctx, theme.assistant.glow, assistant.stand.cx, assistant.stand.cy, assistant.stand.radius, GLOW_REACH);
	ctx.globalAlpha = user.light;
	disc(ctx, theme.user.glow, user.stand.cx, user.stand.cy, user.stand.radius, GLOW_REACH);
	ctx.save();
	traceClosed(ctx, assistant.line);
	ctx.clip();
	traceClosed(ctx, user.line);
	ctx.clip();
	ctx.globalAlpha = Math.min(1, (assistant.light + user.light) * 0.6);
	// The lens's middle lies between the assistant's line and the near side of the person's.
	disc(ctx, theme.lens, user.stand.cx * 0.78, user.stand.cy * 0.78, user.stand.radius * 1.15, 1);
	ctx.restore();
}

/** Fills a disc of `reach` radii round (`cx`, `cy`) with a gradient of radius 1, stretched to `radius`. */
function disc(
	ctx: CanvasRenderingContext2D,
	fill: CanvasGradient,
	cx: number,
	cy: number,
	radius: number,
	reach: number
): void {
	ctx.save();
	ctx.translate(cx, cy);
	ctx.scale(radius, radius);
	ctx.fillStyle = fill;
	ctx.beginPath();
	ctx.arc(0, 0, reach, 0, 2 * Math.PI);
	ctx.fill();
	ctx.restore();
}
