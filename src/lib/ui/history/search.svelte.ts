/** The search of the history page. Its words are read from the records once somebody searches, and again where they changed. */
import { allSearched, matches, snippet, type Part, type Searched } from '../../history/search.ts';
import type { Browsing } from './browsing.svelte.ts';

const NOTHING: readonly Part[] = [];

export class Search {
	query = $state('');
	starredOnly = $state(false);
	#texts = $state.raw<ReadonlyMap<string, Searched> | null>(null);
	#reading = $state(false);
	/** What of the history was read: `browsing.changes` at the time. */
	#read = -1;

	/** The first search waits for the words. */
	get reading(): boolean {
		return this.#reading;
	}

	has(id: string, words: readonly string[]): boolean {
		const text = this.#texts?.get(id);
		return text !== undefined && matches(text, words);
	}

	snippet(id: string, words: readonly string[]): readonly Part[] {
		const text = words.length === 0 ? undefined : this.#texts?.get(id);
		return text === undefined ? NOTHING : snippet(text, words);
	}

	/** Brings the words up to date with what is kept. */
	async read(browsing: Browsing): Promise<void> {
		const { store, changes } = browsing;
		if (store === null || changes === this.#read) return;
		this.#read = changes;
		this.#reading = this.#texts === null;
		const texts = await allSearched(store, () => this.#read === changes);
		if (this.#read !== changes) return; // a later one is on its way
		this.#texts = texts;
		this.#reading = false;
	}
}
