/** From whatever was kept, by this Parley or an older one, to a record of today. */
import * as v from 'valibot';
import { FORMAT, RecordSchema, VERSION, type ConversationRecord } from './record.ts';

/** Makes a record of one version into one of the next. It is given foreign data: it may throw, or answer nonsense. */
export type Step = (old: Readonly<Record<string, unknown>>) => unknown;

/** The step at 1 makes a version 1 into a version 2, and so on: there is one for every version before today's. */
export const STEPS: Readonly<Record<number, Step>> = {
	// Version 1 was one talk from beginning to end.
	1: ({ startedAtMs, endedAtMs, entries, ...rest }) => ({
		...rest,
		version: 2,
		parts: [{ startedAtMs, endedAtMs }],
		entries: Array.isArray(entries)
			? entries.map((entry: unknown) => (isObject(entry) ? { ...entry, part: 0 } : entry))
			: entries
	})
};

/** `newer`: a newer Parley wrote it, and can read it. */
export type Unreadable = 'newer' | 'not_a_conversation' | 'faulty';
export type Read =
	| { readonly ok: true; readonly record: ConversationRecord; readonly migrated: boolean }
	/** `where` tells a person looking for the fault in a file: a path such as `entries.3.role`; empty for the whole. */
	| { readonly ok: false; readonly why: Unreadable; readonly where: string };

/** Never throws. */
export function readRecord(value: unknown, steps = STEPS): Read {
	let current: unknown = value;
	let migrated = false;
	for (;;) {
		if (!isObject(current) || current['format'] !== FORMAT) return refused('not_a_conversation');
		const { version } = current;
		if (version === VERSION) break;
		if (typeof version !== 'number' || !Number.isInteger(version) || version < 1) return refused('faulty', 'version');
		if (version > VERSION) return refused('newer');
		const next = stepped(current, steps[version]);
		// A step that did not step would be taken for ever.
		if (!isObject(next) || next['version'] !== version + 1) return refused('faulty');
		current = next;
		migrated = true;
	}
	const parsed = v.safeParse(RecordSchema, current);
	if (!parsed.success) return refused('faulty', v.getDotPath(parsed.issues[0]) ?? '');
	return { ok: true, record: parsed.output, migrated };
}

function stepped(old: Readonly<Record<string, unknown>>, step: Step | undefined): unknown {
	try {
		return step?.(old);
	} catch {
		return null;
	}
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

const refused = (why: Unreadable, where = ''): Read => ({ ok: false, why, where });
