/** When things happened in a talk, counted from its beginning: breaks between its parts are no part of it. Pure. */
import type { ConversationRecord, KeptEntry } from './record.ts';

export interface Timeline {
	/** Milliseconds since 1970. */
	readonly startedAtMs: number;
	/** When something last happened in it, since 1970. */
	readonly lastAtMs: number;
	/** Of talk. */
	readonly lengthMs: number;
	/** When the entry's first and last word came, in milliseconds of talk. */
	readonly span: (entry: KeptEntry) => { readonly fromMs: number; readonly toMs: number };
}

export function timeline({ parts, entries }: ConversationRecord): Timeline {
	// Of a part that a crash cut off, its last word is the end.
	const ends = parts.map(({ startedAtMs, endedAtMs }) => Math.max(startedAtMs, endedAtMs ?? 0));
	for (const { part, endMs } of entries) ends[part] = Math.max(ends[part] ?? 0, endMs);
	const begins: number[] = [];
	let lengthMs = 0;
	for (const [at, { startedAtMs }] of parts.entries()) {
		begins.push(lengthMs);
		lengthMs += (ends[at] ?? startedAtMs) - startedAtMs;
	}
	const startedAtMs = parts[0]?.startedAtMs ?? 0;
	return {
		startedAtMs,
		lastAtMs: ends.reduce((last, endMs) => Math.max(last, endMs), startedAtMs),
		lengthMs,
		span: ({ part, atMs, endMs }) => {
			const offset = (begins[part] ?? 0) - (parts[part]?.startedAtMs ?? 0);
			// A clock may be set back while somebody talks.
			const fromMs = Math.max(0, atMs + offset);
			return { fromMs, toMs: Math.max(fromMs, endMs + offset) };
		}
	};
}
