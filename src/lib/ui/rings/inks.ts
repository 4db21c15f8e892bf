/** What the rings are painted with: made once a theme, used every frame. */
import { colour, type VoiceColours } from './palette.ts';

export interface Inks {
	readonly line: string;
	readonly deep: string;
	/** Of a ring of radius 1 round the origin. */
	readonly glow: CanvasGradient;
}

/** How far the glow reaches, in radii. */
export const GLOW_REACH = 1.5;
/** Strength along the radius; 1 is the line. Clear in the middle, gathering towards the line, gone soon after it. */
const GLOW = [
	[0, 0.035],
	[0.5, 0.06],
	[0.86, 0.16],
	[0.98, 0.2],
	[1.06, 0.11],
	[1.2, 0.04],
	[GLOW_REACH, 0]
] as const;

export function inksOf(ctx: CanvasRenderingContext2D, colours: VoiceColours): Inks {
	const glow = ctx.createRadialGradient(0, 0, 0, 0, 0, GLOW_REACH);
	for (const [at, alpha] of GLOW) glow.addColorStop(at / GLOW_REACH, colour(colours.line, alpha));
	return { line: colour(colours.line), deep: colour(colours.deep), glow };
}

/** The lens's own light, of radius 1 round the origin. */
export function lensOf(ctx: CanvasRenderingContext2D, lch: string): CanvasGradient {
	const lens = ctx.createRadialGradient(0, 0, 0, 0, 0, 1);
	lens.addColorStop(0, colour(lch, 0.24));
	lens.addColorStop(0.6, colour(lch, 0.12));
	lens.addColorStop(1, colour(lch, 0));
	return lens;
}

/** Fills a disc of `reach` radii round (`cx`, `cy`) with a gradient of radius 1, stretched to `radius`. */
export function glowOf(
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
