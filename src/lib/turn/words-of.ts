/** Words as they sound: what an STT writes in one way and a model in another, made the same. */

/** No word is longer; what is, is cut. In UTF-16 units. */
const LONGEST_WORD = 64;

/**
 * The words of `text`: lower case, straight apostrophes, no other marks but inner hyphens and what holds a number together
 * ("10:30", "3,5").
 */
export function wordsOf(text: string): string[] {
	return text
		.normalize('NFC')
		.toLowerCase()
		.replace(/[‘’ʼ]/g, "'")
		.split(/[\s\u200b]+/)
		.map((word) =>
			word
				.slice(0, LONGEST_WORD)
				.replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{M}\p{N}']+$/gu, '')
				.replace(/(?<=.)'+$/, "'")
		)
		.map((word) => (/^'*$/.test(word) ? '' : word))
		.filter((word) => word !== '');
}

/** A set from words between white space. */
export const wordSet = (list: string): ReadonlySet<string> => new Set(list.trim().split(/\s+/));

/** Only letters and digits, without accents. */
export const bareLetters = (word: string): string =>
	word
		.normalize('NFD')
		.toLowerCase()
		.replace(/[^\p{L}\p{N}]/gu, '');
