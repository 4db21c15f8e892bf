/**
 * The characters that a user wrote, kept in this browser. What comes back was written by anybody, perhaps by a newer
 * Parley: each is checked, and what does not fit is neither shown nor lost.
 */
import { createStore, del, entries, set } from 'idb-keyval';
import { MOST_CHARACTERS, OWN_PREFIX, type Character } from '../chat/characters/character.ts';
import { readCharacter, type Fault } from '../chat/characters/read.ts';

/** What IndexedDB gives through idb-keyval; a test passes its own. Any of them may reject. */
export interface CharacterShelf {
	entries(): Promise<readonly (readonly [unknown, unknown])[]>;
	set(id: string, value: unknown): Promise<void>;
	delete(id: string): Promise<void>;
}

export interface KeptCharacters {
	/** By name, then by id. */
	readonly characters: readonly Character[];
	/** Ids of what is kept and does not fit. `remove` takes them too. */
	readonly setAside: readonly string[];
	/** False where the browser lets nothing be kept (private windows, blocked site data). */
	readonly available: boolean;
}

export type Saved =
	| { readonly ok: true }
	/** `full`: as many as one browser keeps. `unavailable`: the browser refused, or its disk is full. */
	| { readonly ok: false; readonly why: 'full' | 'unavailable' }
	| { readonly ok: false; readonly why: 'faulty'; readonly faults: readonly Fault[] };

export interface CharacterStore {
	/** Never rejects. */
	list(): Promise<KeptCharacters>;
	/** Keeps `character` in place of one with its id, which begins with OWN_PREFIX (`ownId`). Never rejects. */
	save(character: Character): Promise<Saved>;
	/** True where it is gone. Never rejects. */
	remove(id: string): Promise<boolean>;
}

export function createCharacterStore(shelf: CharacterShelf = browserShelf()): CharacterStore {
	return {
		async list() {
			try {
				return { ...sorted(await shelf.entries()), available: true };
			} catch {
				return { characters: [], setAside: [], available: false };
			}
		},
		async save(character) {
			// A form's values are proxies in Svelte, which IndexedDB refuses to copy: what was read is plain.
			const read = readCharacter(character);
			if (!read.ok) return { ok: false, why: 'faulty', faults: read.faults };
			const { id } = read.character;
			if (!id.startsWith(OWN_PREFIX)) return { ok: false, why: 'faulty', faults: [NOT_OWN] };
			try {
				const kept = await shelf.entries();
				const isNew = !kept.some(([key]) => key === id);
				if (isNew && kept.length >= MOST_CHARACTERS) return { ok: false, why: 'full' };
				await shelf.set(id, read.character);
				return { ok: true };
			} catch {
				return { ok: false, why: 'unavailable' };
			}
		},
		async remove(id) {
			try {
				await shelf.delete(id);
				return true;
			} catch {
				return false;
			}
		}
	};
}

const NOT_OWN: Fault = { path: ['id'], code: 'bad_characters', message: `must begin with ${OWN_PREFIX}` };

function sorted(kept: readonly (readonly [unknown, unknown])[]): Omit<KeptCharacters, 'available'> {
	const characters: Character[] = [];
	const setAside: string[] = [];
	for (const [key, value] of kept) {
		if (typeof key !== 'string') continue;
		const read = readCharacter(value);
		if (read.ok && read.character.id === key && key.startsWith(OWN_PREFIX)) characters.push(read.character);
		else setAside.push(key);
	}
	characters.sort((a, b) => a.name.localeCompare(b.name) || (a.id < b.id ? -1 : 1));
	return { characters, setAside: setAside.sort() };
}

/** The database is opened when it is first used, never when a page without one is prerendered. */
function browserShelf(): CharacterShelf {
	const store = createStore('parley-characters', 'characters');
	// `async`, because without IndexedDB these throw where they should reject.
	return {
		entries: async () => entries<IDBValidKey, unknown>(store),
		set: async (id, value) => set(id, value, store),
		delete: async (id) => del(id, store)
	};
}
