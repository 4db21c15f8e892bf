/** The language in use, and its words. One for the page; English until the browser has been asked. */
import { tick } from 'svelte';
import * as v from 'valibot';
import { KEYS, recall, remember } from '../ui/stored.ts';
import { en } from './en.ts';
import { chooseLanguage, LANGUAGES, type Language } from './languages.ts';
import type { Messages } from './messages.ts';

/** English came with the page, which was rendered in it; another language is loaded by whoever reads it. */
const LOAD = {
	en: () => Promise.resolve(en),
	fr: async () => (await import('./fr.ts')).fr
} as const satisfies Record<Language, () => Promise<Messages>>;

class Words {
	#language = $state<Language>('en');
	#now = $state.raw<Messages>(en);

	get language(): Language {
		return this.#language;
	}

	/** What Parley says, in the language in use as soon as that is loaded. */
	get now(): Messages {
		return this.#now;
	}

	/**
	 * Takes the language kept here, or the first of the browser's that there is: the choice that the script in app.html
	 * made before the page was painted. Call it once, in the browser.
	 */
	async settle(): Promise<void> {
		await this.#use(recall(KEYS.language, v.picklist(LANGUAGES)) ?? chooseLanguage(navigator.languages));
		await tick();
		delete document.documentElement.dataset['turning'];
	}

	/** In this page alone, and only until it is settled again: a kiosk's language is its visitor's. */
	wear(language: Language): void {
		void this.#use(language);
	}

	choose(language: Language): void {
		void this.#use(language);
		remember(KEYS.language, language);
	}

	/** The language holds at once, for a talk that begins meanwhile; where its words cannot be loaded, the one before. */
	async #use(language: Language): Promise<void> {
		const before = this.#language;
		this.#say(language);
		try {
			const loaded = await LOAD[language]();
			if (this.#language === language) this.#now = loaded;
		} catch {
			if (this.#language === language) this.#say(before);
		}
	}

	#say(language: Language): void {
		this.#language = language;
		document.documentElement.lang = language;
	}
}

export const words = new Words();
