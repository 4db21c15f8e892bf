/** The browser's recogniser as the page sees it: asks where it must, runs where it may, says when it gave up. */
import * as v from 'valibot';
import { SPEECH_TAGS, type Language } from '../i18n/languages.ts';
import { decide, isActive, shouldRun, type Availability, type Consent, type Trouble } from './recogniser-policy.ts';
import { availabilityOf, findRecogniser, Recogniser } from './recogniser.ts';
import { KEYS, recall, remember } from './stored.ts';
import { isTalking, type ViewState } from './view-state.ts';

export interface RecognitionOptions {
	/** Words that will not change any more. */
	readonly onWords: (text: string) => void;
	/** It listens in this talk from now on, or no longer. */
	readonly onActive: (active: boolean) => void;
}

export class Recognition {
	readonly #options: RecognitionOptions;
	#active = false;
	#availability = $state<Availability>('none');
	#consent = $state<Consent>(null);
	#trouble = $state<Trouble | null>(null);
	#sttRecognises = $state<boolean | null>(null);
	#recogniser: Recogniser | null = null;
	#recogniserLanguage: Language | null = null;
	#asked: Language | null = null;

	readonly #decision = $derived(
		decide({ sttRecognises: this.#sttRecognises, availability: this.#availability, consent: this.#consent })
	);

	constructor(options: RecognitionOptions) {
		this.#options = options;
	}

	get asking(): boolean {
		return this.#decision === 'ask';
	}
	get trouble(): Trouble | null {
		return this.#trouble;
	}
	/** It writes the words down in this conversation. */
	get writes(): boolean {
		return (this.#decision === 'local' || this.#decision === 'remote') && this.#trouble === null;
	}
	/** The question was answered and could be asked again. */
	get answered(): boolean {
		return this.#sttRecognises === false && this.#availability === 'remote' && this.#consent !== null;
	}

	answer(consent: 'yes' | 'no'): void {
		this.#consent = consent;
		remember(KEYS.recogniser, consent);
	}
	askAgain(): void {
		this.#end();
		this.#consent = null;
	}

	/** Call it at every change of the view or the language. */
	follow(view: ViewState, language: Language): void {
		if (view.engines !== null && !view.engines.stt.recognises && this.#asked !== language) void this.#look(language);
		this.#sttRecognises = view.engines?.stt.recognises ?? null;
		if (this.#recogniserLanguage !== language || !isTalking(view.phase)) this.#end();
		const active = this.#trouble === null && isActive(this.#decision, view.phase, view.muted);
		if (active !== this.#active) {
			this.#active = active;
			this.#options.onActive(active);
		}
		const run = shouldRun(this.#decision, view.phase, view.muted);
		if (run && this.#recogniser === null) this.#recogniser = this.#make(language);
		this.#recogniser?.want(run);
	}

	close(): void {
		this.#end();
	}

	async #look(language: Language): Promise<void> {
		this.#asked = language;
		this.#consent ??= recall(KEYS.recogniser, v.picklist(['yes', 'no']));
		const availability = await availabilityOf(findRecogniser(), SPEECH_TAGS[language]);
		if (this.#asked === language) this.#availability = availability;
	}

	#make(language: Language): Recogniser | null {
		const found = findRecogniser();
		if (found === null) return null;
		this.#trouble = null;
		this.#recogniserLanguage = language;
		const local = this.#decision === 'local';
		return new Recogniser({
			create: () => {
				const recogniser = new found();
				recogniser.lang = SPEECH_TAGS[language];
				recogniser.continuous = true;
				recogniser.interimResults = true;
				if (local) recogniser.processLocally = true;
				return recogniser;
			},
			onWords: this.#options.onWords,
			onTrouble: (trouble) => (this.#trouble = trouble)
		});
	}

	#end(): void {
		this.#recogniser?.close();
		this.#recogniser = null;
		this.#recogniserLanguage = null;
	}
}
