/** The code that lets a person in, as they type it and as this browser keeps it. */
import * as v from 'valibot';
import { MAX_TOKEN_CHARS } from '../protocol/handshake.ts';
import { recallFor, rememberFor } from './per-relay.ts';
import { KEYS, type Shelf } from './stored.ts';

/** What a relay may take. White space around it came along with a paste. */
const CodeSchema = v.pipe(v.string(), v.trim(), v.nonEmpty(), v.maxLength(MAX_TOKEN_CHARS));

/** Whether nobody was given such a long code: not to be cut off in silence, or it would only be called wrong. */
export const isTooLong = (text: string): boolean => text.trim().length > MAX_TOKEN_CHARS;

/** The code that was typed; null where there is none, or one too long. */
export function readCode(text: string): string | null {
	const parsed = v.safeParse(CodeSchema, text);
	return parsed.success ? parsed.output : null;
}

/** The code kept here for `relay`, an origin: no other relay is ever given it. */
export const recallCode = (relay: string, shelf?: Shelf | null): string | null =>
	recallFor(KEYS.accessCode, relay, CodeSchema, shelf);

/** Keeps it, or with null takes it away for good. */
export const keepCode = (
	relay: string,
	code: string | null,
	shelf?: (Shelf & Pick<Storage, 'removeItem'>) | null
): void => rememberFor(KEYS.accessCode, relay, code, shelf);
