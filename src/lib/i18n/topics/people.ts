/** The words of the sheet with the people to choose from, beside those that the talk page has of it. */
import type { Language } from '../languages.ts';

export interface PeopleMessages {
	/** On the button by a voice. */
	readonly hear: (name: string) => string;
	readonly hush: (name: string) => string;
	/** On the button in the editor. */
	readonly hearIt: string;
	readonly hushIt: string;
	readonly notHeard: string;
	/** What a voice says of itself, in the language of whoever has it. */
	readonly sample: (name: string) => string;
	readonly somebody: string;
}

export const peopleWords: Record<Language, PeopleMessages> = {
	en: {
		hear: (name) => `Hear ${name}`,
		hush: (name) => `Stop ${name}`,
		hearIt: 'Hear it',
		hushIt: 'Stop it',
		notHeard: 'That voice cannot be heard just now. Try it again in a moment.',
		sample: (name) => `Hello, this is ${name}. It is good to hear from you.`,
		somebody: 'somebody new'
	},
	fr: {
		hear: (name) => `Écouter ${name}`,
		hush: (name) => `Arrêter ${name}`,
		hearIt: 'Écouter',
		hushIt: 'Arrêter',
		notHeard: 'Cette voix ne peut pas être écoutée pour l’instant. Réessayez dans un moment.',
		sample: (name) => `Bonjour, ici ${name}. Cela fait plaisir de vous entendre.`,
		somebody: 'quelqu’un de nouveau'
	}
};
