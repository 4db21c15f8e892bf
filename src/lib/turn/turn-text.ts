/** What the words alone tell about whether a turn is over. English and French. */
import { AMBIGUOUS, FILLER_PHRASES, languageOf, WAITING, type SpokenLanguage, type Waiting } from './function-words.ts';
import { isLetter, isWholeDictation } from './dictation.ts';
import { isDigits, isNumber, isNumberInCompany } from './number-words.ts';
import { wordsOf, wordSet } from './words-of.ts';

/** Why a turn that ends in these words is probably not over. */
export type Incomplete =
	| Waiting
	/** "my number is 06 12" */
	| 'digits'
	/** "twenty", "quatre-vingt" */
	| 'number'
	/** "it is spelled B A" */
	| 'spelling'
	/** "well," */
	| 'comma'
	/** "I think…" */
	| 'ellipsis'
	/** "he said “come" */
	| 'quote';

/** The end of a turn is judged by so many of its last units. */
export const LONGEST = 2000;
const CLOSERS = /["'»”’)\]\s]*$/;
const ELLIPSIS = /(?:…|\.\s?\.)$/;
const ABBREVIATION = /(?:^|\s)(?:mr|mrs|ms|dr|st|prof|m|mme|mlle|e\.g|i\.e|p\.\s?ex|vs|no)\.$/i;
const MONTH = wordSet(
	'january february march april may june july august september october november december ' +
		'janvier février mars avril mai juin juillet août septembre octobre novembre décembre'
);
/** A question may end in the preposition that its first word belongs to: "What is it for". */
const ASKING = wordSet("what what's who who's whom which where where's");
/** Verbs and objects whose "in" or "on" is the end: "come on", "turn it on". */
const TAKES_PARTICLE = wordSet(
	'come go turn switch log sign move carry hold get put jump it that this them him her me you us going coming'
);
const REASONS = ['filler', 'conjunction', 'determiner', 'pronoun', 'preposition'] as const satisfies readonly Waiting[];

/**
 * Why `text`, all that was said of a turn so far, is probably not its end; null where nothing speaks against it.
 * `language` where it is known; else it is guessed from the words. A full stop, which an STT also writes at a mere
 * pause, excuses a preposition and a single number; a question or exclamation mark excuses everything but an open quote.
 */
export function endsIncomplete(text: string, language: SpokenLanguage | null = null): Incomplete | null {
	const trimmed = text.slice(-LONGEST).trim();
	if (trimmed === '') return null;
	if (hasOpenQuote(trimmed)) return 'quote';
	const end = trimmed.replace(CLOSERS, '');
	if (/[?!]$/.test(end)) return null;
	if (ELLIPSIS.test(end)) return 'ellipsis';
	const words = wordsOf(trimmed);
	const stopped = end.endsWith('.');
	const counted = numberReason(words, stopped);
	if (counted !== null) return counted;
	const waiting = waitingReason(words, stopped, language ?? languageOf(words));
	if (waiting !== null) return waiting;
	return /[,;:–—-]$/.test(end) ? 'comma' : null;
}

/** Whether `text` ends as a sentence does: in a full stop, question or exclamation mark, and not incomplete. */
export function isComplete(text: string, language: SpokenLanguage | null = null): boolean {
	const end = text.slice(-LONGEST).trim().replace(CLOSERS, '');
	return /[.?!。？！]$/.test(end) && !ABBREVIATION.test(end) && endsIncomplete(text, language) === null;
}

function hasOpenQuote(text: string): boolean {
	const count = (mark: RegExp): number => text.match(mark)?.length ?? 0;
	return (
		count(/"/g) % 2 === 1 ||
		text.lastIndexOf('«') > text.lastIndexOf('»') ||
		text.lastIndexOf('“') > text.lastIndexOf('”') ||
		text.lastIndexOf('(') > text.lastIndexOf(')')
	);
}

function numberReason(words: readonly string[], stopped: boolean): 'digits' | 'number' | 'spelling' | null {
	if (isWholeDictation(words)) return null;
	const [last = '', previous = '', third = ''] = words.slice(-3).reverse();
	if (isLetter(last) && (isLetter(previous) || /^(?:double|deux)$/.test(previous))) return 'spelling';
	if (/^\p{L}(?:-\p{L})+$/u.test(last)) return 'spelling';
	const dictated = isNumberInCompany(last) && isNumberInCompany(previous) && [last, previous, third].some(isNumber);
	if (!isNumber(last) && !(dictated && /^(?:one|oh|o|un|point)$/.test(last))) return null;
	// "le 3 mai 1984", "May 3rd, 1984": a date with its year is whole.
	if (/^\d{4}$/.test(last) && [previous, third].some((word) => MONTH.has(word))) return null;
	if (stopped && !dictated) return null;
	// "60 cents" of a euro, not "deux cents".
	if (last === 'cents' && languageOf(words) === 'en') return null;
	return isDigits(last) ? 'digits' : 'number';
}

function waitingReason(words: readonly string[], stopped: boolean, language: SpokenLanguage | null): Waiting | null {
	const [last = '', previous = ''] = words.slice(-2).reverse();
	const text = ` ${words.join(' ')}`;
	if (FILLER_PHRASES.some((phrase) => text.endsWith(` ${phrase}`))) return isExcusedFiller(words) ? null : 'filler';
	if (words.length === 1 && /^(?:well|bon|so|alors|now)$/.test(last)) return 'filler';
	if (language === null && AMBIGUOUS.has(last)) return null;
	for (const spoken of language === null ? (['en', 'fr'] as const) : [language]) {
		const reason = REASONS.find((name) => WAITING[spoken][name].has(last));
		if (reason === undefined || isExcused(reason, words, last, previous, spoken)) continue;
		return reason === 'preposition' && stopped ? null : reason;
	}
	return null;
}

/** "Do you know", "what do you mean": words of a filler that are the sentence. */
const isExcusedFiller = (words: readonly string[]): boolean =>
	/^(?:do|does|did|don't|as|what|if|how|est-ce|ce|comme|what's|some|which|that|this|best|any|a)$/.test(
		words.at(-3) ?? ''
	);

function isExcused(
	reason: Waiting,
	words: readonly string[],
	last: string,
	previous: string,
	spoken: SpokenLanguage
): boolean {
	if (spoken === 'en') {
		if (last === 'on' || last === 'in') return TAKES_PARTICLE.has(previous) || ASKING.has(words[0] ?? '');
		if (reason === 'preposition') return words.some((word) => ASKING.has(word));
		if (last === 'i') return /^(?:am|do|did|can|should|will|would|could|have|was|shall|and)$/.test(previous);
		if (last === 'so')
			return /^(?:think|hope|guess|believe|suppose|said|say|not|if|or|do|told|much|even)$/.test(previous);
		if (last === 'that') return words.length > 1;
		if (/^(?:too|very|really|quite|some|any|those|these|another)$/.test(last))
			return last !== 'very' && words.length > 1;
		return last === 'though' || last === 'plus' || (last === 'when' && /^(?:since|say|know|until)$/.test(previous));
	}
	if (reason === 'determiner' && (WAITING.fr.determiner.has(previous) || /^(?:en|pas)$/.test(previous)))
		return previous !== 'pas' || last === 'trop';
	if (/^(?:un|une|trop)$/.test(last)) return words.slice(-4).some((word) => /^(?:en|j'en|c'est|n'en|l')$/.test(word));
	if (last === 'quand') return /^(?:c'est|depuis|jusqu'à|pour|sais|quand)$/.test(previous);
	if (last === 'si') return /^(?:mais|que|bah|ben|dit|oh|même)$/.test(previous);
	if (last === 'qui') return /^(?:c'est|est|avec|à|de|pour|sais|est-ce)$/.test(previous);
	return last === 'alors' && /^(?:et|ça|ou|mais)$/.test(previous);
}
