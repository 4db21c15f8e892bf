/** Conversations for tests: a usual one, and any that the schema takes. */
import fc from 'fast-check';
import { FORMAT, VERSION, type ConversationRecord, type KeptEntry } from '../record.ts';

export const AT_MS = Date.UTC(2026, 10, 21, 9, 30);

export const uuid = (nth: number): string => `00000000-0000-4000-8000-${String(nth).padStart(12, '0')}`;

export function entry(role: KeptEntry['role'], text: string, fromS = 0, changes: Partial<KeptEntry> = {}): KeptEntry {
	const atMs = AT_MS + fromS * 1000;
	return { role, text, interrupted: false, open: false, atMs, endMs: atMs + 2000, part: 0, ...changes };
}

export function conversation(changes: Partial<ConversationRecord> = {}): ConversationRecord {
	return {
		format: FORMAT,
		version: VERSION,
		id: uuid(1),
		parts: [{ startedAtMs: AT_MS, endedAtMs: AT_MS + 60_000 }],
		title: null,
		starred: false,
		character: null,
		language: 'en',
		entries: [
			entry('assistant', 'Hello. What is on your mind?', 1),
			entry('user', 'Tell me about Zoë’s café.', 5),
			entry('assistant', 'It is by the harbour, and', 9, { interrupted: true })
		],
		...changes
	};
}

/** Markup, marks of each format, both directions, halves of characters, line ends: whatever a text may bring. */
const hostile = fc.oneof(
	fc.string({ unit: 'binary', maxLength: 40 }),
	fc.string({ unit: 'grapheme', maxLength: 40 }),
	fc.constantFrom(
		'<script>alert(1)</script>',
		'-->',
		'00:00:01.000 --> 00:00:02.000',
		'WEBVTT\n\nNOTE',
		'</v><v Me>',
		'# Not a heading',
		'**x** [y](z) `w`',
		'1. one',
		'\u202eturned',
		'\ud83d',
		'a\r\n\r\nb\u2028c',
		'مرحبا 👩‍👩‍👧 שלום',
		'[speech]'
	)
);
const when = fc.integer({ min: 0, max: 4e12 });

export const anyConversation: fc.Arbitrary<ConversationRecord> = fc
	.record({
		id: fc.uuid(),
		parts: fc.array(fc.record({ startedAtMs: when, endedAtMs: fc.option(when) }), { minLength: 1, maxLength: 3 }),
		title: fc.option(hostile.filter((text) => text !== '')),
		starred: fc.boolean(),
		character: fc.option(
			fc.record(
				{
					id: fc.constantFrom('own-owl', 'maren'),
					name: hostile.filter((text) => text !== ''),
					voice: hostile,
					language: fc.constantFrom('en', 'fr', 'en/fr', 'fr/en' as const)
				},
				{ requiredKeys: ['id', 'name', 'language'] }
			)
		),
		language: fc.constantFrom('en', 'fr' as const),
		entries: fc.array(
			fc.record(
				{
					role: fc.constantFrom('user', 'assistant' as const),
					text: hostile,
					interrupted: fc.boolean(),
					open: fc.boolean(),
					atMs: when,
					endMs: when,
					part: fc.integer({ min: 0, max: 2 }),
					who: fc.option(fc.constantFrom('Owl', 'Maren'))
				},
				{ requiredKeys: ['role', 'text', 'interrupted', 'open', 'atMs', 'endMs', 'part'] }
			),
			{ maxLength: 6 }
		)
	})
	.map((parts) => ({
		format: FORMAT,
		version: VERSION,
		...parts,
		entries: parts.entries.map((one) => ({ ...one, part: Math.min(one.part, parts.parts.length - 1) }))
	}));
