/** Somebody's words made fit to be said back: no marks, no addresses, of bounded length. Pure. */

const LONGEST = 300;

export function speakable(text: string): string {
	return text
		.slice(0, 4 * LONGEST)
		.replace(/\b(?:https?:\/\/|www\.)\S+/giu, ' ')
		.replace(/[*_`#<>|~^{}[\]\\"“”«»()]/gu, ' ')
		.replace(/\s+/gu, ' ')
		.trim()
		.slice(0, LONGEST)
		.toWellFormed();
}
