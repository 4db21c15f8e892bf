/** What another app shared with Parley: its share target puts it behind the question mark of the page's address. Pure. */
import { MOST_LETTERS } from './written.ts';

const PARTS = ['title', 'text', 'url'] as const;

/** The text to be sent, cut where the field would cut it; null where nothing was shared. */
export function sharedText(search: string): string | null {
	const given = new URLSearchParams(search);
	const parts = PARTS.map((name) => (given.get(name) ?? '').toWellFormed().replace(/\s+/gu, ' ').trim());
	// Some apps repeat the address in the text, and the title too.
	const said = parts.filter(
		(part, at) => part !== '' && !parts.some((other, i) => i !== at && repeats(other, part, i, at))
	);
	const text = said.join(' ').slice(0, MOST_LETTERS).toWellFormed().trim();
	return text === '' ? null : text;
}

/** Whether `part` may be left out for `other`, which says it as well; of two alike the first stays. */
function repeats(other: string, part: string, otherAt: number, at: number): boolean {
	return other === part ? otherAt < at : other.includes(part);
}
