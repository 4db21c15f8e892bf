/** Text in pieces such as a model's tokens: of uneven length, splitting words, never a character. Pure. */

/** Characters a piece, over and over: short of a word, longer than one, with its space before or after it. */
const LENGTHS = [3, 5, 2, 4, 1, 6, 3] as const;

export function* pieces(text: string): Generator<string> {
	const characters = Array.from(text);
	let at = 0;
	for (let i = 0; at < characters.length; i++) {
		const length = LENGTHS[i % LENGTHS.length] ?? 1;
		yield characters.slice(at, at + length).join('');
		at += length;
	}
}
