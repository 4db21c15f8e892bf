/** The languages of characters. Apart from the schema, so that who only needs these does not load one. */

/** One language, or two of which the first begins. */
export const LANGUAGES = ['en', 'fr', 'en/fr', 'fr/en'] as const;
export type CharacterLanguage = (typeof LANGUAGES)[number];

/** The language that a character begins in. */
export function mainLanguage(language: CharacterLanguage): 'en' | 'fr' {
	return language.startsWith('fr') ? 'fr' : 'en';
}
