/**
 * One conversation as it is kept in this browser, version 2: it knows of talks that were gone on with, which version 1 did
 * not. What changes in it later is a new version, with a step in `migrate.ts` that makes the old into the new. A private talk has no record at all.
 */
import * as v from 'valibot';
import { LANGUAGES } from '../chat/characters/language.ts';

export const FORMAT = 'parley-conversation';
export const VERSION = 2;

/** Beyond any talk: they bound what a foreign file can make this page hold. Lengths are in UTF-16 units. */
export const MOST = {
	entries: 20_000,
	parts: 1000,
	text: 1_000_000,
	title: 200,
	name: 200,
	voice: 200,
	id: 64
} as const;

const WhenSchema = v.pipe(v.number(), v.finite(), v.minValue(0), v.maxValue(8.64e15));

/** Who answered, as far as it says something to a reader. Their instructions are not kept: they are the character's. */
const WhoSchema = v.strictObject({
	id: v.pipe(v.string(), v.nonEmpty(), v.maxLength(MOST.id)),
	name: v.pipe(v.string(), v.nonEmpty(), v.maxLength(MOST.name)),
	voice: v.exactOptional(v.pipe(v.string(), v.maxLength(MOST.voice))),
	language: v.picklist(LANGUAGES)
});
export type Who = v.InferOutput<typeof WhoSchema>;

const EntrySchema = v.strictObject({
	role: v.picklist(['user', 'assistant']),
	/** The person's words as recognised, of the assistant's the ones that were heard. */
	text: v.pipe(v.string(), v.maxLength(MOST.text)),
	/** The assistant was cut off. */
	interrupted: v.boolean(),
	/** Still growing when it was last written down. */
	open: v.boolean(),
	/** When its first word came, and its last: milliseconds since 1970, by this device's clock. */
	atMs: WhenSchema,
	endMs: WhenSchema,
	/** Of `parts`, the one in which it was said. */
	part: v.pipe(v.number(), v.integer(), v.minValue(0)),
	/** Who answered, where it was another than `character`; null for Parley itself. */
	who: v.exactOptional(v.nullable(v.pipe(v.string(), v.nonEmpty(), v.maxLength(MOST.name))))
});
export type KeptEntry = v.InferOutput<typeof EntrySchema>;

/** From a press of Start to its end. */
const PartSchema = v.strictObject({
	startedAtMs: WhenSchema,
	/** Null while it goes on, and for ever where the page was killed. */
	endedAtMs: v.nullable(WhenSchema)
});
export type Part = v.InferOutput<typeof PartSchema>;

export const RecordSchema = v.pipe(
	v.strictObject({
		format: v.literal(FORMAT),
		version: v.literal(VERSION),
		id: v.pipe(v.string(), v.uuid()),
		/** A second one where the talk was gone on with later, and so on. */
		parts: v.pipe(v.array(PartSchema), v.minLength(1), v.maxLength(MOST.parts)),
		/** The person's own name for it. */
		title: v.nullable(v.pipe(v.string(), v.nonEmpty(), v.maxLength(MOST.title))),
		starred: v.boolean(),
		/** Null: Parley itself. */
		character: v.nullable(WhoSchema),
		/** The page's, which Parley itself speaks. */
		language: v.picklist(['en', 'fr']),
		entries: v.pipe(v.array(EntrySchema), v.maxLength(MOST.entries))
	}),
	v.check(({ parts, entries }) => entries.every(({ part }) => part < parts.length), 'an entry of no part')
);
export type ConversationRecord = v.InferOutput<typeof RecordSchema>;
