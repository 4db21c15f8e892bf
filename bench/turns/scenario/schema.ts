/** A dialogue as its file has it. The README beside the scenarios describes every field for whoever writes one. */
import * as v from 'valibot';
import { isSoundKind, tokens, type SoundKind } from '../model/speech.ts';
import { SOUNDS } from '../model/assumptions.ts';

/** What a dialogue is there for. */
export const SUBJECTS = [
	'quick',
	'thinking',
	'digits',
	'spelling',
	'correction',
	'backchannel',
	'noise',
	'music',
	'echo',
	'interruption',
	'french',
	'silence',
	'network'
] as const;
export type Subject = (typeof SUBJECTS)[number];

const between = (low: number, high: number) =>
	v.pipe(
		v.number('a number is expected'),
		v.minValue(low, `from ${low} to ${high}`),
		v.maxValue(high, `from ${low} to ${high}`)
	);
const text = v.pipe(v.string('a text in double quotes is expected'), v.regex(/\S/, 'the text is empty'));
const spoken = v.pipe(
	text,
	v.rawCheck(({ dataset, addIssue }) => {
		if (!dataset.typed) return;
		const read = tokens(dataset.value);
		if (typeof read === 'string') addIssue({ message: read });
		else if (!read.some(({ type }) => type === 'word')) addIssue({ message: 'there is no word in it' });
	})
);
const plain = v.pipe(text, v.regex(/^[^{}]*$/, 'no {…} in what the assistant says'));
const sound = v.custom<SoundKind>(
	(name) => typeof name === 'string' && isSoundKind(name),
	`one of ${Object.keys(SOUNDS).join(', ')} is expected`
);

/** Seconds from the end of what stands before it. */
const after = v.optional(between(-1, 20));
/** Seconds from the first sound of the answer before it. */
const during = v.optional(between(0, 30));

/** `strictObject`, told in words: an unknown name is nearly always a misspelt one. */
const only = <const T extends v.ObjectEntries>(entries: T) =>
	v.strictObject(entries, ({ expected, received }) =>
		expected === 'never'
			? `not a field here: the fields are ${Object.keys(entries).join(', ')}`
			: received === 'undefined'
				? `${expected} is missing`
				: 'an object is expected'
	);

const KINDS = {
	bot: only({ bot: plain }),
	say: only({ say: spoken, after, during }),
	backchannel: only({ backchannel: spoken, during: between(0, 30) }),
	sound: only({ sound, seconds: v.optional(between(0.1, 60)), after, during }),
	silence: only({ silence: v.literal(true, 'true is expected') }),
	stall: only({ stall: between(0.1, 5), after, during })
};
const kindOf = (item: unknown) =>
	Object.entries(KINDS).find(([name]) => typeof item === 'object' && item !== null && name in item)?.[1];

const item = v.pipe(
	v.unknown(),
	v.rawTransform(({ dataset, addIssue, NEVER }) => {
		const schema = kindOf(dataset.value);
		if (schema === undefined) {
			addIssue({ message: `an object with one of ${Object.keys(KINDS).join(', ')} is expected` });
			return NEVER;
		}
		const result = v.safeParse(schema, dataset.value);
		if (result.success) return result.output;
		for (const issue of result.issues) {
			if (issue.path) addIssue({ message: issue.message, path: issue.path });
			else addIssue({ message: issue.message });
		}
		return NEVER;
	})
);

export const scenarioSchema = only({
	title: text,
	language: v.picklist(['en', 'fr'], '"en" or "fr" is expected'),
	covers: v.pipe(
		v.array(v.picklist(SUBJECTS, `each is one of ${SUBJECTS.join(', ')}`), 'a list is expected'),
		v.minLength(1, 'at least one subject is expected')
	),
	echo: v.optional(between(0, 1), 0),
	pace: v.optional(between(0.5, 2), 1),
	punctuation: v.optional(v.boolean('true or false is expected'), true),
	background: v.optional(
		v.array(only({ sound, from: between(0, 300), to: between(0, 300) }), 'a list is expected'),
		[]
	),
	script: v.pipe(v.array(item, 'a list is expected'), v.minLength(2, 'at least a greeting and an answer are expected'))
});

export type ScenarioFile = v.InferOutput<typeof scenarioSchema>;
export type Item = ScenarioFile['script'][number];
