/**
 * The words of a recogniser that changes its mind: each is told once it will stay, since nobody can take a word back. That
 * is when it is final, or when two partial transcripts in a row agree on it and on all before it, and it is not the last one,
 * which may still grow. Pure.
 */

/** How two spellings of one word are compared: a partial transcript has no full stop yet. */
const lettersOf = (word: string): string => word.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '') || word;
const wordsOf = (text: string): string[] => text.split(/\s+/u).filter((word) => word !== '');

export class StableWords {
	/** Of the utterance under way, as they were told. */
	#told: string[] = [];
	#last: readonly string[] = [];
	/** All of it was told without a final transcript: what comes now may be about the same words, or about others. */
	#isSettled = false;

	/** Whether some words of the utterance under way were understood and not told. */
	get isOpen(): boolean {
		return this.#last.length > this.#told.length;
	}

	/** What is certain now and was not before. */
	partial(text: string): string[] {
		const words = wordsOf(text);
		this.#unsettle(words);
		const agreed = commonPrefix(words, this.#last);
		this.#last = words;
		// What was told is told: a transcript that has thought better of it counts from there on.
		if (!isPrefix(this.#told, words)) return [];
		return this.#tell(words.slice(this.#told.length, Math.min(agreed, words.length - 1)));
	}

	/** The rest of the utterance, which is over. */
	final(text: string): string[] {
		const words = wordsOf(text);
		this.#unsettle(words);
		const rest = words.slice(reach(this.#told, words).at);
		this.#told = [];
		this.#last = [];
		return rest;
	}

	/** Nobody waits any longer for the final transcript: the last partial one counts. */
	settle(): string[] {
		this.#isSettled = true;
		return this.#tell(this.#last.slice(reach(this.#told, this.#last).at), this.#last);
	}

	/** Some servers never call anything final, and just begin anew. */
	#unsettle(words: readonly string[]): void {
		if (!this.#isSettled || words.length === 0) return;
		this.#isSettled = false;
		if (reach(this.#told, words).cost <= this.#told.length / 2) return;
		this.#told = [];
		this.#last = [];
	}

	#tell(words: readonly string[], all: readonly string[] = [...this.#told, ...words]): string[] {
		this.#told = [...all];
		return [...words];
	}
}

const isSame = (a: string | undefined, b: string | undefined): boolean =>
	a !== undefined && b !== undefined && lettersOf(a) === lettersOf(b);

function commonPrefix(a: readonly string[], b: readonly string[]): number {
	let length = 0;
	while (isSame(a[length], b[length])) length++;
	return length;
}

const isPrefix = (part: readonly string[], whole: readonly string[]): boolean =>
	commonPrefix(part, whole) === part.length;

/**
 * How many of `words` say what was told already, though perhaps in other words: the prefix that can be had from `told` with
 * the fewest changes, and how many those are. Of equals the one that is as long as what was told, or nearest to it.
 */
function reach(told: readonly string[], words: readonly string[]): { readonly at: number; readonly cost: number } {
	if (isPrefix(told, words)) return { at: told.length, cost: 0 };
	let row = Array.from({ length: words.length + 1 }, (_, j) => j);
	for (const [i, word] of told.entries()) {
		const next = [i + 1];
		for (let j = 1; j <= words.length; j++) {
			const change = (row[j - 1] ?? 0) + (isSame(word, words[j - 1]) ? 0 : 1);
			next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
		}
		row = next;
	}
	const distance = (at: number): number => Math.abs(at - told.length);
	return row.reduce(
		(best, cost, at) =>
			cost < best.cost || (cost === best.cost && distance(at) < distance(best.at)) ? { at, cost } : best,
		{ at: 0, cost: Infinity }
	);
}
