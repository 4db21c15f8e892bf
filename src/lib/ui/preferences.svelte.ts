/** The person's choices, as the page shows and follows them. One for the page, and one mind with its other tabs. */
import { recallPreferences, rememberPreferences, USUAL, type Preferences } from './preferences.ts';

class Chosen {
	#own = $state.raw(USUAL);
	#imposed = $state.raw<readonly Partial<Preferences>[]>([]);
	readonly #now = $derived(this.#imposed.reduce<Preferences>((all, choices) => ({ ...all, ...choices }), this.#own));

	get now(): Preferences {
		return this.#now;
	}

	/** These hold, whatever the person chose, until the answer is called. None of it is stored. */
	impose(choices: Partial<Preferences>): () => void {
		this.#imposed = [...this.#imposed, choices];
		return () => {
			this.#imposed = this.#imposed.filter((one) => one !== choices);
		};
	}

	/** Takes what this browser keeps, and what another tab changes. Call it once, in the browser; the answer ends it. */
	settle(): () => void {
		this.#own = recallPreferences();
		const another = (event: StorageEvent): void => {
			if (event.storageArea === localStorage) this.#own = recallPreferences();
		};
		window.addEventListener('storage', another);
		return () => {
			window.removeEventListener('storage', another);
		};
	}

	choose(changes: Partial<Preferences>): void {
		this.#own = { ...this.#own, ...changes };
		rememberPreferences(changes);
	}
}

export const chosen = new Chosen();
