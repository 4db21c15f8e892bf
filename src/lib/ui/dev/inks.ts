/** The dev view's colours, read from the design tokens: its canvases know none of their own. */

export interface Inks {
	readonly text: string;
	readonly quiet: string;
	readonly faint: string;
	readonly line: string;
	readonly user: string;
	readonly assistant: string;
	readonly font: string;
}

export function readInks(element: Element): Inks {
	const style = getComputedStyle(element);
	const token = (name: string): string => style.getPropertyValue(name).trim();
	return {
		text: token('--text'),
		quiet: token('--quiet'),
		faint: token('--faint'),
		line: token('--line'),
		user: `oklch(${token('--user-lch')})`,
		assistant: `oklch(${token('--assistant-lch')})`,
		font: style.fontFamily
	};
}
