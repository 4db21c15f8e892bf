/** Whether words that the STT heard are the assistant's own voice, come back through the room. */
import { isNumberInCompany } from './number-words.ts';
import { bareLetters, wordsOf } from './words-of.ts';

/** More than anyone says, or hears said, in the seconds that an echo takes. The newest count. */
const MOST_HEARD = 40;
const MOST_PLAYING = 120;
/** Words that the STT made one of, or one that it made of several. */
const MOST_JOINED = 3;

/**
 * Whether every one of `heard` matches, in order, a run of `playing`: the words given to the voice in the last seconds.
 * Case, marks and accents do not matter; a word of five letters or more may differ in one, of seven in two; words may be
 * joined or split ("goodbye", "good bye"), a number said where digits stand; of three words one may have been missed. A word
 * that was not played makes it false: "the weather stop" is no echo of "the weather". False for nothing. `faint`, where an
 * echo is expected: from three letters on one may differ, from six on two.
 */
export function soundsLike(heard: string, playing: string, { faint = false } = {}): boolean {
	const said = soundsOf(heard, MOST_HEARD);
	const played = soundsOf(playing, MOST_PLAYING);
	if (said.length === 0) return false;
	const mostMissed = Math.floor(said.length / 3);
	// missed[i][j]: fewest played words missed, where i of the heard are matched and the run ends before played word j.
	const missed = Array.from({ length: said.length + 1 }, () => new Array<number>(played.length + 1).fill(Infinity));
	missed[0]?.fill(0);
	for (let i = 0; i <= said.length; i++) {
		for (let j = 0; j <= played.length; j++) {
			const so = missed[i]?.[j] ?? Infinity;
			if (so > mostMissed) continue;
			if (i === said.length) return true;
			if (i > 0) lower(missed, i, j + 1, so + 1);
			for (const [from, to] of STEPS) {
				if (i + from > said.length || j + to > played.length) continue;
				if (isNear(said.slice(i, i + from), played.slice(j, j + to), faint)) lower(missed, i + from, j + to, so);
			}
		}
	}
	return false;
}

/** How many heard words may be how many played ones. */
const STEPS: readonly (readonly [heard: number, played: number])[] = [
	[1, 1],
	...Array.from({ length: MOST_JOINED - 1 }, (_, n) => [1, n + 2] as const),
	...Array.from({ length: MOST_JOINED - 1 }, (_, n) => [n + 2, 1] as const)
];

function lower(missed: number[][], i: number, j: number, value: number): void {
	const row = missed[i];
	if (row !== undefined && j < row.length && value < (row[j] ?? Infinity)) row[j] = value;
}

interface Sound {
	readonly letters: string;
	readonly isNumber: boolean;
}

function soundsOf(text: string, most: number): Sound[] {
	return wordsOf(text)
		.flatMap((word) => word.split(/[-':/]/))
		.map((word) => ({ letters: bareLetters(word), isNumber: isNumberInCompany(word) }))
		.filter(({ letters }) => letters !== '')
		.slice(-most);
}

function isNear(heard: readonly Sound[], played: readonly Sound[], faint: boolean): boolean {
	const a = heard.map(({ letters }) => letters).join('');
	const b = played.map(({ letters }) => letters).join('');
	if (a === b) return true;
	if (/\d/.test(a + b)) return [...heard, ...played].every(({ isNumber }) => isNumber);
	// Joined words have to fit exactly: a short strange one would hide in the tolerance of its neighbour.
	return heard.length === 1 && played.length === 1 && isWithin(a, b, tolerance(a, b, faint));
}

/** Below five letters one more makes another word: "stop", "step". What is faint is misheard more. */
function tolerance(heard: string, played: string, faint: boolean): number {
	const length = Math.min(heard.length, played.length);
	if (faint && length >= 3) return length < 6 ? 1 : 2;
	return length < 5 ? 0 : length < 7 ? 1 : 2;
}

/** Whether `a` becomes `b` by at most `most` letters put in, left out or replaced. */
export function isWithin(a: string, b: string, most: number): boolean {
	if (Math.abs(a.length - b.length) > most) return false;
	if (most === 0 || a === b) return a === b;
	let row = Array.from({ length: b.length + 1 }, (_, j) => j);
	for (let i = 1; i <= a.length; i++) {
		const next = [i];
		for (let j = 1; j <= b.length; j++) {
			const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
			next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
		}
		if (Math.min(...next) > most) return false;
		row = next;
	}
	return (row[b.length] ?? Infinity) <= most;
}
