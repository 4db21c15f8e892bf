/** What a kiosk's page leaves for the one that is loaded after it: that a talk was on, and how often nothing worked. No word of any talk. */
import * as v from 'valibot';
import { KIOSK_ERRORS, type KioskError } from '../../chat/characters/kiosk.ts';

const KEY = 'parley.kiosk';
const NoteSchema = v.object({
	talking: v.boolean(),
	broken: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(100)),
	lastError: v.nullable(v.picklist(KIOSK_ERRORS))
});
export type CrashNote = v.InferOutput<typeof NoteSchema>;

type Shelf = Pick<Storage, 'getItem' | 'setItem'>;

function tabShelf(): Shelf | null {
	try {
		return globalThis.sessionStorage ?? null;
	} catch {
		return null;
	}
}

export function leaveNote(note: CrashNote, shelf: Shelf | null = tabShelf()): void {
	try {
		shelf?.setItem(KEY, JSON.stringify(note));
	} catch {
		// The next page begins as if nothing had been.
	}
}

/** A page that was gone in the middle of a talk has crashed. */
export function readNote(shelf: Shelf | null = tabShelf()): {
	readonly lastError: KioskError | null;
	readonly broken: number;
} {
	try {
		const read = v.safeParse(NoteSchema, JSON.parse(shelf?.getItem(KEY) ?? 'null'));
		if (!read.success) return { lastError: null, broken: 0 };
		const { talking, lastError, broken } = read.output;
		return { lastError: talking ? 'crashed' : lastError, broken };
	} catch {
		return { lastError: null, broken: 0 };
	}
}
