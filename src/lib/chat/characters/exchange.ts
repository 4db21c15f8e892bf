/** Characters as a text that people keep and send to each other: one JSON object with a format, a version and the list. */
import { MOST_CHARACTERS, OWN_PREFIX, MOST, type Character } from './character.ts';
import { describeFault, readCharacters, type Fault } from './read.ts';

const FORMAT = 'parley-characters';
const VERSION = 1;
/** In UTF-16 units; two hundred of the longest characters, every unit escaped, are three quarters of it. */
export const MOST_EXCHANGED = 1 << 21;

export type ImportFailure = 'too_big' | 'not_json' | 'not_characters' | 'newer_version' | 'faulty';

export type Imported =
	| { readonly ok: true; readonly characters: readonly Character[] }
	| {
			readonly ok: false;
			readonly why: ImportFailure;
			/** One English sentence each, all of them; the interface may show its own words for `why` above. */
			readonly messages: readonly string[];
			/** Of `faulty`: where and what, for a form. */
			readonly faults: readonly Fault[];
	  };

/** JSON, indented, with a newline at its end: a file that can be read, compared and edited. */
export function exportCharacters(characters: readonly Character[]): string {
	return `${JSON.stringify({ format: FORMAT, version: VERSION, characters }, null, 2)}\n`;
}

/** All of the characters in `text`, or none and why. Never throws, whatever it is given. */
export function importCharacters(text: string): Imported {
	if (text.length > MOST_EXCHANGED)
		return refused('too_big', `The file is larger than ${MOST_EXCHANGED >> 20} MB: it holds something else.`);
	let value: unknown;
	try {
		value = JSON.parse(text.replace(/^\ufeff/, ''));
	} catch {
		return refused('not_json', 'The file is no JSON, or not all of it is there: export it once more.');
	}
	const { format, version, characters } = fieldsOf(value);
	if (format !== FORMAT)
		return refused('not_characters', `The file holds no characters of Parley: its "format" must be "${FORMAT}".`);
	if (typeof version === 'number' && version > VERSION)
		return refused('newer_version', 'The file comes from a newer Parley: reload the app, then import it again.');
	if (version !== VERSION) return refused('not_characters', `The file's "version" must be ${VERSION}.`);
	const read = readCharacters(characters);
	if (read.ok) return read;
	const messages = read.faults.map((fault) => `${capital(describeFault(fault))}.`);
	return { ok: false, why: 'faulty', messages, faults: read.faults };
}

/**
 * An id for a character that a user made or imported, from its name: readable, never one of `taken`, and never one that
 * a relay's file may have.
 */
export function ownId(name: string, taken: ReadonlySet<string>): string {
	const plain = name
		.normalize('NFKD')
		.replace(/\p{M}+/gu, '')
		.toLowerCase()
		.replace(/[^a-z0-9]+/g, '-')
		.replace(/^-+|-+$/g, '')
		.slice(0, MOST.id - OWN_PREFIX.length - String(MOST_CHARACTERS).length - 1)
		.replace(/-+$/, '');
	const base = OWN_PREFIX + (plain === '' ? 'character' : plain);
	for (let number = 1; ; number++) {
		const id = number === 1 ? base : `${base}-${number}`;
		if (!taken.has(id)) return id;
	}
}

/** `characters` with ids of their own, so that none replaces one of `taken`: for what was imported or copied. */
export function adopt(characters: readonly Character[], taken: ReadonlySet<string>): Character[] {
	const all = new Set(taken);
	return characters.map((character) => {
		const id = ownId(character.name, all);
		all.add(id);
		return { ...character, id };
	});
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

function fieldsOf(value: unknown): {
	readonly format?: unknown;
	readonly version?: unknown;
	readonly characters?: unknown;
} {
	return typeof value === 'object' && value !== null ? value : {};
}

function refused(why: ImportFailure, message: string): Imported {
	return { ok: false, why, messages: [message], faults: [] };
}
