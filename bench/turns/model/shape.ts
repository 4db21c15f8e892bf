/**
 * How finished something sounds up to a word. This is what a semantic pause head knows; it is written here without a look
 * at the turn core's own lists, or the policy would be measured against itself.
 */
export type Shape = 'complete' | 'open' | 'unfinished' | 'listed';

const list = (words: string): ReadonlySet<string> => new Set(words.split(' '));

const FILLERS = list('um uh er erm hm hmm euh ben bah heu');
const HUMMED = list('mm mmm mm-hm mmhm mhm uh-huh hm hmm');
const UNFINISHED = list(
	'and or but so because if when while that which who the a an my your his her their our this these to of for in on at ' +
		'with from by about into is are was were be been am will would could should can may might must do does did have has had ' +
		"like than as not very really just i you he she we they it's i'm i'd i'll we're there's " +
		'et ou mais donc car si quand que qui le la les un une des du de au aux mon ma mes ton ta son sa ce cette ces à en dans ' +
		'sur pour par avec sans est sont était suis ai as a ont je tu il elle on nous vous ils elles ne pas très plus ' +
		"c'est j'ai qu'il alors puis comme chez entre vers"
);
const NUMBER_WORDS = list(
	'zero oh one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen ' +
		'eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand double ' +
		'zéro un deux trois quatre cinq sept huit neuf dix onze douze treize quatorze quinze seize vingt trente quarante ' +
		'cinquante soixante cent mille'
);

/** Lower case, without what is neither letter nor digit at its ends. */
export const bare = (word: string): string =>
	word
		.toLowerCase()
		.replaceAll('’', "'")
		.replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, '');

export const isFiller = (word: string): boolean => FILLERS.has(bare(word));
export const isHummed = (word: string): boolean => HUMMED.has(bare(word));
export const endsSentence = (word: string): boolean => /[.!?]["»”]?$/.test(word) && !/…$|\.\.\.$/.test(word);

/** What kind of token makes a pause head spike, if any. */
export function spelt(word: string): 'digit' | 'letter' | 'numberWord' | 'other' {
	const token = bare(word);
	if (/\d/.test(token)) return 'digit';
	// "I" and "a" are words; "A," or "B." in a spelled name is followed by a mark, or stands in capitals.
	if (/^\p{L}$/u.test(token) && (/\p{Lu}/u.test(word) || /[,.]$/.test(word)) && !/^I$/.test(word)) return 'letter';
	return NUMBER_WORDS.has(token) ? 'numberWord' : 'other';
}

export function shapeOf(word: string): Shape {
	const kind = spelt(word);
	if (endsSentence(word)) return kind === 'digit' || kind === 'letter' ? 'listed' : 'complete';
	if (/(?:…|\.\.\.|—|–)$/.test(word) || isFiller(word)) return 'unfinished';
	if (kind !== 'other') return 'listed';
	return UNFINISHED.has(bare(word)) ? 'unfinished' : 'open';
}
