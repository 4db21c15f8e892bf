/** In which language a reply is written, guessed from its little words: a stand-in has to be in the same. */

export type ReplyLanguage = 'en' | 'fr';

const LITTLE: Readonly<Record<ReplyLanguage, ReadonlySet<string>>> = {
	en: new Set(
		'the a an and or of to in is are was it its you your i we they this that with for not be have has can do'.split(' ')
	),
	fr: new Set(
		'le la les un une des du de et ou est sont était il elle vous votre je nous ce cette avec pour pas être ai a peut que qui en dans'.split(
			' '
		)
	)
};

export class LanguageGuess {
	readonly #fallback: ReplyLanguage;
	/** Above zero: French. */
	#balance = 0;

	/** `fallback` where nothing has been said yet, or nothing that tells. */
	constructor(fallback: ReplyLanguage) {
		this.#fallback = fallback;
	}

	get language(): ReplyLanguage {
		return this.#balance === 0 ? this.#fallback : this.#balance > 0 ? 'fr' : 'en';
	}

	/** Takes what was spoken; only the last few dozen words weigh. */
	hear(spoken: string): void {
		for (const word of spoken.toLowerCase().split(/[^\p{L}]+/u)) {
			const french = LITTLE.fr.has(word) || /[éèêàçùœ]/.test(word);
			const change = (french ? 1 : 0) - (LITTLE.en.has(word) ? 1 : 0);
			this.#balance = Math.max(-30, Math.min(30, this.#balance + change));
		}
	}
}
