/** The words that numbers are said with. English and French. */
import { wordSet } from './words-of.ts';

/** Not "one" and "un", which are more often something else. */
const NUMBERS = wordSet(`
	zero two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen
	nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million billion double triple
	zéro deux trois quatre cinq sept huit neuf dix onze douze treize quatorze quinze seize vingt vingts trente quarante
	cinquante soixante septante huitante octante nonante cent cents mille millions milliard milliards`);
/** Numbers only beside other numbers: "six one two", "quatre-vingt-un", "four oh four". */
const NUMBERS_IN_COMPANY = wordSet('one oh o un une et and point virgule comma');

export const isDigits = (word: string): boolean => /^[+-]?\p{N}+(?:[.,:/'-]\p{N}+)*$/u.test(word);

/** "three", "vingt-deux", "06": a number in any case. */
export const isNumber = (word: string): boolean =>
	isDigits(word) ||
	NUMBERS.has(word) ||
	(word.includes('-') &&
		word.split('-').some((part) => NUMBERS.has(part)) &&
		word.split('-').every((part) => NUMBERS.has(part) || NUMBERS_IN_COMPANY.has(part)));

/** May be one, where its neighbour is. */
export const isNumberInCompany = (word: string): boolean => isNumber(word) || NUMBERS_IN_COMPANY.has(word);
