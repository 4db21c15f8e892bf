/** From anything at all to a list of characters, or to all that is wrong with it, each with its place and what to do. */
import * as v from 'valibot';
import { CharacterSchema, GreetingSchema, InstructionsSchema, MOST_CHARACTERS, type Character } from './character.ts';
import { quoted } from './text.ts';

export const FAULT_CODES = [
	'missing',
	'unknown_field',
	'wrong_type',
	'empty',
	'too_long',
	'not_a_choice',
	'bad_characters',
	'duplicate_id',
	'too_many'
] as const;
export type FaultCode = (typeof FAULT_CODES)[number];

export interface Fault {
	/** Fields and positions (from 0) that lead to it; empty for the whole. */
	readonly path: readonly (string | number)[];
	readonly code: FaultCode;
	/** Goes behind the field's name: `must be …`. English. */
	readonly message: string;
}

export type ReadCharacters =
	{ readonly ok: true; readonly characters: Character[] } | { readonly ok: false; readonly faults: readonly Fault[] };
export type ReadCharacter =
	{ readonly ok: true; readonly character: Character } | { readonly ok: false; readonly faults: readonly Fault[] };

export function readCharacter(value: unknown): ReadCharacter {
	const parsed = v.safeParse(CharacterSchema, value, { abortPipeEarly: true });
	return parsed.success
		? { ok: true, character: parsed.output }
		: { ok: false, faults: parsed.issues.flatMap((issue) => faultsOf(issue)) };
}

/** Two characters with one id are a fault of the second. */
export function readCharacters(value: unknown): ReadCharacters {
	if (!Array.isArray(value)) return refused([], 'wrong_type', 'must be a list of characters');
	const items: readonly unknown[] = value;
	if (items.length > MOST_CHARACTERS)
		return refused([], 'too_many', `must hold at most ${MOST_CHARACTERS} characters: leave some out`);
	const characters: Character[] = [];
	const faults: Fault[] = [];
	const firstAt = new Map<string, number>();
	items.forEach((item, at) => {
		const read = readCharacter(item);
		if (read.ok) characters.push(read.character);
		else faults.push(...read.faults.map((fault) => ({ ...fault, path: [at, ...fault.path] })));
		const id = idOf(item);
		const before = id === null ? undefined : firstAt.get(id);
		if (id !== null && before === undefined) firstAt.set(id, at);
		if (before !== undefined)
			faults.push({
				path: [at, 'id'],
				code: 'duplicate_id',
				message: `is that of character ${before + 1} already: give it another one`
			});
	});
	return faults.length === 0 ? { ok: true, characters } : { ok: false, faults };
}

/** `character 2, instructions.text must not be empty` */
export function describeFault({ path, message }: Fault): string {
	const [at, ...fields] = path;
	if (typeof at !== 'number') return `${at === undefined ? 'the whole' : path.map(shown).join('.')} ${message}`;
	const field = fields.length === 0 ? '' : `, ${fields.map(shown).join('.')}`;
	return `character ${at + 1}${field} ${message}`;
}

/** A field's name as it is where it is one of ours, and otherwise such that it can be printed. */
const shown = (step: string | number): string =>
	/^[\w-]{1,40}$/.test(String(step)) ? String(step) : quoted(String(step));

function idOf(item: unknown): string | null {
	return typeof item === 'object' && item !== null && 'id' in item && typeof item.id === 'string' ? item.id : null;
}

function refused(
	path: Fault['path'],
	code: FaultCode,
	message: string
): { readonly ok: false; readonly faults: Fault[] } {
	return { ok: false, faults: [{ path, code, message }] };
}

/** Of one place: a thousand unknown fields are one mistake. */
const MOST_UNKNOWN = 10;

const CODES: Readonly<Record<string, FaultCode>> = {
	min_length: 'empty',
	max_length: 'too_long',
	picklist: 'not_a_choice',
	regex: 'bad_characters',
	check: 'bad_characters'
};

/** Mostly one fault; valibot stops at the first field that it does not know, and an author wants to see them all. */
function faultsOf(issue: v.BaseIssue<unknown>): Fault[] {
	const path = (issue.path ?? []).map(({ key }) => (typeof key === 'number' ? key : String(key)));
	const last = issue.path?.at(-1);
	if (issue.type === 'strict_object' && last?.type === 'object' && last.origin === 'key') {
		if (issue.expected !== 'never') return [{ path, code: 'missing', message: 'is missing: add it' }];
		const known = fieldsBeside(path);
		const message = `is no field here: take it out, or use one of ${known.join(', ')}`;
		const unknown = Object.keys(last.input).filter((key) => !known.includes(key));
		return unknown.slice(0, MOST_UNKNOWN).map((key) => ({ path: path.with(-1, key), code: 'unknown_field', message }));
	}
	if (issue.type === 'variant') return [{ path, ...variantFault(issue, last?.key === 'type') }];
	return [{ path, code: CODES[issue.type] ?? 'wrong_type', message: issue.message }];
}

function variantFault(issue: v.BaseIssue<unknown>, isType: boolean): Pick<Fault, 'code' | 'message'> {
	if (!isType) return { code: 'wrong_type', message: `must have a type: ${issue.message}` };
	if (issue.input === undefined) return { code: 'missing', message: `is missing: it must be ${issue.message}` };
	return { code: 'not_a_choice', message: `must be ${issue.message}` };
}

/** The fields that may stand beside the last step of `path`. */
function fieldsBeside(path: readonly (string | number)[]): string[] {
	if (path.length < 2) return Object.keys(CharacterSchema.entries);
	const options = path.at(-2) === 'greeting' ? GreetingSchema.options : InstructionsSchema.options;
	return [...new Set(options.flatMap((option) => Object.keys(option.entries)))];
}
