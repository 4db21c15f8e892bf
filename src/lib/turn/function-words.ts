/** The little words that no sentence ends in, by what they wait for. English and French. */
import { wordSet } from './words-of.ts';

export type Waiting = 'conjunction' | 'preposition' | 'determiner' | 'pronoun' | 'filler';
export type SpokenLanguage = 'en' | 'fr';

type Lists = Readonly<Record<Waiting, ReadonlySet<string>>>;

export const WAITING: Readonly<Record<SpokenLanguage, Lists>> = {
	en: {
		conjunction: wordSet(
			'and but or nor because cause cos although though unless until since if whether while when than as so that which plus whereas'
		),
		preposition: wordSet(
			'of to with for from at by into onto about between without during under towards toward via among in on like'
		),
		determiner: wordSet('the a an my your our their its every these those some any another such very really quite too'),
		pronoun: wordSet(
			"i i'm i've i'll i'd you're you've you'll we're we've we'll they're they've they'll he's she's it's there's that's what's who's let's gonna wanna"
		),
		filler: wordSet('um uh erm er hmm ehm umm uhh basically')
	},
	fr: {
		conjunction: wordSet(
			"et ou mais donc car ni que qu' quand lorsque lorsqu' si comme parce puisque puisqu' quoique dont puis"
		),
		preposition: wordSet(
			"à de d' en dans sur sous avec pour par sans chez vers entre pendant malgré jusque jusqu' jusqu'à selon dès"
		),
		determiner: wordSet(
			"le la les l' un une des du au aux ce cet cette ces mon ma mes ton ta tes son sa ses notre nos votre vos leur leurs quel quelle quels quelles chaque plusieurs très trop"
		),
		pronoun: wordSet("je j' tu il on ne n' se s' me m' te t' c' y qui"),
		filler: wordSet('euh heu euhm hum ben bah genre disons alors')
	}
};

/** Ends a sentence in the other language: only for who is known to speak this one. */
export const AMBIGUOUS = wordSet(
	'car or on me te a as an son ton pour par dont en comment des y plus si like so that too very'
);

/** Said while looking for words. */
export const FILLER_PHRASES: readonly string[] = [
	...['you know', 'i mean', 'sort of', 'kind of', 'let me see', 'let me think', 'how do you say', 'what was it'],
	...['tu sais', 'vous savez', 'je veux dire', 'comment dire', 'attends', 'attendez', 'une espèce de', "c'est-à-dire"]
];

const TELLING: Readonly<Record<SpokenLanguage, ReadonlySet<string>>> = {
	en: wordSet(
		"the i you is are was it and of to my we they this that what how have do don't i'm it's in with for be can would like want there he she with your at from"
	),
	fr: wordSet(
		"le la les je tu il elle nous vous est et un une des du que qui ce c'est j'ai pas ne mon ma mes ton dans avec pour sur au à ça sa ses été suis"
	)
};

/** The language that more of the words belong to; null where they do not tell. */
export function languageOf(words: readonly string[]): SpokenLanguage | null {
	let balance = 0;
	for (const word of words) {
		const [head = ''] = word.split(/(?<=')/);
		const french = TELLING.fr.has(word) || /^(?:j|l|d|qu|n|c|s|m)'$/.test(head) || /[éèêàùçœ]/.test(word);
		balance += (french ? 1 : 0) - (TELLING.en.has(word) ? 1 : 0);
	}
	return balance === 0 ? null : balance > 0 ? 'fr' : 'en';
}
