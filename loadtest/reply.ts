/** One answer on `/v1/session`, as far as a talker needs to know it. */
import { HeardWords } from '../src/lib/chat/heard.ts';
import { SoundLength } from './sound-length.ts';

/** A word that the voice says, by the answer's own clock. */
interface SaidWord {
	readonly text: string;
	readonly startS: number;
	readonly stopS: number;
}

/** A word is whole though so little of its end is missing: the codec's delay, and a rounding. */
const TOLERANCE_S = 0.02;

/**
 * `asked`: of the relay that is there. `broken`: that relay is gone, and what it still owed will be asked of the next one.
 * `over`: nothing more of it comes.
 */
export type ReplyStage = 'asked' | 'broken' | 'over';

export class Reply {
	/** Its number; 0 is none. */
	readonly number: number;
	stage: ReplyStage = 'asked';
	hasSounded = false;
	/** The model has written all of it. */
	isWritten = false;
	/** What the relay said about asking again; null: it would not help. */
	retryAfterMs: number | null = null;
	#isSpeculative: boolean;
	readonly #written = new HeardWords();
	#keptChars = 0;
	#owed = '';
	/** For a voice that tells no times: what is taken for heard in the end. */
	#untold: string[] = [];
	/** Of these so many were heard. */
	#said: SaidWord[] = [];
	#heard = 0;
	/** So many were told as heard: what comes again is no news. */
	#told = 0;
	#heardS = 0;
	#length = new SoundLength();
	/** Sound that counts, and how much of it came before the present relay's. */
	#receivedS = 0;
	#baseS = 0;

	constructor(number: number, isSpeculative: boolean) {
		this.number = number;
		this.#isSpeculative = isSpeculative;
	}

	get isSpeculative(): boolean {
		return this.#isSpeculative;
	}

	/** All that was written of it: what is owed is written again, bit by bit. */
	get text(): string {
		const written = this.#written.words.join('');
		return written + this.#owed.slice(Math.max(0, written.length - this.#keptChars));
	}

	/** It is meant; answers whether a word of it is there already. */
	commit(): boolean {
		this.#isSpeculative = false;
		return this.#written.words.length > 0;
	}

	write(text: string, spoken?: string): void {
		this.#written.write(text, spoken);
		this.#untold.push(text);
	}

	say(text: string, startS: number, stopS: number): void {
		if (text.trim() === '') return;
		this.#said.push({ text: ` ${text.trim()}`, startS: this.#baseS + startS, stopS: this.#baseS + stopS });
	}

	/** Another voice goes on at `atS`, in a new stream; answers how many seconds of sound count until there. */
	splice(atS: number): number {
		const fromS = this.#baseS + atS;
		this.#keep(this.#said.filter(({ startS }) => startS < fromS).length);
		this.#receivedS = Math.min(this.#receivedS, fromS);
		this.#length = new SoundLength();
		return fromS;
	}

	/** Answers how many seconds of sound the pages hold. */
	sound(pages: Uint8Array): number {
		const seconds = this.#length.add(pages);
		this.#receivedS += seconds;
		return seconds;
	}

	/** The words that were newly heard now that `seconds` have sounded. */
	heard(seconds: number, isAll: boolean): string[] {
		this.#heardS = seconds;
		// A voice that tells no times has said it all in the end.
		if (isAll && this.#said.length === 0) return this.#untold.splice(0);
		const from = this.#said.findIndex(({ startS }, index) => index >= this.#heard && !isAll && startS > seconds);
		const to = from === -1 ? this.#said.length : from;
		const words = this.#said.slice(Math.max(this.#heard, this.#told), to).map(({ text }) => text);
		this.#heard = Math.max(this.#heard, to);
		return words;
	}

	/** What broke off and was not said whole. */
	get owed(): string {
		return this.#owed;
	}

	/**
	 * Its relay is gone in the middle. Answers up to which second its sound counts, the end of the last word that came
	 * whole; null where the voice tells no times, so that nobody knows.
	 */
	breakOff(): number | null {
		if (this.#said.length === 0) return null;
		const whole = this.#said.filter(({ stopS }) => stopS <= this.#receivedS + TOLERANCE_S);
		const { words, spoken } = this.#written.wholeAfter(whole.map(({ text }) => text));
		const atS = whole[spoken - 1]?.stopS ?? 0;
		this.stage = 'broken';
		const { text } = this;
		this.#keptChars = this.#written.words.slice(0, words).join('').length;
		this.#owed = text.slice(this.#keptChars);
		this.#keep(spoken);
		this.#written.keep(words);
		this.#untold = [];
		// What has sounded has sounded.
		this.#receivedS = Math.min(this.#receivedS, Math.max(atS, this.#heardS));
		return atS;
	}

	/** Another relay goes on with it, in a new stream whose clock begins anew. */
	goOn(): void {
		this.stage = 'asked';
		this.#baseS = this.#receivedS;
		this.#length = new SoundLength();
	}

	#keep(count: number): void {
		this.#told = Math.max(this.#told, this.#heard);
		this.#said = this.#said.slice(0, count);
		this.#heard = Math.min(this.#heard, count);
	}
}
