/** The language in use, and its words. One for the page; English until the browser has been asked. */
import { tick } from 'svelte';
import * as v from 'valibot';
import { KEYS, recall, remember } from '../ui/stored.ts';
import { en } from './en.ts';
import { fr } from './fr.ts';
import { chooseLanguage, LANGUAGES, type Language } from './languages.ts';
import type { Messages } from './messages.ts';

const ALL = { en, fr } as const satisfies Record<Language, Messages>;

class Words {
	#language = $state<Language>('en');

	get language(): Language {
		return this.#language;
	}

	/** What Parley says, in the language in use. */
	get now(): Messages {
		return ALL[this.#language];
	}

	/**
	 * Takes the language kept here, or the first of the browser's that there is: the choice that the script in app.html
	 * made before the page was painted. Call it once, in the browser.
	 */
	async settle(): Promise<void> {
		this.#use(recall(KEYS.language, v.picklist(LANGUAGES)) ?? chooseLanguage(navigator.languages));
		await tick();
		delete document.documentElement.dataset['turning'];
	}

	choose(language: Language): void {
		this.#use(language);
		remember(KEYS.language, language);
	}

	#use(language: Language): void {
		this.#language = language;
		document.documentElement.lang = language;
	}
}

export const words = new Words();
