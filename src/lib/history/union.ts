/** Putting back what was taken away of a conversation, beside whatever it has become meanwhile. Pure. */
import type { ConversationRecord } from './record.ts';

/** `current`, with those parts of `removed` of which it has no word any more. Name and star are `current`'s. */
export function withPartsOf(removed: ConversationRecord, current: ConversationRecord | null): ConversationRecord {
	if (current === null) return removed;
	const has = new Set(current.entries.map(({ part }) => part));
	const back = removed.entries.filter(({ part }) => !has.has(part));
	return {
		...current,
		parts: [...current.parts, ...removed.parts.slice(current.parts.length)],
		entries: [...current.entries, ...back].sort((a, b) => a.part - b.part)
	};
}

/** Without what was said in one part; null where nothing else was said. The numbers of other parts stay. */
export function withoutPart(record: ConversationRecord, part: number): ConversationRecord | null {
	const entries = record.entries.filter((entry) => entry.part !== part);
	if (entries.length === 0) return null;
	return { ...record, entries, parts: part === record.parts.length - 1 ? record.parts.slice(0, -1) : record.parts };
}
