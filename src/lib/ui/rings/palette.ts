/** The rings' colours, read from the design tokens: the canvas knows no colour of its own. */

export interface Palette {
	/** `L C H` of each voice, as oklch() takes them. */
	readonly assistant: string;
	readonly user: string;
	/** How two lights meet: they add on a dark ground, and darken like inks on paper. */
	readonly blend: 'lighter' | 'multiply';
	/** False for the contrast theme: lines only. */
	readonly glow: boolean;
}

export function readPalette(element: Element): Palette {
	const style = getComputedStyle(element);
	const token = (name: string): string => style.getPropertyValue(name).trim();
	return {
		assistant: token('--assistant-lch'),
		user: token('--user-lch'),
		blend: token('--ring-blend') === 'multiply' ? 'multiply' : 'lighter',
		glow: token('--ring-glow') !== '0'
	};
}

export const colour = (lch: string, alpha = 1): string => `oklch(${lch} / ${alpha})`;
