/** Putting back what was taken away of a conversation, beside whatever it has become meanwhile. Pure. */
import type { ConversationRecord, KeptEntry, Part } from './record.ts';

/** A part, and what was said in it. */
interface SaidPart {
	readonly part: Part;
	readonly entries: readonly KeptEntry[];
}

/**
 * `current`, and of each part of `removed` the words, where it has none of that part: parts are the same that began at the
 * same time. Name and star are `current`'s. Parts come in the order of time, so that their numbers may be others than before.
 */
export function withPartsOf(removed: ConversationRecord, current: ConversationRecord | null): ConversationRecord {
	if (current === null) return removed;
	const rest = saidParts(removed);
	const parts = saidParts(current).map((here) => {
		const at = rest.findIndex(({ part }) => part.startedAtMs === here.part.startedAtMs);
		const [back] = at < 0 ? [] : rest.splice(at, 1);
		return back !== undefined && here.entries.length === 0 ? back : here;
	});
	const all = [...parts, ...rest.filter(({ entries }) => entries.length > 0)];
	all.sort((a, b) => a.part.startedAtMs - b.part.startedAtMs);
	return {
		...current,
		parts: all.map(({ part }) => part),
		entries: all.flatMap(({ entries }, part) => entries.map((entry) => ({ ...entry, part })))
	};
}

const saidParts = ({ parts, entries }: ConversationRecord): SaidPart[] =>
	parts.map((part, at) => ({ part, entries: entries.filter((entry) => entry.part === at) }));

/** Without what was said in one part; null where nothing else was said. The numbers of other parts stay. */
export function withoutPart(record: ConversationRecord, part: number): ConversationRecord | null {
	const entries = record.entries.filter((entry) => entry.part !== part);
	if (entries.length === 0) return null;
	return { ...record, entries, parts: part === record.parts.length - 1 ? record.parts.slice(0, -1) : record.parts };
}
