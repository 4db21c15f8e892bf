/** What is read out piece by piece, a number or the letters of a name: whether all of it has been said. */
import { bareLetters, wordSet } from './words-of.ts';

/** Said of a letter, and no letter itself. */
const ACCENT = wordSet('accent grave aigu acute circonflexe circumflex tréma umlaut cédille cedilla capital majuscule');
/** A name that was said so many words before its letters is still the one they spell. */
const SAID_BEFORE = 6;
/** Shorter words are spelled by chance: "a A". */
const SHORTEST = 2;
/** Digits of a bank card, and of a French telephone number, which begins with 0. */
const CARD_DIGITS = 16;
const TELEPHONE_DIGITS = 10;

export const isLetter = (word: string): boolean => /^\p{L}\p{M}*$/u.test(word);

/** Whether `words`, as `wordsOf` gives them, end in a number or a spelled name that needs no more. */
export const isWholeDictation = (words: readonly string[]): boolean => isSpelledOut(words) || isWholeNumber(words);

/** "My name is Ewa, E, W, A": the letters at the end of `words` are those of a word before them. */
function isSpelledOut(words: readonly string[]): boolean {
	const letters: string[] = [];
	let at = words.length;
	for (; at > 0; at--) {
		const word = words[at - 1] ?? '';
		if (isLetter(word)) letters.unshift(word);
		else if (!ACCENT.has(word)) break;
	}
	if (letters.length < SHORTEST) return false;
	const spelled = bareLetters(letters.join(''));
	return words.slice(Math.max(0, at - SAID_BEFORE), at).some((word) => bareLetters(word) === spelled);
}

/** "06 42 17 88 03", "4970 1123 5580 0046": groups of digits that are a telephone number or a card's, and no digit more. */
function isWholeNumber(words: readonly string[]): boolean {
	let digits = '';
	for (const word of words.toReversed()) {
		if (!/^\d+$/.test(word)) break;
		digits = word + digits;
		if (digits.length > CARD_DIGITS) return false;
	}
	return digits.length === CARD_DIGITS || (digits.length === TELEPHONE_DIGITS && digits.startsWith('0'));
}
