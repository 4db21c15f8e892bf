/** Which of its two languages the built-in partner answers in. Pure. */
import type { ChatMessage } from '../../../src/lib/protocol/llm.ts';
import type { Language } from './phrases.ts';

const NAMED: Readonly<Record<Language, RegExp>> = {
	en: /\b(?:english|anglais)\b/iu,
	fr: /\b(?:french|fran[cç]ais)(?!\p{L})/iu
};

/** Short words that give a language away. */
const GIVEAWAYS: Readonly<Record<Language, ReadonlySet<string>>> = {
	en: new Set(
		'the is are you what how hello hi please thanks thank my me tell it can do who why when your good bye goodbye and of'.split(
			' '
		)
	),
	fr: new Set(
		'le la les est êtes vous quel quelle comment bonjour salut merci mon moi raconte il peux tu qui pourquoi et une des du je ça au revoir quoi oui non'.split(
			' '
		)
	)
};

/** How clearly words are of a language: above 0 French, below 0 English. */
function leaning(text: string): number {
	let score = 0;
	for (const word of text.toLowerCase().split(/[^\p{L}]+/u)) {
		if (GIVEAWAYS.fr.has(word)) score++;
		if (GIVEAWAYS.en.has(word)) score--;
	}
	return score;
}

/**
 * The language that the system prompt names. Where it names both or none: that of the user's latest words that tell,
 * else the one named first, else English.
 */
export function languageOf(messages: readonly ChatMessage[]): Language {
	const prompt = messages
		.filter((message) => message.role === 'system')
		.map((message) => message.content)
		.join('\n');
	const english = prompt.search(NAMED.en);
	const french = prompt.search(NAMED.fr);
	if (french >= 0 && english < 0) return 'fr';
	if (english >= 0 && french < 0) return 'en';
	for (const message of messages.toReversed()) {
		// The "Hello." that opens a conversation is put there by Parley itself: it says nothing about the person.
		if (message.role !== 'user' || message.content.trim() === 'Hello.') continue;
		const score = leaning(message.content);
		if (score !== 0) return score > 0 ? 'fr' : 'en';
	}
	return french >= 0 && french < english ? 'fr' : 'en';
}
