/** What a list shows of a conversation. Kept beside each record, so that a list of a thousand reads none of them. */
import * as v from 'valibot';
import { UNRECOGNISED_SPEECH } from '../protocol/unrecognised-speech.ts';
import { MOST, type ConversationRecord } from './record.ts';
import { timeline } from './timeline.ts';

/** First words that a list shows, in UTF-16 units. */
const MOST_FIRST = 160;

export const SummarySchema = v.strictObject({
	id: v.pipe(v.string(), v.uuid()),
	startedAtMs: v.pipe(v.number(), v.finite(), v.minValue(0)),
	/** When something last happened in it. */
	lastAtMs: v.pipe(v.number(), v.finite(), v.minValue(0)),
	/** Milliseconds of talk. */
	durationMs: v.pipe(v.number(), v.finite(), v.minValue(0)),
	title: v.nullable(v.pipe(v.string(), v.maxLength(MOST.title))),
	starred: v.boolean(),
	/** The character's name; null for Parley itself. */
	who: v.nullable(v.pipe(v.string(), v.maxLength(MOST.name))),
	/** The person's first words, or the assistant's where the person wrote and said none; empty where nobody did. */
	first: v.pipe(v.string(), v.maxLength(MOST_FIRST + 1))
});
export type Summary = v.InferOutput<typeof SummarySchema>;

export function summarise(record: ConversationRecord): Summary {
	const { id, title, starred, character, entries } = record;
	const { startedAtMs, lastAtMs, lengthMs } = timeline(record);
	const words = (role: 'user' | 'assistant'): string | undefined =>
		entries
			.filter((entry) => entry.role === role)
			.map(({ text }) => plain(text.slice(0, 4 * MOST_FIRST)))
			.find((text) => text !== '');
	return {
		id,
		startedAtMs,
		lastAtMs,
		durationMs: lengthMs,
		title,
		starred,
		who: character?.name ?? null,
		first: shortened(words('user') ?? words('assistant') ?? '')
	};
}

const plain = (text: string): string => text.replaceAll(UNRECOGNISED_SPEECH, ' ').replace(/\s+/gu, ' ').trim();

function shortened(text: string): string {
	return text.length <= MOST_FIRST ? text : `${text.slice(0, MOST_FIRST).toWellFormed().trimEnd()}…`;
}
