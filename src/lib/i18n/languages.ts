/** The languages that Parley's own words exist in, and how one of them is chosen. Pure. */

export const LANGUAGES = ['en', 'fr'] as const;
export type Language = (typeof LANGUAGES)[number];

/** Each language's name in itself: whoever looks for theirs cannot read the other. */
export const LANGUAGE_NAMES = { en: 'English', fr: 'Français' } as const satisfies Record<Language, string>;

/** For the browser's recogniser, which wants a region. */
export const SPEECH_TAGS = { en: 'en-US', fr: 'fr-FR' } as const satisfies Record<Language, string>;

/** The first of the person's languages (as in `navigator.languages`) that Parley speaks; English otherwise. */
export function chooseLanguage(wanted: readonly string[]): Language {
	for (const tag of wanted) {
		const [primary] = tag.toLowerCase().split(/[-_]/);
		const found = LANGUAGES.find((language) => language === primary);
		if (found !== undefined) return found;
	}
	return 'en';
}
