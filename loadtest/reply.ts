/** One answer on `/v1/session`, as far as a talker needs to know it. */
import { SoundLength } from './sound-length.ts';

export class Reply {
	/** Its number; 0 is none. */
	readonly number: number;
	hasSounded = false;
	/** What the relay said about asking again; null: it would not help. */
	retryAfterMs: number | null = null;
	#isSpeculative: boolean;
	#written: string[] = [];
	/** The words that the voice says, and when. */
	#said: { readonly text: string; readonly startS: number }[] = [];
	#tellsTimes = false;
	#length = new SoundLength();

	constructor(number: number, isSpeculative: boolean) {
		this.number = number;
		this.#isSpeculative = isSpeculative;
	}

	get isSpeculative(): boolean {
		return this.#isSpeculative;
	}

	/** It is meant; answers whether a word of it is there already. */
	commit(): boolean {
		this.#isSpeculative = false;
		return this.#written.length > 0;
	}

	write(text: string): void {
		this.#written.push(text);
	}

	say(text: string, startS: number): void {
		if (text.trim() === '') return;
		this.#tellsTimes = true;
		this.#said.push({ text: ` ${text.trim()}`, startS });
	}

	/** Another voice goes on at `atS`, in a new stream. */
	splice(atS: number): void {
		this.#said = this.#said.filter(({ startS }) => startS < atS);
		this.#length = new SoundLength();
	}

	/** Answers how many seconds of sound the pages hold. */
	sound(pages: Uint8Array): number {
		return this.#length.add(pages);
	}

	/** The words that were newly heard now that `seconds` have sounded. */
	heard(seconds: number, isAll: boolean): string[] {
		// A voice that tells no times has said it all in the end.
		if (isAll && !this.#tellsTimes) return this.#written.splice(0);
		const from = this.#said.findIndex(({ startS }) => !isAll && startS > seconds);
		return this.#said.splice(0, from === -1 ? this.#said.length : from).map(({ text }) => text);
	}
}
