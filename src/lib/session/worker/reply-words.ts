/** The words of one reply: what the model wrote, what of it the voice has said, and what was heard. */
import { blockStart } from '../../chat/code-block.ts';
import { HeardWords } from '../../chat/heard.ts';
import { Seam } from '../../chat/seam.ts';
import type { CaptionWord } from '../view.ts';

/** A word that the voice said, by samples of the reply. */
interface SaidWord {
	readonly text: string;
	readonly fromSample: number;
	readonly toSample: number;
}

/** Written text that was heard, and what the voice made of it. */
export interface Heard {
	readonly text: string;
	readonly spoken: string;
}

/** A word is whole though so little of its end is missing, 20 ms: the codec's delay, and a rounding. */
const TOLERANCE_SAMPLES = 480;

export class ReplyWords {
	readonly #words = new HeardWords();
	/** Null: it belonged to sound that was cut off. */
	#said: (SaidWord | null)[] = [];
	/** Of those, the first that was not heard. */
	#unheard = 0;
	/** What was said since the last written word that was heard whole. */
	#spoken: string[] = [];
	/** What broke off and has not come back, of which so many units were heard: these stand among the words already. */
	#owed = '';
	#heardUnits = 0;
	/** Where it goes on, while it does. */
	#seam: Seam | null = null;

	/** `owed`: what is left of another reply, whose place this one takes. */
	constructor(owed = '') {
		this.#owed = owed;
		if (owed !== '') this.goOn();
	}

	/** A word that the model wrote, with the space before it, and what the voice makes of it. */
	write(shown: string, spoken: string): void {
		if (this.#seam === null) {
			this.#words.write(shown, spoken);
			return;
		}
		this.#place(this.#seam.push({ shown, spoken }));
		this.#owed = this.#seam.owed;
		this.#heardUnits = this.#seam.heardUnits;
	}

	/** No more words come. */
	writtenAll(): void {
		if (this.#seam !== null) this.#place(this.#seam.flush());
	}

	/** A word that the voice says from sample to sample of the reply; answers its number. */
	say(text: string, fromSample: number, toSample: number): number {
		return this.#said.push({ text, fromSample, toSample }) - 1;
	}

	/** Word number `index` sounds; answers what was heard with it, null where that is not the whole of a written word. */
	hear(index: number): Heard | null {
		const word = this.#said[index];
		if (word === undefined || word === null) return null;
		this.#unheard = Math.max(this.#unheard, index + 1);
		this.#spoken.push(word.text);
		return this.#heard(this.#words.hear(word.text));
	}

	/** All of it was heard; answers what was not yet counted, if anything. */
	hearRest(): Heard | null {
		this.writtenAll();
		this.#spoken.push(...this.#words.unheard);
		return this.#heard(this.#words.hearRest());
	}

	/** The voice said any word so far. */
	get areTold(): boolean {
		return this.#said.length > 0;
	}

	get caption(): CaptionWord[] {
		const heard = this.#words.count;
		const shown = this.#words.words.map((text, index) => ({ text, heard: index < heard }));
		const owed = this.#owed.slice(this.#heardUnits).match(/\s*\S+/g) ?? [];
		return [...shown, ...owed.map((text) => ({ text, heard: false }))];
	}

	/** All that was shown. */
	get text(): string {
		return this.#words.words.join('') + this.#owed.slice(this.#heardUnits);
	}

	/** After `breakOff`: what was not said whole, as it was shown. */
	get owed(): string {
		return this.#owed;
	}

	/** Of the sound from `sample` on nothing counts: its words will be said again. */
	cut(sample: number): void {
		const dropped = this.#said.map((word) => word !== null && word.fromSample >= sample);
		const heard = this.#said.filter((_, index) => index < this.#unheard && dropped[index] === true);
		this.#words.expectAgain(heard.map((word) => word?.text ?? '').join(' '));
		this.#said = this.#said.map((word, index) => (dropped[index] === true ? null : word));
	}

	/**
	 * Nothing more comes for now, and only the first `samples` have. Answers where the last word ends that was said whole:
	 * of the sound only what lies before it counts. What was written and not said whole is owed from now on.
	 */
	breakOff(samples: number): number {
		this.writtenAll();
		this.#seam = null;
		const said = this.#said.flatMap((word, index) => (word === null ? [] : [{ ...word, index }]));
		const cutAt = said.findIndex(({ toSample }) => toSample > samples + TOLERANCE_SAMPLES);
		const complete = cutAt < 0 ? said : said.slice(0, cutAt);
		const whole = this.#wholeAfter(complete.map(({ text }) => text));
		const last = complete[whole.spoken - 1];
		const endSample = last?.toSample ?? 0;
		// A word counts as heard from its first sample on: the end of such a one will be heard with its second beginning.
		const { count } = this.#words;
		const again = this.#words.words.slice(whole.words, Math.max(whole.words, count)).join('');
		this.#owed = this.#words.words.slice(whole.words).join('') + this.#owed.slice(this.#heardUnits);
		this.#heardUnits = again.length;
		this.#words.keep(Math.max(whole.words, count));
		const kept = (last?.index ?? -1) + 1;
		this.#said = this.#said.map((word, index) => (index < kept ? word : null));
		return endSample;
	}

	/** What broke off goes on: first comes what is owed. */
	goOn(): void {
		this.#seam = new Seam({
			before: this.#words.words.join(''),
			owed: this.#owed,
			heardUnits: this.#heardUnits
		});
	}

	/** Which words of which it can go on behind, and how many of `spoken` those take. */
	#wholeAfter(spoken: readonly string[]): { readonly words: number; readonly spoken: number } {
		const whole = this.#words.wholeAfter(spoken);
		const start = blockStart(this.#words.words, whole.words);
		return start === whole.words ? whole : this.#wholeAfter(spoken.slice(0, -1));
	}

	#heard(text: string): Heard | null {
		if (text === '') return null;
		const spoken = this.#spoken.join(' ');
		this.#spoken = [];
		return { text, spoken };
	}

	#place(pieces: readonly { readonly shown: string; readonly spoken: string }[]): void {
		for (const { shown, spoken } of pieces) {
			if (shown === '') this.#words.repeat(spoken);
			else this.#words.write(shown, spoken);
		}
	}
}
