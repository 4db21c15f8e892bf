/**
 * Which of the words that a TTS was given it has surely voiced, so that another one can go on where it stopped. Pure.
 *
 * A voice reports each word once it is spoken, one late, and in its own spelling. moshi-server's is known: it drops `–`, `(`
 * and `)`, takes `:` for a space and `’` for `'`, and splits at white space. So the words are split here in the same way and
 * followed letter by letter, whatever is one word there and two here. A voice that spells otherwise ("23" as "twenty",
 * "three") is followed by the likeliest alignment, and counts as sure only what fits exactly: what comes after the last sure
 * word is said again, and since the sound is cut there too, nobody hears it twice.
 */
import { hasSound } from '../../src/lib/chat/utter.ts';

/** One word as the server splits them. */
interface Entry {
	readonly text: string;
	/** Its letters and digits in lower case; '' where nobody hears it. */
	readonly letters: string;
}

interface Report {
	readonly letters: string;
	readonly stopS: number;
}

/** More reports than this without a sure one: a spelling that is never understood. Then words are counted. */
const MAX_UNSURE = 16;
/** How many more words than reports an alignment may reach over. */
const REACH = 8;

const lettersOf = (text: string): string =>
	text
		.normalize()
		.toLowerCase()
		.replace(/[^\p{L}\p{N}]/gu, '');

function entriesOf(text: string): Entry[] {
	const normalised = text.replace(/’/g, "'").replace(/[–()]/g, '').replace(/:/g, ' ');
	return normalised
		.split(/\s+/)
		.filter((word) => word !== '')
		.map((word) => ({ text: word, letters: lettersOf(word) }));
}

export class VoicedWords {
	/** From the first word that is not surely voiced. */
	#entries: Entry[] = [];
	/** What was reported since the last sure word. */
	#unsure: Report[] = [];
	/** How far those reports reach: into which entry, and into how many of its letters. null: they do not fit. */
	#reach: { readonly at: number; readonly offset: number } | null = START;
	#sureStopS = 0;
	#reports = 0;

	/** The voice was given this text: any number of whole words. */
	give(text: string): void {
		this.#entries.push(...entriesOf(text));
	}

	/** The voice says that it spoke `text`, until `stopS` on the reply's clock. */
	hear(text: string, stopS: number): void {
		const letters = lettersOf(text);
		if (letters === '') return;
		this.#reports++;
		this.#unsure.push({ letters, stopS });
		if (this.#reach !== null) this.#reach = follow(this.#entries, this.#reach, letters);
		if (this.#reach?.offset === 0) return this.#sure(this.#reach.at, stopS);
		if (this.#reach === null) this.#realign();
	}

	/** Where the last sure word ends, on the reply's clock: what sounds later may be cut off. Never goes back. */
	get sureStopS(): number {
		return this.#sureStopS;
	}

	/** Audible words that were given and, as far as is known, not spoken. */
	get pending(): number {
		const spoken = this.#reach?.at ?? this.#unsure.length;
		return this.#entries.slice(spoken).filter(({ letters }) => letters !== '').length;
	}

	/** Whether any word was ever reported: some voices tell nothing. */
	get reports(): number {
		return this.#reports;
	}

	/** The voice is gone. Answers what another has to say, word by word, and forgets it: it comes back through `give`. */
	takeRest(): string[] {
		if (this.#unsure.length > 0) {
			const { matches } = align(this.#entries, this.#unsure);
			const last = matches.at(-1);
			const report = last === undefined ? undefined : this.#unsure[last.report];
			if (this.#reach === null && last !== undefined && report !== undefined) this.#sure(last.entry + 1, report.stopS);
		}
		// Marks that belong to the words before.
		while (this.#entries[0] !== undefined && !hasSound(this.#entries[0].text)) this.#entries.shift();
		const rest = this.#entries.map(({ text }) => text);
		this.#entries = [];
		this.#unsure = [];
		this.#reach = START;
		return rest;
	}

	#sure(count: number, stopS: number): void {
		this.#entries.splice(0, count);
		this.#unsure = [];
		this.#reach = START;
		this.#sureStopS = Math.max(this.#sureStopS, stopS);
	}

	/** Two words in a row that fit exactly end the doubt. */
	#realign(): void {
		const count = this.#unsure.length;
		const { matches } = align(this.#entries, this.#unsure);
		const [before, last] = matches.slice(-2);
		if (last?.report === count - 1 && before?.report === count - 2) {
			return this.#sure(last.entry + 1, this.#unsure[last.report]?.stopS ?? 0);
		}
		if (count < MAX_UNSURE) return;
		const [oldest, ...others] = this.#unsure;
		this.#sure(this.#entries.findIndex(({ letters }) => letters !== '') + 1, oldest?.stopS ?? 0);
		this.#unsure = others;
		this.#reach = null;
	}
}

const START = { at: 0, offset: 0 };

/** Goes on from `reach` by `letters`, over the ends of words; null where they are others. */
function follow(
	entries: readonly Entry[],
	reach: { readonly at: number; readonly offset: number },
	letters: string
): { at: number; offset: number } | null {
	let { at, offset } = reach;
	let left = letters;
	while (left !== '') {
		const entry = entries[at];
		if (entry === undefined) return null;
		const ahead = entry.letters.slice(offset);
		if (left.startsWith(ahead)) {
			left = left.slice(ahead.length);
			at++;
			offset = 0;
		} else if (ahead.startsWith(left)) {
			offset += left.length;
			left = '';
		} else return null;
	}
	return { at, offset };
}

interface Match {
	readonly entry: number;
	readonly report: number;
}

/**
 * The cheapest way to lay all reports along the first entries: a word for another, one too many and one too few cost the
 * same, what nobody hears is passed over for nothing. Among equals the one that reaches least far: rather said again than
 * left out. Answers which fit exactly.
 */
function align(entries: readonly Entry[], reports: readonly Report[]): { readonly matches: readonly Match[] } {
	const width = Math.min(entries.length, reports.length + REACH);
	const costs: number[][] = [[0]];
	const cost = (report: number, entry: number): number => costs[report]?.[entry] ?? Infinity;
	const passing = (entry: number): number => (entries[entry]?.letters === '' ? 0 : 1);
	const fitting = (report: number, entry: number): number =>
		entries[entry]?.letters === reports[report]?.letters ? 0 : 1;
	for (let i = 0; i <= reports.length; i++) {
		const row: number[] = (costs[i] ??= []);
		for (let j = 0; j <= width; j++) {
			if (i === 0 && j === 0) continue;
			row[j] = Math.min(
				i > 0 && j > 0 ? cost(i - 1, j - 1) + fitting(i - 1, j - 1) : Infinity,
				i > 0 ? cost(i - 1, j) + 1 : Infinity,
				j > 0 ? cost(i, j - 1) + passing(j - 1) : Infinity
			);
		}
	}
	const ends = costs[reports.length] ?? [];
	let i = reports.length;
	let j = ends.indexOf(Math.min(...ends));
	const matches: Match[] = [];
	while (i > 0 || j > 0) {
		const here = cost(i, j);
		if (i > 0 && j > 0 && here === cost(i - 1, j - 1) + fitting(i - 1, j - 1)) {
			i--;
			j--;
			if (fitting(i, j) === 0) matches.unshift({ entry: j, report: i });
		} else if (i > 0 && here === cost(i - 1, j) + 1) i--;
		else j--;
	}
	return { matches };
}
