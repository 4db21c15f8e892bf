/** Where words lie in a stretch of speech of which only the ends are known: each has its share by its letters. Pure. */

export interface TimedWord {
	readonly text: string;
	readonly startS: number;
	readonly stopS: number;
}

/** A pause is as long as some letters. */
const SENTENCE_PAUSE = 6;
const CLAUSE_PAUSE = 3;

/** How long a word takes, in letters, with the pause behind it. At least 1: what has no letters (a figure, a sign) is read. */
export function weightOf(word: string): number {
	const letters = word.match(/[\p{L}\p{N}]/gu)?.length ?? 0;
	// A figure is a word of its own.
	const figures = word.match(/\p{N}/gu)?.length ?? 0;
	return 1 + letters + 3 * figures + pauseAfter(word);
}

function pauseAfter(word: string): number {
	if (/[.!?…]["'»”’)\]]*$/u.test(word)) return SENTENCE_PAUSE;
	return /[,;:—]["'»”’)\]]*$/u.test(word) ? CLAUSE_PAUSE : 0;
}

/** `startS` to `stopS` shared out, in order and without gaps. */
export function spread(words: readonly string[], startS: number, stopS: number): TimedWord[] {
	const weights = words.map(weightOf);
	const total = weights.reduce((sum, weight) => sum + weight, 0);
	const lengthS = Math.max(0, stopS - startS);
	let before = 0;
	return words.map((text, i) => {
		const from = startS + (lengthS * before) / total;
		before += weights[i] ?? 0;
		return { text, startS: from, stopS: startS + (lengthS * before) / total };
	});
}
