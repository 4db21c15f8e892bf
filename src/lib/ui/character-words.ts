/** What the page says of a character and of what is wrong with one. Pure. */
import type { Character } from '../chat/characters/character.ts';
import type { Fault } from '../chat/characters/read.ts';
import type { EditedField, Messages } from '../i18n/messages.ts';

/** In letters: a line and a half on a phone. */
const LONGEST_LINE = 90;

/** One line of what they are: Parley's words for its own kinds, and the first sentence of what somebody wrote. */
export function characterLine({ instructions }: Character, say: Messages): string {
	if (instructions.type !== 'constant') return say.people.kinds[instructions.type];
	const [first = ''] = /^[^\n]*?(?:[.!?…](?=\s|$)|$)/mu.exec(instructions.text.trim()) ?? [];
	if (first.length <= LONGEST_LINE) return first;
	const cut = first.slice(0, LONGEST_LINE);
	const lastSpace = cut.lastIndexOf(' ');
	return `${cut.slice(0, lastSpace > 0 ? lastSpace : LONGEST_LINE).trimEnd()}…`;
}

/** `Character 2, Name: is too long` in the language in use; fields that have no name there keep the file's. */
export function faultInWords({ path, code }: Fault, say: Messages): string {
	const [at, ...rest] = path;
	const fields = typeof at === 'number' ? rest : path;
	const field = fields.at(-1);
	const named = field === undefined ? [] : [isEdited(field) ? say.people.fields[field] : String(field)];
	const place = [...(typeof at === 'number' ? [say.people.nth(at + 1)] : []), ...named].join(', ');
	return place === '' ? say.people.faults[code] : `${place} ${say.people.faults[code]}`;
}

/** The voices of the characters that the relay serves, each with the first who has it: those its speech server knows. */
export function voicesOf(served: readonly Character[]): readonly { readonly voice: string; readonly of: string }[] {
	const found = new Map<string, string>();
	for (const { voice, name } of served) if (voice !== undefined && !found.has(voice)) found.set(voice, name);
	return [...found].map(([voice, of]) => ({ voice, of }));
}

const isEdited = (field: string | number): field is EditedField =>
	field === 'name' || field === 'language' || field === 'text' || field === 'voice';
