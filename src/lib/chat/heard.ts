/**
 * Which of the words that a model wrote have been heard. The voice reports its words in its own spelling (brackets gone,
 * quotes straightened, one word split in two), so they are matched to what it was given in order, not by count.
 */

/** How many words the voice may have left out before one that it did speak. */
const LOOK_AHEAD = 6;

const letters = (word: string): string => word.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');

/** A word that the voice was given, or what stands for a written word of which it says nothing. */
interface Sound {
	/** Its letters and digits; '' where nothing of it can be heard. */
	readonly letters: string;
	/** The written word is heard with it; null where more of that one's words follow. */
	readonly ends: string | null;
}

export class HeardWords {
	readonly #written: string[] = [];
	readonly #sounds: Sound[] = [];
	/** Of `#written` and of `#sounds`, how many have been heard. */
	#heard = 0;
	#past = 0;
	/** How far into the letters of the next sound the voice is, where it speaks one as several. */
	#partial = '';

	/** A word that the model wrote, with the space before it; `spoken` for it are any number of words. */
	write(word: string, spoken = word): void {
		this.#written.push(word);
		const sounds = spoken.split(/\s+/).map(letters);
		const said = sounds.filter((sound) => sound !== '');
		if (said.length === 0) this.#sounds.push({ letters: '', ends: word });
		said.forEach((sound, index) => {
			this.#sounds.push({ letters: sound, ends: index === said.length - 1 ? word : null });
		});
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
		let looked = 0;
		let first = -1;
		for (let at = this.#past; looked < LOOK_AHEAD; at++) {
			const next = this.#sounds[at];
			if (next === undefined) break;
			// Nobody hears what is silent: it is taken along with what follows.
			if (next.letters === '') continue;
			if (first < 0) first = at;
			const so = looked++ === 0 ? this.#partial + sound : sound;
			if (next.letters === so) {
				this.#partial = '';
				return this.#takeTo(at + 1);
			}
			if (next.letters.startsWith(so)) {
				this.#partial = so;
				return this.#takeTo(at);
			}
		}
		// In a spelling of its own ("3" as "three"): words keep their order, so it is the next one.
		this.#partial = '';
		return first < 0 ? '' : this.#takeTo(first + 1);
	}

	/** Everything was heard; answers the written text that was not yet counted. */
	hearRest(): string {
		return this.#takeTo(this.#sounds.length);
	}

	#takeTo(end: number): string {
		const taken = this.#sounds.slice(this.#past, end).flatMap(({ ends }) => (ends === null ? [] : [ends]));
		this.#past = end;
		this.#heard += taken.length;
		return taken.join('');
	}
}
