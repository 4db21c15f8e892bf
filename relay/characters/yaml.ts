/** Characters from YAML: every mistake with its line and column. Pure; what a file may be is decided in `load.ts`. */
import { OWN_PREFIX, type Character } from '../../src/lib/chat/characters/character.ts';
import { describeFault, readCharacters, type Fault } from '../../src/lib/chat/characters/read.ts';
import { parseYaml, type Mistake } from '../yaml.ts';

export type ParsedCharacters =
	| { readonly ok: true; readonly characters: readonly Character[] }
	| { readonly ok: false; readonly mistakes: readonly Mistake[] };

/** Never throws. Mistakes come in the order of the file. */
export function parseCharacters(text: string): ParsedCharacters {
	const parsed = parseYaml(text, { what: 'a list of characters', kind: 'list' });
	if (!parsed.ok) return parsed;
	const read = readCharacters(parsed.value);
	const faults = [...(read.ok ? [] : read.faults), ...reservedIds(parsed.value)];
	if (read.ok && faults.length === 0) return read;
	return {
		ok: false,
		mistakes: parsed.place(faults.map((fault) => ({ path: fault.path, text: describeFault(fault) })))
	};
}

function reservedIds(value: unknown): Fault[] {
	const items: readonly unknown[] = Array.isArray(value) ? value : [];
	return items.flatMap((item, at): Fault[] => {
		const id = typeof item === 'object' && item !== null && 'id' in item ? item.id : null;
		if (typeof id !== 'string' || !id.startsWith(OWN_PREFIX)) return [];
		const message = `must not begin with ${OWN_PREFIX}, which is for characters that users write: choose another one`;
		return [{ path: [at, 'id'], code: 'bad_characters', message }];
	});
}
