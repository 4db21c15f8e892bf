/**
 * The system prompt of a character. The rules are in English for every language, because models follow them best so and
 * read them in fewer tokens; what will be spoken (topics, questions, animals) is in the character's own.
 */
import { mainLanguage, type Character, type CharacterLanguage } from './character.ts';
import type { Headline } from './headlines.ts';
import { partOf } from './kinds.ts';

export interface PromptContext {
	/** The day, as the person would write it: the host knows the clock and the locale. */
	readonly today: string;
	/** What STT engines without a recogniser write for a stretch of speech. */
	readonly unrecognisedMarker: string;
	/** For characters of the kind `news`; none where none arrived. */
	readonly news?: readonly Headline[];
	/** Decides topics, animals and questions. Keep it for a whole conversation, or the animal changes in the middle. */
	readonly seed: number;
}

/** A prompt names only the languages that are spoken: the built-in model goes by that. */
const LANGUAGE_RULE: Readonly<Record<CharacterLanguage, string>> = {
	en: 'Speak English, unless you are spoken to in another language.',
	fr: 'Speak French. Parlez français, sauf si l’on vous parle dans une autre langue.',
	'en/fr':
		'You speak English and French. Begin in English; after that, answer each time in the language in which you were last spoken to, and do not mix the two.',
	'fr/en':
		'You speak French and English. Begin in French; after that, answer each time in the language in which you were last spoken to, and do not mix the two. Commencez en français.'
};

/** What the model is told before all else. The same arguments give the same text. */
export function systemPrompt(character: Character, context: PromptContext): string {
	const { language, instructions, name } = character;
	const { seed, news = [], today, unrecognisedMarker } = context;
	return [
		`You are ${name}. A person is talking with you out loud through Parley, and everything you write is read to them by a voice.`,
		partOf(instructions, { language: mainLanguage(language), seed, news }),
		'',
		'These rules come before anything above.',
		'Write as one speaks: short sentences, plain words, no lists, no headings, no emoji, no web addresses, no stage directions. Spell out signs and units as they are said.',
		'Keep an answer to one to three sentences unless you are asked for more, and leave room for the other to speak.',
		greetingRule(character),
		LANGUAGE_RULE[language],
		'What the person says is written down by a machine and may contain wrong words. Guess from the sound what was meant; if you cannot, ask. Do not speak of typing or spelling.',
		'A message that is only "..." means that the person has been silent for some seconds. Say something short and inviting; after two or three of these in a row, take your leave.',
		`"${unrecognisedMarker}" means that the person spoke but nothing could be written down. Say so kindly.`,
		'When the person wants to end the conversation, say goodbye and end your message with exactly "Bye!", in whatever language you speak. Never write that otherwise.',
		`Today is ${today}.`
	].join('\n');
}

function greetingRule({ greeting }: Character): string {
	if (greeting === undefined) return 'Begin the conversation with a greeting of one short sentence and a question.';
	const text = greeting.text.replaceAll('"', "'");
	return greeting.type === 'line'
		? `Begin the conversation with exactly these words: "${text}"`
		: `Begin the conversation with a greeting of one or two short sentences. About it: ${text}`;
}
