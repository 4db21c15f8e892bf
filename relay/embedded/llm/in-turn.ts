/** Variety without chance: what was said last decides what is said next. Pure. */

/** The one after that which was said last; the first where none was. So none comes twice in a row, whatever lies between. */
export function nextOf(choices: readonly string[], said: readonly string[]): string {
	for (const text of said.toReversed()) {
		const last = choices.findIndex((choice) => text.includes(opening(choice)));
		if (last >= 0) return choices[(last + 1) % choices.length] ?? '';
	}
	return choices[0] ?? '';
}

/** The history holds what was heard, so an interrupted answer is only known by its first words. */
export function opening(text: string): string {
	return text.split(' ').slice(0, 4).join(' ');
}
