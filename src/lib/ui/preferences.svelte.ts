/** The person's choices, as the page shows and follows them. One for the page, and one mind with its other tabs. */
import { recallPreferences, rememberPreferences, USUAL, type Preferences } from './preferences.ts';

class Chosen {
	#now = $state.raw(USUAL);

	get now(): Preferences {
		return this.#now;
	}

	/** Takes what this browser keeps, and what another tab changes. Call it once, in the browser; the answer ends it. */
	settle(): () => void {
		this.#now = recallPreferences();
		const another = (event: StorageEvent): void => {
			if (event.storageArea === localStorage) this.#now = recallPreferences();
		};
		window.addEventListener('storage', another);
		return () => {
			window.removeEventListener('storage', another);
		};
	}

	choose(changes: Partial<Preferences>): void {
		this.#now = { ...this.#now, ...changes };
		rememberPreferences(changes);
	}
}

export const chosen = new Chosen();
