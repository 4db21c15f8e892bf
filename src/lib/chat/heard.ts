/**
 * Which of the words that a model wrote have been heard. The voice reports its words in its own spelling (brackets gone,
 * quotes straightened, one word split in two), so they are matched to what it was given in order, not by count.
 */

/** How many words the voice may have left out before one that it did speak. */
const LOOK_AHEAD = 6;

/** What of a word can be heard. */
export const letters = (word: string): string =>
	word
		.normalize()
		.toLowerCase()
		.replace(/[^\p{L}\p{N}]/gu, '');

/** A word that the voice was given, or what stands for a written word of which it says nothing. */
interface Sound {
	/** Its letters and digits; '' where nothing of it can be heard. */
	readonly letters: string;
	/** How many written words have been said whole with it; null in the middle of one. */
	readonly through: number | null;
}

/** How far a voice is. */
interface Place {
	/** Sounds that lie behind it. */
	readonly past: number;
	/** How far into the letters of the next sound it is, where it speaks one as several. */
	readonly partial: string;
	/** How many sounds, up to there, were taken for what was said because nothing else was like it. */
	readonly guessed: number;
}

const at = (past: number): Place => ({ past, partial: '', guessed: 0 });

export class HeardWords {
	#written: string[] = [];
	#sounds: Sound[] = [];
	/** Of `#written`, how many have been heard. */
	#heard = 0;
	#place = at(0);

	/** A word that the model wrote, with the space before it; `spoken` for it are any number of words. */
	write(word: string, spoken = word): void {
		this.#written.push(word);
		if (!this.#give(spoken)) this.#sounds.push({ letters: '', through: this.#written.length });
	}

	/** The voice will say this once more; nothing that was not counted is heard with it. */
	repeat(spoken: string): void {
		this.#give(spoken);
	}

	/** What was just heard will be said once more before what comes next. */
	expectAgain(spoken: string): void {
		const before = this.#sounds.splice(this.#place.past);
		this.#give(spoken, this.#heard);
		this.#sounds.push(...before);
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
		this.#place = advance(this.#sounds, this.#place, spoken);
		return this.#takeTo(this.#place.past);
	}

	/** What the voice is still to say, letters and digits alone. */
	get unheard(): string[] {
		return this.#sounds
			.slice(this.#place.past)
			.map(({ letters: sound }) => sound)
			.filter((sound) => sound !== '');
	}

	/** Everything was heard; answers the written text that was not yet counted. */
	hearRest(): string {
		this.#place = at(this.#sounds.length);
		return this.#takeTo(this.#sounds.length);
	}

	/**
	 * If a voice says all of `spoken`, from the beginning: how many written words are then said whole, and how many of
	 * `spoken` that takes; what comes after those is the beginning of a word.
	 */
	wholeAfter(spoken: readonly string[]): { readonly words: number; readonly spoken: number } {
		let whole = { words: 0, spoken: 0 };
		let place = at(0);
		spoken.forEach((text, index) => {
			place = advance(this.#sounds, place, text);
			const words = place.partial === '' ? this.#sounds[place.past - 1]?.through : null;
			if (words !== null && words !== undefined) whole = { words, spoken: index + 1 };
		});
		return whole;
	}

	/** Forgets the words after the first `count`, which must hold all that were heard. */
	keep(count: number): void {
		let from = this.#place.past;
		// What was said of a word that is forgotten will be said again from its beginning.
		while (from > 0 && this.#sounds[from - 1]?.through === null) from--;
		const kept = Math.max(from, this.#sounds.findIndex(({ through }) => through === count) + 1);
		this.#sounds = this.#sounds.slice(0, kept);
		this.#written = this.#written.slice(0, count);
		this.#place = at(Math.min(this.#place.past, kept));
	}

	/** False where there is nothing to say. */
	#give(spoken: string, through = this.#written.length): boolean {
		const said = spoken
			.split(/\s+/)
			.map(letters)
			.filter((sound) => sound !== '');
		said.forEach((sound, index) => {
			this.#sounds.push({ letters: sound, through: index === said.length - 1 ? through : null });
		});
		return said.length > 0;
	}

	#takeTo(end: number): string {
		const before = this.#heard;
		for (let index = end - 1; index >= 0; index--) {
			const through = this.#sounds[index]?.through;
			if (through === null || through === undefined) continue;
			this.#heard = Math.max(before, through);
			break;
		}
		return this.#written.slice(before, this.#heard).join('');
	}
}

/** Where a voice that was at `place` is when it has said `spoken`. */
function advance(sounds: readonly Sound[], place: Place, spoken: string): Place {
	const sound = letters(spoken);
	if (sound === '') return place;
	const { past, partial, guessed } = place;
	// It took more words for something than were written, and now says what was taken for those.
	for (let back = past - guessed; back < past; back++) {
		if (sounds[back]?.letters === sound) return { past, partial: '', guessed: past - back - 1 };
	}
	let looked = 0;
	let first = -1;
	for (let next = past; looked < LOOK_AHEAD; next++) {
		const expected = sounds[next]?.letters;
		if (expected === undefined) break;
		// Nobody hears what is silent: it is taken along with what follows.
		if (expected === '') continue;
		if (first < 0) first = next;
		const so = looked++ === 0 ? partial + sound : sound;
		if (expected === so) return at(next + 1);
		if (expected.startsWith(so)) return { past: next, partial: so, guessed: 0 };
	}
	// In a spelling of its own ("3" as "three"): words keep their order, so it is the next one.
	if (first < 0) return { past, partial: '', guessed };
	return { past: first + 1, partial: '', guessed: guessed + first + 1 - past };
}
