/**
 * What a recogniser of the simple dialect says: JSON in text messages. Nobody has written the dialect down, so every usual
 * way of saying "this is not final yet" is understood, and what is neither is passed over:
 *
 *     {"type": "partial" | "final", "text": "…"}        also `transcript` for `text`; `interim` for `partial`
 *     {"text": "…", "final": true | false}              also `is_final`; and either inside any other `type`
 *     {"partial": "…"}   {"final": "…"}
 *     {"type": "error", …}   {"error": …}
 */
import * as v from 'valibot';
import { parseJsonWith } from '../../../src/lib/protocol/llm.ts';

export type Transcript =
	/** All of what is being said, as far as it is understood now: the next one takes its place. */
	| { readonly type: 'partial'; readonly text: string }
	/** All of what was said since the last final one; the next message is about what comes after it. */
	| { readonly type: 'final'; readonly text: string }
	| { readonly type: 'error' }
	/** A greeting, a sign of life, or anything else that holds no words. */
	| { readonly type: 'other' };

/** Ten minutes without a pause. */
const MAX_TEXT_CHARS = 16_384;
const PARTIAL = /^(partial|interim)(_|$)/;
const FINAL = /^final(_|$)/;

const text = v.pipe(v.string(), v.maxLength(MAX_TEXT_CHARS));
const Fields = v.object({
	type: v.optional(v.string()),
	text: v.optional(text),
	transcript: v.optional(text),
	partial: v.optional(v.union([text, v.boolean()])),
	final: v.optional(v.union([text, v.boolean()])),
	is_final: v.optional(v.boolean()),
	error: v.optional(v.unknown())
});
// An array is an object too, to the schema of one.
const Message = v.pipe(
	v.unknown(),
	v.check((value) => !Array.isArray(value)),
	Fields
);

/** Null where it is no such message: not JSON, no object, or a field of another kind. */
export function readTranscript(json: string): Transcript | null {
	const parsed = parseJsonWith(Message, json);
	if (!parsed.ok) return null;
	const { type = '', text: plain, transcript, partial, final, is_final: isFinal, error } = parsed.value;
	if (type === 'error' || (error !== undefined && error !== null)) return { type: 'error' };
	if (typeof partial === 'string') return { type: 'partial', text: partial };
	if (typeof final === 'string') return { type: 'final', text: final };
	const words = plain ?? transcript;
	if (words === undefined) return { type: 'other' };
	if (FINAL.test(type) || isFinal === true || final === true) return { type: 'final', text: words };
	const isPartial = PARTIAL.test(type) || isFinal === false || final === false || partial === true;
	return isPartial ? { type: 'partial', text: words } : { type: 'other' };
}
