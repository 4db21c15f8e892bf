/** What the built-in partner understands: the first rule that has a reply gives it. Pure. */
import { calculate, numberOf } from './arithmetic.ts';
import { nextOf, opening } from './in-turn.ts';
import type { Language, Phrases } from './phrases.ts';
import { speakable } from './speakable.ts';

export interface Asked {
	/** The last thing the person said, in words. */
	readonly words: string;
	/** Everything the person said, in order, the last included; what had no words is ''. */
	readonly heard: readonly string[];
	/** Everything the partner said, in order: what was heard of it. */
	readonly said: readonly string[];
	readonly now: Date;
	readonly language: Language;
	readonly phrases: Phrases;
}

export interface Rule {
	readonly pattern: RegExp;
	/** Null: the next rule may know better. */
	reply(asked: Asked, match: RegExpExecArray): string | null;
}

/** The longest count, in either direction: some 20 s of speech. */
const COUNT_LIMIT = 30;
const LONGEST_SPELT = 25;
const LOCALES = { en: 'en-GB', fr: 'fr-FR' } as const;

/** Ends a word where `\b` would not: before an accented letter it sees an end. */
const END = '(?![\\p{L}\\d])';
const any = (...parts: readonly string[]): RegExp => new RegExp(`(?<![\\p{L}\\d])(?:${parts.join('|')})${END}`, 'iu');
const whole = (...parts: readonly string[]): RegExp =>
	new RegExp(`^\\P{L}*(?:(?:well|ok|okay|oh|so|please|alors|bon|eh bien)[,\\s]+)?(?:${parts.join('|')})\\P{L}*$`, 'iu');

/** Says its phrases in turn. */
const inTurn =
	(choose: (phrases: Phrases) => readonly string[]): Rule['reply'] =>
	({ phrases, said }) =>
		nextOf(choose(phrases), said);
const always =
	(choose: (phrases: Phrases) => string): Rule['reply'] =>
	({ phrases }) =>
		choose(phrases);

/** "My name is Ada", "je m’appelle Ada". */
const NAME = /(?:my name is|call me|je m[’']appelle|mon nom est|appelle[z]?-moi)\s+([\p{L}-]{1,30})/iu;

/** In order: the first rule that has a reply gives it. */
export const RULES: readonly Rule[] = [
	{
		pattern:
			/^(?:please |can you |could you )?(?:repeat after me|say after me|repeat|parrot|say|r[ée]p[èe]te[rz]?(?: après moi)?|dis|dites)(?:[\s,:]+(?!moi\b)(.*))?$/isu,
		reply: repeat
	},
	{ pattern: /\d|\p{L}/u, reply: sum },
	{
		pattern: any(
			'goodbye',
			'good bye',
			'bye',
			'bye bye',
			'see you',
			'good night',
			'au revoir',
			'à bientôt',
			'bonne nuit',
			'à plus'
		),
		reply: always((phrases) => phrases.goodbye)
	},
	{
		pattern:
			/(?:connect|use|plug|set up|install|run|branch|connect|utilis)\p{L}*.*(?:model|modèle|llm|ollama|a\.?i\.?(?!\p{L}))|(?:real|vrai) (?:model|modèle)|llm/iu,
		reply: always((phrases) => phrases.connect)
	},
	{ pattern: any('spell', 'épelle[rz]?', 'epelle[rz]?', "comment s[’']écrit"), reply: spell },
	{ pattern: any('count', 'compte[rz]?'), reply: count },
	{
		pattern: any('joke', 'jokes', 'funny', 'make me laugh', 'blague', 'blagues', 'drôle'),
		reply: inTurn((phrases) => phrases.jokes)
	},
	{
		pattern: any('story', 'stories', 'tale', 'histoire', 'histoires', 'conte'),
		reply: inTurn((phrases) => phrases.stories)
	},
	{
		pattern: any(
			'how are you',
			'how do you do',
			'how is it going',
			'how’s it going',
			"how's it going",
			'(?:comment )?ça va',
			'(?:comment )?(?:vas-tu|allez-vous|vas tu|allez vous|tu vas|vous allez)'
		),
		reply: inTurn((phrases) => phrases.howAreYou)
	},
	{
		pattern: any("what(?:’s|'s| is) my name", 'who am i', "comment je m[’']appelle", 'qui suis-je', 'quel est mon nom'),
		reply: recallName
	},
	{ pattern: NAME, reply: greetByName },
	{
		pattern: any('what time', 'the time', 'quelle heure', "l[’']heure"),
		reply: ({ phrases, now, language }) =>
			phrases.time(new Intl.DateTimeFormat(LOCALES[language], { timeStyle: 'short' }).format(now))
	},
	{
		pattern: any(
			'what day',
			"what(?:’s|'s| is) the date",
			'what date',
			"today(?:’s|'s) date",
			'which day',
			'quel jour',
			'quelle date',
			'la date'
		),
		reply: ({ phrases, now, language }) =>
			phrases.date(new Intl.DateTimeFormat(LOCALES[language], { dateStyle: 'full' }).format(now))
	},
	{
		pattern: any(
			'what can you do',
			'what do you do',
			'help',
			'que sais-tu faire',
			'que savez-vous faire',
			'que peux-tu faire',
			'que pouvez-vous faire',
			'aide',
			'aidez',
			"qu[’']est-ce que (?:tu sais|tu peux|vous savez|vous pouvez) faire"
		),
		reply: always((phrases) => phrases.abilities)
	},
	{
		pattern: any(
			'who are you',
			'what are you',
			'your name',
			'are you (?:an? )?(?:ai|a\\.i\\.|robot|human|real|model|person)',
			'introduce yourself',
			'qui es[- ]tu',
			'qui êtes[- ]vous',
			'ton nom',
			'votre nom',
			"(?:t’|t'|vous )appel(?:les|ez)",
			'présente[- ]toi',
			'présentez[- ]vous',
			'es[- ]tu',
			'êtes[- ]vous'
		),
		reply: always((phrases) => phrases.identity)
	},
	{ pattern: any('thanks', 'thank you', 'merci'), reply: inTurn((phrases) => phrases.thanks) },
	{
		pattern: whole(
			'stop',
			'stop it',
			'wait',
			'quiet',
			'be quiet',
			'hush',
			'shut up',
			'silence',
			'arrête',
			'arrêtez',
			'tais-toi',
			'taisez-vous',
			'chut',
			'attends',
			'attendez'
		),
		reply: inTurn((phrases) => phrases.quiet)
	},
	{
		pattern: whole(
			'yes',
			'yeah',
			'yep',
			'sure',
			'ok',
			'okay',
			'of course',
			'yes please',
			'all right',
			'oui',
			'd’accord',
			"d'accord",
			'bien sûr',
			'ouais'
		),
		reply: accept
	},
	{
		pattern: whole('no', 'nope', 'not really', 'no thank you', 'non', 'pas vraiment'),
		reply: inTurn((phrases) => phrases.no)
	},
	{
		pattern: whole(
			'(?:hello|hi|hey|good (?:morning|afternoon|evening)|bonjour|bonsoir|salut|coucou)(?: there| parley)?'
		),
		reply: inTurn((phrases) => phrases.hello)
	}
];

function repeat({ phrases, said }: Asked, match: RegExpExecArray): string {
	const words = speakable(match[1] ?? '');
	// Nobody shall end the conversation by having it repeated half-way through a sentence.
	if (/bye\W*$/iu.test(words)) return phrases.goodbye;
	if (/^(?:it|that|this|again|please|ça|cela|encore|\s)*\W*$/iu.test(words))
		return said.at(-1) ?? phrases.nothingToRepeat;
	return sentence(words);
}

/** A yes takes up the offer that came before it. */
function accept({ phrases, said }: Asked): string {
	const last = said.at(-1) ?? '';
	if (last.includes(opening(phrases.offersModel))) return phrases.connect;
	if (last.includes(opening(phrases.offersStory))) return nextOf(phrases.stories, said);
	return nextOf(phrases.yes, said);
}

function sum({ words, phrases, language }: Asked): string | null {
	const value = calculate(words);
	if (value === null) return null;
	if (value === 'undefined') return phrases.noDivision;
	const rounded = Math.round(value * 100) / 100;
	// "minus 3" rather than "-3": a voice may leave the sign out.
	const sign = rounded < 0 ? (language === 'fr' ? 'moins ' : 'minus ') : '';
	const digits = new Intl.NumberFormat(LOCALES[language], { useGrouping: false, maximumFractionDigits: 2 });
	return phrases.result(sign + digits.format(Math.abs(rounded)), Math.abs(rounded - value) < 1e-9);
}

function spell({ words, phrases }: Asked, match: RegExpExecArray): string | null {
	const after = words.slice(match.index + match[0].length).match(/\p{L}+/gu) ?? [];
	const word = after.filter((candidate) => !/^(?:the|word|for|me|please|le|mot|moi|un|une)$/iu.test(candidate))[0];
	if (word === undefined) return null;
	const letters = Array.from(word.slice(0, LONGEST_SPELT).toUpperCase());
	return phrases.spelt(speakable(word.slice(0, LONGEST_SPELT)), letters.join(', '));
}

function count({ words, phrases }: Asked): string | null {
	const numbers = words
		.toLowerCase()
		.split(/[^\p{L}\d]+/u)
		.map((word) => (word === 'un' || word === 'une' ? null : numberOf([word])))
		.filter((number) => number !== null && Number.isInteger(number));
	const [first, second] = numbers;
	if (first === undefined || first === null) return null;
	const down = /\b(?:down|backwards|rebours)\b/iu.test(words);
	const from = second === undefined || second === null ? (down ? first : 1) : first;
	const to = second === undefined || second === null ? (down ? 1 : first) : second;
	if (Math.abs(to - from) >= COUNT_LIMIT || Math.max(from, to) > 1000) return phrases.tooMuchToCount;
	const step = to < from ? -1 : 1;
	return `${Array.from({ length: Math.abs(to - from) + 1 }, (_, i) => String(from + i * step)).join(', ')}.`;
}

function greetByName({ words, phrases }: Asked): string | null {
	const name = nameIn(words);
	return name === null ? null : phrases.pleasedToMeet(name);
}

function recallName({ heard, phrases }: Asked): string {
	for (const text of heard.toReversed()) {
		const name = nameIn(text);
		if (name !== null) return phrases.yourName(name);
	}
	return phrases.noName;
}

function nameIn(text: string): string | null {
	const name = NAME.exec(text)?.[1];
	return name === undefined ? null : name.charAt(0).toUpperCase() + name.slice(1);
}

/** Ends like a sentence, so that a voice falls at its end. */
function sentence(words: string): string {
	const text = words.charAt(0).toUpperCase() + words.slice(1);
	return /[.!?…]$/u.test(text) ? text : `${text}.`;
}
