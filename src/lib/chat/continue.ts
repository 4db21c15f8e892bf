/** Asking a model to go on with an answer that was cut off in the middle. */
import type { PreparedMessage } from './prepare.ts';
import { LanguageGuess, type ReplyLanguage } from './reply-language.ts';

/** Of a long answer its end is enough to go on with, and leaves room for the conversation. Some 500 words. */
const MOST_CHARS = 3000;

/**
 * As a message of the person's: a second system message, or an answer that ends the list, is more than many chat
 * templates take.
 */
const GO_ON = {
	en:
		'Your last message was cut off in the middle. Go on exactly where it stops: write only what comes next. ' +
		'Repeat nothing of it, greet nobody, and say nothing about the interruption.',
	fr:
		'Ton dernier message a été coupé au milieu. Continue exactement là où il s’arrête : écris seulement la suite. ' +
		'N’en répète rien, ne salue personne et ne parle pas de l’interruption.'
} as const satisfies Record<ReplyLanguage, string>;

/**
 * What follows the messages that were asked, for any model to go on with `answer`, as far as it was written. `language` of
 * the conversation, where the answer itself does not tell.
 */
export function continueMessages(answer: string, language: ReplyLanguage): PreparedMessage[] {
	const guess = new LanguageGuess(language);
	guess.hear(answer);
	return [
		{ role: 'assistant', content: ending(answer.trim()) },
		{ role: 'user', content: GO_ON[guess.language] }
	];
}

/** From the beginning of a word. */
function ending(text: string): string {
	if (text.length <= MOST_CHARS) return text;
	const end = text.slice(-MOST_CHARS);
	return `…${end.slice(Math.max(0, end.search(/\s/)))}`;
}
