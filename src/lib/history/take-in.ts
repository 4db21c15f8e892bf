/** Taking imported conversations in: what is here already is recognised, and nothing here is lost or replaced. */
import type { ConversationRecord, KeptEntry } from './record.ts';
import type { HistoryStore, Trouble } from './store.ts';

export interface TakenIn {
	readonly added: number;
	/** Here already, perhaps under another name, or gone on with since. */
	readonly known: number;
	/** Why it stopped before the end. */
	readonly trouble: Trouble | null;
}

type Store = Pick<HistoryStore, 'change' | 'each'>;

export async function takeIn(
	store: Store,
	records: readonly ConversationRecord[],
	newId: () => string
): Promise<TakenIn> {
	const talks = new Set<string>();
	await store.each((kept) => {
		for (const record of kept) talks.add(talkOf(record));
		return true;
	});
	let added = 0;
	let known = 0;
	for (const record of records) {
		const talk = talkOf(record);
		const how = talks.has(talk) ? 'known' : await takeOne(store, record, newId);
		talks.add(talk);
		if (how === 'added') added += 1;
		else if (how === 'known') known += 1;
		else return { added, known, trouble: how };
	}
	return { added, known, trouble: null };
}

async function takeOne(
	store: Store,
	record: ConversationRecord,
	newId: () => string
): Promise<'added' | 'known' | Trouble> {
	let isOther = false;
	const outcome = await store.change(record.id, (current) => {
		if (current === null) return record;
		if (beginsWith(current, record)) return null;
		if (beginsWith(record, current)) return { ...current, parts: record.parts, entries: record.entries };
		isOther = true;
		return null;
	});
	if (outcome === 'done') return 'added';
	if (outcome === 'absent' && !isOther) return 'known';
	if (outcome !== 'absent' && outcome !== 'newer') return outcome;
	// Its id is another's: it gets one of its own.
	const id = newId();
	const second = await store.change(id, () => ({ ...record, id }));
	return second === 'done' ? 'added' : second === 'full' ? 'full' : 'unavailable';
}

/** What was said when, whatever it is called: the same text for the same talk. */
const talkOf = ({ parts, entries, character }: ConversationRecord): string =>
	JSON.stringify([parts, entries, character]);

/** `longer` is `shorter`, gone on with. */
function beginsWith(longer: ConversationRecord, shorter: ConversationRecord): boolean {
	return (
		longer.parts.length >= shorter.parts.length &&
		shorter.entries.every((entry, at) => {
			const same = longer.entries[at];
			return same !== undefined && (JSON.stringify(entry) === JSON.stringify(same) || hasGrown(entry, same));
		})
	);
}

/** `entry` was still growing when it was exported, and became `later`. */
const hasGrown = (entry: KeptEntry, later: KeptEntry): boolean =>
	entry.open &&
	entry.role === later.role &&
	entry.part === later.part &&
	entry.atMs === later.atMs &&
	later.text.startsWith(entry.text);
