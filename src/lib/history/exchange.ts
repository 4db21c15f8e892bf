/** Conversations as a JSON file that Parley reads again: nothing is lost on the way, and nothing here is replaced. */
import { readRecord, type Unreadable } from './migrate.ts';
import type { ConversationRecord } from './record.ts';

const FORMAT = 'parley-history';
const VERSION = 1;
/** In UTF-16 units: a thousand long conversations are a tenth of it. */
export const MOST_EXCHANGED = 1 << 27;

export type ImportFailure = 'too_big' | 'not_json' | 'not_history' | 'newer_version';

/** A conversation in a file that could not be read; `nth` counts from 1. */
export interface ImportFault {
	readonly nth: number;
	readonly why: Unreadable;
	readonly where: string;
}

export type Imported =
	| { readonly ok: true; readonly records: readonly ConversationRecord[]; readonly faults: readonly ImportFault[] }
	| { readonly ok: false; readonly why: ImportFailure };

export function exportJson(records: readonly ConversationRecord[]): string {
	return `${JSON.stringify({ format: FORMAT, version: VERSION, conversations: records }, null, '\t')}\n`;
}

/** Every conversation of the file that can be read, and of each other one why not. Never throws. */
export function importJson(text: string): Imported {
	if (text.length > MOST_EXCHANGED) return { ok: false, why: 'too_big' };
	let value: unknown;
	try {
		value = JSON.parse(text.replace(/^\ufeff/, ''));
	} catch {
		return { ok: false, why: 'not_json' };
	}
	const { format, version, conversations } = fieldsOf(value);
	if (format !== FORMAT) return { ok: false, why: 'not_history' };
	if (typeof version === 'number' && version > VERSION) return { ok: false, why: 'newer_version' };
	if (version !== VERSION || !Array.isArray(conversations)) return { ok: false, why: 'not_history' };
	const records: ConversationRecord[] = [];
	const faults: ImportFault[] = [];
	for (const [at, one] of conversations.entries()) {
		const read = readRecord(one);
		if (read.ok) records.push(read.record);
		else faults.push({ nth: at + 1, why: read.why, where: read.where });
	}
	return { ok: true, records, faults };
}

function fieldsOf(value: unknown): {
	readonly format?: unknown;
	readonly version?: unknown;
	readonly conversations?: unknown;
} {
	return typeof value === 'object' && value !== null ? value : {};
}
