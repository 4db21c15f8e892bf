/**
 * Which of the words that a model wrote have been heard. The voice reports its words in its own spelling (brackets gone,
 * quotes straightened, one word split in two), so they are matched to the written ones in order, not by count.
 */

/** How many written words the voice may have left out before one that it did speak. Dashes and lone brackets are. */
const LOOK_AHEAD = 6;

const letters = (word: string): string => word.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');

export class HeardWords {
	readonly #written: string[] = [];
	#heard = 0;
	/** How far into the letters of the next written word the voice is, where it speaks one as several. */
	#partial = '';

	/** A word that the model wrote, with the space before it. */
	write(word: string): void {
		this.#written.push(word);
	}

	get words(): readonly string[] {
		return this.#written;
	}

	/** How many written words have been heard. */
	get count(): number {
		return this.#heard;
	}

	/** The voice has said `spoken`; answers the written text that was heard with it, possibly empty. */
	hear(spoken: string): string {
		const sound = letters(spoken);
		if (sound === '') return '';
		for (let ahead = 0; ahead < LOOK_AHEAD; ahead++) {
			const word = this.#written[this.#heard + ahead];
			if (word === undefined) break;
			const target = letters(word);
			const so = ahead === 0 ? this.#partial + sound : sound;
			if (target === so) {
				this.#partial = '';
				return this.#take(ahead + 1);
			}
			if (target.startsWith(so)) {
				const skipped = this.#take(ahead);
				this.#partial = so;
				return skipped;
			}
		}
		// In a spelling of its own ("3" as "three"): words keep their order, so it is the next one.
		this.#partial = '';
		return this.#take(1);
	}

	/** Everything was heard; answers the written text that was not yet counted. */
	hearRest(): string {
		return this.#take(this.#written.length - this.#heard);
	}

	#take(count: number): string {
		const from = this.#heard;
		this.#heard = Math.min(this.#written.length, from + count);
		return this.#written.slice(from, this.#heard).join('');
	}
}
