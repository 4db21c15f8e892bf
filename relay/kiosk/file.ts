/** The file of KIOSK_CONFIG, read once at start: every mistake with its line and column. */
import * as v from 'valibot';
import type { Character } from '../../src/lib/chat/characters/character.ts';
import { KIOSK_FIELDS, type Kiosk } from '../../src/lib/chat/characters/kiosk.ts';
import { readCharacter } from '../../src/lib/chat/characters/read.ts';
import { quoted } from '../../src/lib/chat/characters/text.ts';
import { mistakesIn, readOperatorFile } from '../operator-file.ts';
import { parseYaml, type Mistake, type PathFault } from '../yaml.ts';
import { readPinHash, type PinHash } from './pin.ts';

/** Every field and a character with all of its own take 5 KB. */
const MOST_BYTES = 32 * 1024;
/** Of one file: a thousand unknown fields are one mistake. */
const MOST_UNKNOWN = 10;
const FIELDS = ['character', ...Object.keys(KIOSK_FIELDS), 'pin'];

const FileSchema = v.object({ ...KIOSK_FIELDS, pin: v.optional(v.string('must be what `npm run kiosk:pin` prints')) });

export interface KioskFile {
	/** What every kiosk is told. */
	readonly told: Kiosk;
	readonly pin: PinHash | null;
}
export type ParsedKiosk =
	{ readonly ok: true; readonly file: KioskFile } | { readonly ok: false; readonly mistakes: readonly Mistake[] };

/** @throws StartError that names every mistake with its line and column, and what to do. */
export async function loadKiosk(path: string, characters: readonly Character[]): Promise<KioskFile> {
	const text = await readOperatorFile({
		setting: 'KIOSK_CONFIG',
		path,
		mostBytes: MOST_BYTES,
		tooLarge: 'One kiosk needs no more.'
	});
	const parsed = parseKiosk(text, characters);
	if (!parsed.ok) throw mistakesIn(path, 'The kiosk has mistakes:', parsed.mistakes);
	return parsed.file;
}

/** YAML or JSON. A character is written out, or named by its id among `characters`. Never throws. */
export function parseKiosk(text: string, characters: readonly Character[]): ParsedKiosk {
	const parsed = parseYaml(text, { what: 'the fields of a kiosk', kind: 'set of fields' });
	if (!parsed.ok) return parsed;
	const { value } = parsed;
	if (typeof value !== 'object' || value === null || Array.isArray(value)) {
		return { ok: false, mistakes: parsed.place([{ path: [], text: 'the whole must be fields, such as idleS: 45' }]) };
	}
	const faults: PathFault[] = Object.keys(value)
		.filter((key) => !FIELDS.includes(key))
		.slice(0, MOST_UNKNOWN)
		.map((key) => ({
			path: [key],
			text: `${shown(key)} is no field here: take it out, or use one of ${FIELDS.join(', ')}`
		}));
	const fields = v.safeParse(FileSchema, value, { abortPipeEarly: true });
	for (const issue of fields.issues ?? []) {
		const path = (issue.path ?? []).map(({ key }) => (typeof key === 'number' ? key : String(key)));
		faults.push({ path, text: `${path.map((step) => shown(String(step))).join('.')} ${issue.message}` });
	}
	const character = readWho('character' in value ? value.character : undefined, characters);
	if ('faults' in character) faults.push(...character.faults);
	const given = fields.success ? fields.output.pin : undefined;
	const pin = given === undefined ? null : readPinHash(given);
	if (given !== undefined && pin === null)
		faults.push({
			path: ['pin'],
			text: 'pin must be what `npm run kiosk:pin` prints: a hash, and never the PIN itself'
		});
	if (faults.length > 0 || !fields.success || 'faults' in character)
		return { ok: false, mistakes: parsed.place(faults) };
	const { pin: _pin, ...told } = fields.output;
	return { ok: true, file: { told: { ...told, character: character.who, hasPin: pin !== null }, pin } };
}

type Who = { readonly who: Character | null } | { readonly faults: readonly PathFault[] };

function readWho(value: unknown, characters: readonly Character[]): Who {
	if (value === undefined || value === null) return { who: null };
	const path = ['character'];
	if (typeof value === 'string') {
		const who = characters.find(({ id }) => id === value);
		if (who !== undefined) return { who };
		return {
			faults: [
				{ path, text: `character ${quoted(value)} is not among the characters: name the id of one, or write it out` }
			]
		};
	}
	const read = readCharacter(value);
	if (read.ok) return { who: read.character };
	return {
		faults: read.faults.map((fault) => ({
			path: [...path, ...fault.path],
			text: `${[...path, ...fault.path].map((step) => shown(String(step))).join('.')} ${fault.message}`
		}))
	};
}

/** A field's name as it is where it looks like one, and otherwise such that it can be printed. */
const shown = (step: string): string => (/^[\w-]{1,40}$/.test(step) ? step : quoted(step));
