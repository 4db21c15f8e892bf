/** The rings' colours, read from the design tokens: the canvas knows no colour of its own. */

/** `L C H`, as oklch() takes them. */
export interface VoiceColours {
	readonly line: string;
	/** Of the strands that trail the line. */
	readonly deep: string;
}

export interface Palette {
	readonly assistant: VoiceColours;
	readonly user: VoiceColours;
	/** Where the two cross. */
	readonly lens: string;
	/** False for the contrast theme: lines only. */
	readonly glow: boolean;
	/** How the two meet: as lights that add up, or as inks on paper. */
	readonly blend: Blend;
}

export type Blend = 'lighter' | 'multiply';

export function readPalette(element: Element): Palette {
	const style = getComputedStyle(element);
	const token = (name: string): string => style.getPropertyValue(name).trim();
	return {
		assistant: { line: token('--assistant-lch'), deep: token('--assistant-deep-lch') },
		user: { line: token('--user-lch'), deep: token('--user-deep-lch') },
		lens: token('--lens-lch'),
		glow: token('--ring-glow') !== '0',
		blend: token('--ring-blend') === 'multiply' ? 'multiply' : 'lighter'
	};
}

export const colour = (lch: string, alpha = 1): string => `oklch(${lch} / ${alpha})`;
