/**
 * `/v1/realtime`, Unmute's browser protocol: JSON text frames, `{type, event_id, …}` each. The events themselves stand in
 * `realtime-client-events.ts` and `realtime-server-events.ts`.
 */
import * as v from 'valibot';
import {
	MAX_REALTIME_CHARS,
	RealtimeClientEventSchema,
	type RealtimeClientEvent,
	type RealtimeClientInput
} from './realtime-client-events.ts';
import {
	RealtimeServerEventSchema,
	type FieldFault,
	type RealtimeError,
	type RealtimeServerEvent,
	type RealtimeServerOutput
} from './realtime-server-events.ts';

export * from './realtime-client-events.ts';
export * from './realtime-server-events.ts';

export const REALTIME_PATH = '/v1/realtime';
export const REALTIME_SUBPROTOCOL = 'realtime';

/** Why an event was not understood. `unknown_type` is no fault of a newer peer: it may be let pass. */
export const REALTIME_FAULTS = ['too_large', 'invalid_json', 'unknown_type', 'invalid_field'] as const;

export interface RealtimeFault {
	readonly code: (typeof REALTIME_FAULTS)[number];
	/** The first field that does not fit, as a path (`session.voice`); null where none is to blame. */
	readonly param: string | null;
	readonly details: readonly FieldFault[];
}
export type DecodedEvent<T> =
	{ readonly ok: true; readonly value: T } | { readonly ok: false; readonly fault: RealtimeFault };

/** How many wrong fields are told of; an array may hold thousands. */
const MAX_DETAILS = 8;

/** Never throws. What it reports names fields and never their values. */
export const decodeRealtimeClientEvent = (text: string): DecodedEvent<RealtimeClientEvent> =>
	decodeEvent(RealtimeClientEventSchema, text);
/** Never throws, and takes what is larger than any event of ours for one that it is not. */
export const decodeRealtimeServerEvent = (text: string): DecodedEvent<RealtimeServerEvent> =>
	decodeEvent(RealtimeServerEventSchema, text);

export const encodeRealtimeClientEvent = (event: RealtimeClientInput): string => JSON.stringify(event);
/** `type` and `event_id` first, as Unmute writes them. */
export function encodeRealtimeServerEvent(event: RealtimeServerOutput, eventId: string): string {
	const { type, ...rest } = event;
	return JSON.stringify({ type, event_id: eventId, ...rest });
}

const ID_ALPHABET = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
const ID_CHARS = 21;

/** `event_` or another prefix and 21 letters and digits, as Unmute's and OpenAI's look. `chance` is in [0, 1). */
export function realtimeId(chance: () => number, prefix = 'event'): string {
	let id = `${prefix}_`;
	for (let i = 0; i < ID_CHARS; i++) id += ID_ALPHABET.charAt(Math.floor(chance() * ID_ALPHABET.length));
	return id;
}

/** What a server answers to an event that it does not understand; Unmute's words, with a code added. */
export function invalidRequest({ code, param, details }: RealtimeFault): RealtimeError {
	return { type: 'invalid_request_error', code, message: 'Invalid message', param, details: [...details] };
}

function decodeEvent<const S extends v.GenericSchema>(schema: S, text: string): DecodedEvent<v.InferOutput<S>> {
	if (text.length > MAX_REALTIME_CHARS) return failed('too_large', [], 'the event is too large');
	let value: unknown;
	try {
		value = JSON.parse(text);
	} catch {
		return failed('invalid_json', [], 'not JSON');
	}
	const parsed = v.safeParse(schema, value);
	if (parsed.success) return { ok: true, value: parsed.output };
	const [first] = parsed.issues;
	const type = typeOf(value);
	// Valibot blames the field `type` for each of these, with the same kind of issue.
	if (type === null) return failed('unknown_type', [], 'an event is an object with a type');
	if (v.getDotPath(first) === 'type') return failed('unknown_type', ['type'], 'no event has this type');
	const details = parsed.issues.slice(0, MAX_DETAILS).map((issue) => fieldFault(type, issue));
	return { ok: false, fault: { code: 'invalid_field', param: v.getDotPath(first), details } };
}

function failed(code: RealtimeFault['code'], loc: string[], msg: string): { ok: false; fault: RealtimeFault } {
	return { ok: false, fault: { code, param: loc[0] ?? null, details: [{ type: code, loc, msg }] } };
}

function fieldFault(type: string, issue: v.BaseIssue<unknown>): FieldFault {
	const path = issue.path?.map(({ key }) => (typeof key === 'number' ? key : String(key))) ?? [];
	return {
		type: issue.received === 'undefined' ? 'missing' : 'invalid_field',
		loc: [type, ...path],
		// What is checked by a function of ours says by its message what it expects.
		msg: `expected ${issue.type === 'custom' ? issue.message : (issue.expected ?? issue.message)}`
	};
}

/** The type of an event, known or not. */
function typeOf(value: unknown): string | null {
	if (typeof value !== 'object' || value === null || !('type' in value)) return null;
	return typeof value.type === 'string' ? value.type : null;
}
