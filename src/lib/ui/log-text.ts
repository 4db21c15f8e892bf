/** How one entry reads in the log. Pure. */
import { UNRECOGNISED_SPEECH } from '../protocol/unrecognised-speech.ts';
import type { Entry } from '../session/view.ts';
import { withDash } from './subtitle.ts';

export interface LogText {
	readonly text: string;
	/** Nobody wrote down what was said: the text is about it, not of it. */
	readonly unwritten: boolean;
}

/**
 * The entry's words. The recogniser's marker for speech that it cannot write down never shows: beside real words it
 * is left out, alone it becomes `unrecognised`, once, however often it was sent.
 */
export function logText(entry: Pick<Entry, 'role' | 'text' | 'interrupted'>, unrecognised: string): LogText {
	const written = entry.text.replaceAll(UNRECOGNISED_SPEECH, ' ').replace(/\s+/gu, ' ').trim();
	if (entry.role === 'user' && written === '' && entry.text.includes(UNRECOGNISED_SPEECH)) {
		return { text: unrecognised, unwritten: true };
	}
	const text = entry.role === 'user' ? written : entry.text.trim();
	return { text: entry.interrupted ? withDash(text) : text, unwritten: false };
}

/** The person's words, for the caption: of the last entry, if it is theirs. They stand until the answer's first word. */
export function ownWords(entries: readonly Entry[]): string {
	const last = entries.at(-1);
	return last?.role === 'user' ? logText(last, '').text : '';
}
