/** Words that tell a speaker to go on, not to stop. English and French. */
import { wordsOf, wordSet } from './words-of.ts';

/** Sounds, in any length: mm, mhm, hmm, uh-huh, ah, oh, uh, um, euh, hein, ha ha. */
const SOUND =
	/^(?:h?m+(?:(?:-h?|h)m+)*|m+-?h+|a+h+(?:-?h+a+)?|o+h+|e+h+|o+o+h+|u+h+|u+m+|e+r+m*|h?e+u+h*|h+u+h+|h+e+i+n+|(?:u+h+|a+h+|m+|h+m+)-?(?:h+u+h+|h+m+)|h[ae](?:-?h[ae])*h?)$/;
/** They also answer a question. */
const ASSENT = [
	...[...wordSet('yes yeah yep yup yea ya aye okay ok kay alright right sure true exactly absolutely indeed totally')],
	...[...wordSet('oui ouais ouaip mouais voilà exact exactement absolument évidemment effectivement carrément si')],
	...[
		"d'accord",
		'dac',
		'ça marche',
		'of course',
		'all right',
		'for sure',
		'got it',
		'i see',
		'i know',
		'i understand'
	],
	...["that's right", "that's true", 'fair enough', 'makes sense', 'uh huh', 'you bet', 'go on', 'go ahead'],
	...[
		'bien sûr',
		"c'est ça",
		"c'est vrai",
		"c'est clair",
		'je vois',
		'je comprends',
		'je sais',
		'tout à fait',
		'en effet'
	],
	...['ah bon', 'ah oui', 'mais oui', 'ça va', 'vas-y', 'pas de problème', 'très bien', 'no problem', 'sounds good']
];
/** They judge what was heard. */
const PRAISE = [
	...[
		...wordSet(
			'wow cool nice great good perfect interesting lovely amazing awesome super génial parfait chouette bien bon'
		)
	],
	...['top', 'dis donc', 'pas mal', 'not bad', 'good one', 'très intéressant', 'intéressant', 'very good', 'very nice']
];
/** They marvel: with a question mark as well, they ask for nothing but more of it. */
const WONDER = [
	...[...wordSet('really seriously incredible unbelievable aw aww vraiment incroyable dingue sérieux')],
	...['no way', 'oh my god', 'oh my', 'my god', 'you are kidding', "you're kidding", 'what a shame', 'oh dear'],
	...['oh là là', 'là là', 'ah bon', 'sans blague', 'pas possible', 'mon dieu', "c'est pas vrai", "c'est fou"]
];
/** Alone they only agree; after another word of assent they close the matter: "okay, got it". */
const CLOSING: ReadonlySet<string> = new Set([
	...['got it', 'i know', 'no problem', 'sounds good', 'je sais', 'pas de problème', 'ça marche']
]);
const LONGEST_SOUND = 24;
const MOST_WORDS = 4;

const PHRASES: ReadonlySet<string> = new Set([...ASSENT, ...PRAISE, ...WONDER]);
const WONDERED: ReadonlySet<string> = new Set(WONDER);
const LONGEST_PHRASE = Math.max(...[...PHRASES].map((phrase) => phrase.split(' ').length));

/** "yeahhh" is "yeah". */
const unstretched = (word: string): string => word.replace(/(\p{L})\1{2,}/gu, '$1');

export interface BackchannelContext {
	/** The assistant has just asked something: then "yes" is an answer. A sound ("mhm") still is none. */
	readonly asked?: boolean;
}

/**
 * Whether `text`, all that the person said while the assistant has the turn, only says "I am listening". False for
 * nothing, for more than four words ("okay okay okay okay okay" wants something), for "okay, got it", and where one word is
 * anything else.
 */
export function isBackchannel(text: string, { asked = false }: BackchannelContext = {}): boolean {
	const words = wordsOf(text).map(unstretchedUnlessSound);
	if (words.length === 0 || words.length > MOST_WORDS) return false;
	if (text.trimEnd().endsWith('?') && !isWonder(words)) return false;
	for (let at = 0; at < words.length;) {
		const taken = phraseAt(words, at, asked);
		if (taken === 0) return false;
		const before = words.slice(0, at);
		if (CLOSING.has(words.slice(at, at + taken).join(' ')) && !before.every(isSound)) return false;
		at += taken;
	}
	return true;
}

/** "Really?", "Oh, really?" */
const isWonder = (words: readonly string[]): boolean =>
	WONDERED.has(words.join(' ')) || WONDERED.has(words.filter((word) => !isSound(word)).join(' '));

/** Whether `text` is no backchannel yet and may be one with the next word: "I" of "I see", "of" of "of course". */
export function mayBecomeBackchannel(text: string): boolean {
	const words = wordsOf(text).map(unstretchedUnlessSound);
	if (words.length === 0 || words.length >= MOST_WORDS || /[.?!]\s*$/.test(text)) return false;
	let at = 0;
	while (at < words.length) {
		const taken = phraseAt(words, at, false);
		if (taken === 0) break;
		at += taken;
	}
	const rest = words.slice(at).join(' ');
	return rest !== '' && [...PHRASES].some((phrase) => phrase.startsWith(`${rest} `));
}

/** How many words from `at` are one backchannel; 0 where none is. */
function phraseAt(words: readonly string[], at: number, asked: boolean): number {
	for (let length = Math.min(LONGEST_PHRASE, words.length - at); length > 0 && !asked; length--)
		if (PHRASES.has(words.slice(at, at + length).join(' '))) return length;
	return isSound(words[at] ?? '') ? 1 : 0;
}

const unstretchedUnlessSound = (word: string): string => (isSound(word) ? word : unstretched(word));

const isSound = (word: string): boolean => word.length <= LONGEST_SOUND && SOUND.test(word);
