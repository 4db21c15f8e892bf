/** Code blocks among the pieces of an answer, as `speech.ts` finds them. */

const OPENS = /^(`{3,}|~{3,})[^`]*$/;
const MARKS_AT_END = /[.,;:!?)]+$/;

/**
 * Where piece `at` (as shown, with the space before it) lies in a code block that began before it: the index of the piece
 * that opens the block; else `at`. From anywhere else inside, code would be taken for words, and the words after it for code.
 */
export function blockStart(pieces: readonly string[], at: number): number {
	let fence = '';
	let opened = at;
	for (let index = 0; index < at; index++) {
		const text = pieces[index]?.trim() ?? '';
		if (fence !== '') {
			if (text.replace(MARKS_AT_END, '').endsWith(fence)) fence = '';
			continue;
		}
		const [, marks = ''] = OPENS.exec(text) ?? [];
		// Behind words only where nothing follows in its line.
		if (marks === '' || !(beginsLine(pieces, index) || (marks.startsWith('`') && beginsLine(pieces, index + 1))))
			continue;
		fence = marks;
		opened = index;
	}
	return fence === '' ? at : opened;
}

function beginsLine(pieces: readonly string[], index: number): boolean {
	const piece = pieces[index];
	return index === 0 || piece === undefined || /^\s*\n/.test(piece);
}
