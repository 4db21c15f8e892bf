/** Who goes on with a conversation of the history. */
import { servedCharacters } from '../../characters/served.ts';
import { createCharacterStore } from '../../characters/store.ts';
import type { Character } from '../../chat/characters/character.ts';
import type { ConversationRecord } from '../../history/record.ts';
import type { EarlierLine } from '../../session/view.ts';
import { MAX_LOGGED } from '../view-state.ts';

export interface Partner {
	/** Null: Parley itself. */
	readonly character: Character | null;
	/** Whoever it was is not to be found; `character` is who the person has chosen. */
	readonly gone: boolean;
}

/** The same as before, where they are still to be found: chosen, written here, or of the relay. Never rejects. */
export async function partnerOf({ character: who }: ConversationRecord, chosen: Character | null): Promise<Partner> {
	if (who === null) return { character: null, gone: false };
	if (chosen?.id === who.id) return { character: chosen, gone: false };
	const [own, served] = await Promise.all([createCharacterStore().list(), servedCharacters()]);
	const found = [...own.characters, ...(served ?? [])].find(({ id }) => id === who.id);
	return found === undefined ? { character: chosen, gone: true } : { character: found, gone: false };
}

/** What was said, for the model and the log. What a crash cut off was cut off. */
export function earlierOf({ entries, character }: ConversationRecord): readonly EarlierLine[] {
	return entries
		.filter(({ text }) => text.trim() !== '')
		.slice(-MAX_LOGGED)
		.map(({ role, text, interrupted, open, who }) => ({
			role,
			text,
			interrupted: interrupted || (open && role === 'assistant'),
			who: who === undefined ? (character?.name ?? null) : who
		}));
}
