/**
 * The built-in conversation partner: rules, not a model, and it says so. Pure: the same messages and the same time give
 * the same answer. What it says can be spoken as it is.
 */
import type { ChatMessage } from '../../../src/lib/protocol/llm.ts';
import { UNRECOGNISED_SPEECH } from '../../../src/lib/protocol/session.ts';
import { nextOf } from './in-turn.ts';
import { languageOf } from './language.ts';
import { PHRASES, type Phrases } from './phrases.ts';
import { RULES, type Asked } from './rules.ts';
import { speakable } from './speakable.ts';

const SILENCE = '...';
/** A minute of speech. Nobody says more to a demo in one breath, and the rules look at every character more than once. */
const LONGEST_WORDS = 1000;

/** The partner's answer to the last message. `now` is for whoever asks the time; it is told in this machine's zone. */
export function answer(messages: readonly ChatMessage[], now: Date): string {
	const language = languageOf(messages);
	const phrases = PHRASES[language];
	const said = messages.filter((message) => message.role === 'assistant').map((message) => message.content);
	const heard = messages.filter((message) => message.role === 'user').map((message) => message.content);
	const words = wordsOf(heard.at(-1) ?? '');
	if (words === '') {
		if (said.length > 0) return withoutWords(heard, said, phrases);
		// Nothing was said yet by anybody: whoever speaks into a set-up without a recogniser is told so, and who tells.
		return isSpeech(heard.at(-1)) ? `${phrases.introduction} ${phrases.speech[0] ?? ''}` : phrases.introduction;
	}
	if (said.length === 0 && GREETING.test(words)) return phrases.introduction;
	return answerTo({ words, heard: heard.map(wordsOf), said, now, language, phrases });
}

const GREETING =
	/^\P{L}*(?:hello|hi|hey|good (?:morning|afternoon|evening)|bonjour|bonsoir|salut|coucou)(?: there| parley)?\P{L}*$/iu;

function answerTo(asked: Asked): string {
	for (const rule of RULES) {
		const match = rule.pattern.exec(asked.words);
		const reply = match === null ? null : rule.reply(asked, match);
		if (reply !== null) return reply;
	}
	return fallback(asked);
}

/** Says what was heard, where it is short enough to be said back, and that it has no answer. */
function fallback({ words, said, phrases }: Asked): string {
	const excuse = nextOf([phrases.beyond, phrases.offersModel, phrases.offersSum, phrases.offersStory], said);
	const quoted = speakable(words).replace(/[\s.,;:!?…]+$/u, '');
	const short = quoted !== '' && quoted.split(' ').length <= 12;
	return short ? `${phrases.heard(quoted)} ${excuse}` : excuse;
}

function withoutWords(heard: readonly string[], said: readonly string[], phrases: Phrases): string {
	if (isSpeech(heard.at(-1))) return nextOf(phrases.speech, said);
	let silences = 0;
	for (const text of heard.toReversed()) {
		if (wordsOf(text) !== '' || isSpeech(text)) break;
		silences++;
	}
	return phrases.silence[Math.min(3, Math.max(1, silences)) - 1] ?? phrases.goodbye;
}

/** The person's words, without the marks for silence and for speech that nobody recognised. */
function wordsOf(content: string): string {
	return content
		.replaceAll(UNRECOGNISED_SPEECH, ' ')
		.split(/\s+/u)
		.filter((word) => word !== SILENCE && word !== '')
		.join(' ')
		.slice(0, LONGEST_WORDS);
}

function isSpeech(content: string | undefined): boolean {
	return content?.includes(UNRECOGNISED_SPEECH) ?? false;
}
