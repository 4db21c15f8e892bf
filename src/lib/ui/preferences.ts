/** How this person likes to talk, and with whom: kept in this browser, checked when it comes back. */
import * as v from 'valibot';
import { CharacterSchema, type Character } from '../chat/characters/character.ts';
import type { Patience } from '../turn/options.ts';
import { KEYS, recall, remember, type Shelf } from './stored.ts';

export const PATIENCES = ['eager', 'normal', 'patient'] as const satisfies readonly Patience[];

export interface Preferences {
	readonly patience: Patience;
	readonly holdToTalk: boolean;
	/** Whole, so that a press needs neither relay nor database. Null: Parley itself. */
	readonly character: Character | null;
}

export const USUAL: Preferences = { patience: 'normal', holdToTalk: false, character: null };

export function recallPreferences(shelf?: Shelf | null): Preferences {
	return {
		patience: recall(KEYS.patience, v.picklist(PATIENCES), shelf) ?? USUAL.patience,
		holdToTalk: recall(KEYS.holdToTalk, v.boolean(), shelf) ?? USUAL.holdToTalk,
		character: recall(KEYS.character, CharacterSchema, shelf)
	};
}

export function rememberPreferences(preferences: Preferences, shelf?: Shelf | null): void {
	remember(KEYS.patience, preferences.patience, shelf);
	remember(KEYS.holdToTalk, preferences.holdToTalk, shelf);
	remember(KEYS.character, preferences.character, shelf);
}
