/** What a memory lost and what it has too much of, word by word, against the truth. */
import type { TrueWord } from '../log.ts';

/** A word as it is compared: letters and digits only, lower case. */
const plain = (text: string): string => text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');

/** The words of a text that are compared; marks alone, such as "...", are none. */
export const plainWords = (text: string): string[] =>
	text
		.split(/\s+/)
		.map(plain)
		.filter((word) => word !== '');

export interface WordErrors {
	readonly lost: number;
	/** Twice, out of order, or never said by that side at all. */
	readonly repeated: number;
}

/**
 * Aligns `remembered` with `truth` (in the order of its moments) so that as few words as possible are wrong. A word of the
 * truth that is optional costs nothing where it is missing.
 */
export function wordErrors(truth: readonly TrueWord[], remembered: readonly string[]): WordErrors {
	const true_ = truth
		.toSorted((a, b) => a.atMs - b.atMs)
		.flatMap(({ text, optional }) => plainWords(text).map((word) => ({ word, optional })));
	// The cost of aligning the first i words of the truth with the first j remembered ones, row by row, with its parts.
	let row = remembered.reduce<Cell[]>((cells, _) => [...cells, more(cells.at(-1) ?? NOTHING)], [NOTHING]);
	for (const { word, optional } of true_) {
		const next: Cell[] = [optional ? (row[0] ?? NOTHING) : less(row[0] ?? NOTHING)];
		for (let j = 1; j <= remembered.length; j++) {
			const above = row[j] ?? NOTHING;
			const left = next[j - 1] ?? NOTHING;
			const diagonal = row[j - 1] ?? NOTHING;
			const skipped = optional ? above : less(above);
			const best = cost(skipped) <= cost(left) + 1 ? skipped : more(left);
			next.push(remembered[j - 1] === word && cost(diagonal) <= cost(best) ? diagonal : best);
		}
		row = next;
	}
	return row.at(-1) ?? NOTHING;
}

type Cell = WordErrors;
const NOTHING: Cell = { lost: 0, repeated: 0 };
const cost = ({ lost, repeated }: Cell): number => lost + repeated;
const less = ({ lost, repeated }: Cell): Cell => ({ lost: lost + 1, repeated });
const more = ({ lost, repeated }: Cell): Cell => ({ lost, repeated: repeated + 1 });
