/** What the rings are painted with: made once a theme, used every frame. */
import { colour, type Blend, type Palette, type VoiceColours } from './palette.ts';

export interface Inks {
	readonly line: string;
	readonly deep: string;
	/** Of a ring of radius 1 round the origin. */
	readonly glow: CanvasGradient;
}

export interface Theme {
	readonly assistant: Inks;
	readonly user: Inks;
	/** The lens's own light, of radius 1 round the origin. */
	readonly lens: CanvasGradient;
	/** False: lines only, and every one of them clear. */
	readonly glows: boolean;
	readonly blend: Blend;
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
const LENS = [
	[0, 0.24],
	[0.6, 0.12],
	[1, 0]
] as const;

/** `light` is the canvas that glows are painted on. */
export function themeOf(light: CanvasRenderingContext2D, palette: Palette): Theme {
	const gradient = (lch: string, reach: number, stops: readonly (readonly [number, number])[]): CanvasGradient => {
		const made = light.createRadialGradient(0, 0, 0, 0, 0, reach);
		for (const [at, alpha] of stops) made.addColorStop(at / reach, colour(lch, alpha));
		return made;
	};
	const inks = (voice: VoiceColours): Inks => ({
		line: colour(voice.line),
		deep: colour(voice.deep),
		glow: gradient(voice.line, GLOW_REACH, GLOW)
	});
	return {
		assistant: inks(palette.assistant),
		user: inks(palette.user),
		lens: gradient(palette.lens, 1, LENS),
		glows: palette.glow,
		blend: palette.blend
	};
}
