/** What a word's last characters say about the sentence. */

const CLOSERS = `["'»”)\\]]*$`;
const SENTENCE_END = new RegExp(`[.!?…。！？]${CLOSERS}`);
const CLAUSE_END = new RegExp(`[,;，、—]${CLOSERS}`);
/** A full stop that ends no sentence: titles, initials, and abbreviations, in English and French. */
const ABBREVIATION = /^\(?(mrs?|ms|dr|prof|st|vs|cf|etc|approx|e\.g|i\.e|mme|mlle|mm|p\.ex|\p{L}(\.\p{L})*)\.$/iu;

export function endsSentence(word: string): boolean {
	return SENTENCE_END.test(word) && !ABBREVIATION.test(word);
}

/** True for the end of a sentence, too. */
export function endsClause(word: string): boolean {
	return endsSentence(word) || CLAUSE_END.test(word);
}
