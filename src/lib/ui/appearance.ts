/**
 * What the page wears: the theme and the motion that the person chose, where their system has a say in both. It is said on
 * <html> alone, as `data-theme` and `data-motion`, from before the first paint (the script in app.html chooses alike); the
 * style sheets and the canvases read it there.
 */
import type { Motion, Theme } from './preferences.ts';

/** What the system asks for: `prefers-contrast: more` and `prefers-reduced-motion: reduce`. */
export interface SystemWishes {
	readonly more: boolean;
	readonly still: boolean;
}

export interface Appearance {
	readonly theme: Theme;
	readonly motion: Exclude<Motion, 'system'>;
	/** For the browser's own scroll bars and fields. */
	readonly scheme: 'dark' | 'light';
	/** The ground, for the browser's own frame round the page; a <meta> takes no token. */
	readonly ground: string;
}

/** As tokens.css has them, in sRGB. */
const GROUNDS = { dark: '#140e09', light: '#f8f3ea', contrast: '#000000' } as const satisfies Record<Theme, string>;
const PAPER_WITH_CONTRAST = '#ffffff';

export function appearanceOf(
	choice: { readonly theme: Theme; readonly motion: Motion },
	wishes: SystemWishes
): Appearance {
	const theme = choice.theme === 'dark' && wishes.more ? 'contrast' : choice.theme;
	return {
		theme,
		motion: choice.motion === 'system' ? (wishes.still ? 'calm' : 'full') : choice.motion,
		scheme: theme === 'light' ? 'light' : 'dark',
		ground: theme === 'light' && wishes.more ? PAPER_WITH_CONTRAST : GROUNDS[theme]
	};
}

/** Puts it on. */
export function wear({ theme, motion, scheme, ground }: Appearance): void {
	const { documentElement: html } = document;
	html.dataset['theme'] = theme;
	html.dataset['motion'] = motion;
	document.querySelector('meta[name="color-scheme"]')?.setAttribute('content', scheme);
	document.querySelector('meta[name="theme-color"]')?.setAttribute('content', ground);
}

/** Nothing is to travel. */
export const isCalm = (): boolean => document.documentElement.dataset['motion'] === 'calm';

/** Calls back whenever it has changed, until the signal ends it: for what is not drawn by a style sheet. */
export function watchAppearance(changed: () => void, signal: AbortSignal): void {
	const observer = new MutationObserver(changed);
	observer.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme', 'data-motion'] });
	// These change the tokens' values under the same theme.
	for (const query of ['(prefers-contrast: more)', '(forced-colors: active)']) {
		matchMedia(query).addEventListener('change', changed, { signal });
	}
	signal.addEventListener('abort', () => {
		observer.disconnect();
	});
}
