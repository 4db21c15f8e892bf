/** A character: who the person talks with. The schema is the boundary for the relay's file, imports and what is stored. */
import * as v from 'valibot';
import { line, lines, name } from './text.ts';

/** One language, or two of which the first begins. */
export const LANGUAGES = ['en', 'fr', 'en/fr', 'fr/en'] as const;
export type CharacterLanguage = (typeof LANGUAGES)[number];

export const KINDS = ['constant', 'smalltalk', 'guess_animal', 'quiz_show', 'news', 'explanation'] as const;
export type Kind = (typeof KINDS)[number];

/** In UTF-16 units. With its rules, a character's prompt has to leave room in a context of 1,536 tokens. */
export const MOST = {
	id: 64,
	name: 40,
	/** The session protocol's limit for a voice. */
	voice: 200,
	/** Some 600 tokens of English. */
	text: 2400,
	greeting: 300,
	credit: 300
} as const;
/** Characters in one file or one browser. */
export const MOST_CHARACTERS = 200;

/** Begins the ids of characters that a user wrote; a relay's file may not use it, so the two never meet. */
export const OWN_PREFIX = 'own-';

const id = v.pipe(
	v.string('must be text: put quotes around it'),
	v.maxLength(MOST.id, `must be at most ${MOST.id} characters long`),
	v.regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, 'must be made of small letters, digits and single hyphens, such as night-owl')
);

/** Goes behind `must be` or `must have a type:` (`read.ts`). */
const oneOf = (all: readonly string[]): string => `one of ${all.join(', ')}`;

/** What a character is told to do. `constant` has its own words; the rest are Parley's (`kinds.ts`). */
export const InstructionsSchema = v.variant(
	'type',
	[
		v.strictObject({ type: v.literal('constant'), text: lines(MOST.text) }),
		v.strictObject({ type: v.literal('smalltalk') }),
		v.strictObject({ type: v.literal('guess_animal') }),
		v.strictObject({ type: v.literal('quiz_show') }),
		v.strictObject({ type: v.literal('news') }),
		v.strictObject({ type: v.literal('explanation') })
	],
	oneOf(KINDS)
);
export type Instructions = v.InferOutput<typeof InstructionsSchema>;

/** How a character begins: with exactly these words, or with words of its own about this. */
export const GreetingSchema = v.variant(
	'type',
	[
		v.strictObject({ type: v.literal('line'), text: line(MOST.greeting) }),
		v.strictObject({ type: v.literal('hint'), text: line(MOST.greeting) })
	],
	oneOf(['line', 'hint'])
);

export const CharacterSchema = v.strictObject(
	{
		id,
		name: name(MOST.name),
		language: v.picklist(LANGUAGES, `must be ${oneOf(LANGUAGES)}`),
		instructions: InstructionsSchema,
		/** As the TTS knows it; absent: the voice that the relay chooses. */
		voice: v.exactOptional(line(MOST.voice)),
		greeting: v.exactOptional(GreetingSchema),
		/** Of the voice: whose it is, and on what terms. */
		credit: v.exactOptional(line(MOST.credit)),
		licence: v.exactOptional(line(MOST.credit)),
		/** Shown for choice. False keeps a character in the file that is not ready. */
		good: v.optional(v.boolean('must be true or false'), true)
	},
	'must be a character: fields such as id, name and language'
);
export type Character = v.InferOutput<typeof CharacterSchema>;

/** The language that a character begins in. */
export function mainLanguage(language: CharacterLanguage): 'en' | 'fr' {
	return language.startsWith('fr') ? 'fr' : 'en';
}
