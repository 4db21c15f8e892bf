/** What was said and heard, in order. Pure: every function answers a new history and leaves the old one as it was. */

export interface Utterance {
	/** Grows by one; an utterance keeps it while it grows. */
	readonly id: number;
	readonly role: 'user' | 'assistant';
	/** The person's words as recognised; of the assistant's, the ones that were heard. */
	readonly text: string;
	/** The assistant was cut off. */
	readonly interrupted: boolean;
	/** Still growing: the next words of that role belong to it. */
	readonly open: boolean;
}
export type History = readonly Utterance[];

const openIndex = (history: History, role: Utterance['role']): number =>
	history.findLastIndex((utterance) => utterance.role === role && utterance.open);

/**
 * Adds text to the role's open utterance, or begins one. A space goes between two of the person's words where neither
 * brings one; an answer's pieces bring what stands between them.
 */
export function remember(history: History, role: Utterance['role'], text: string): History {
	const index = openIndex(history, role);
	const current = history[index];
	if (current === undefined) {
		const id = (history.at(-1)?.id ?? 0) + 1;
		return [...history, { id, role, text: text.trimStart(), interrupted: false, open: true }];
	}
	const space = role === 'assistant' || current.text === '' || /\s$/.test(current.text) || /^\s/.test(text) ? '' : ' ';
	return history.with(index, { ...current, text: current.text + space + text });
}

/** Replaces the text of the person's latest utterance, open or not; begins one where there is none. */
export function rewrite(history: History, text: string): History {
	const index = history.findLastIndex((utterance) => utterance.role === 'user');
	const current = history[index];
	return current === undefined ? remember(history, 'user', text) : history.with(index, { ...current, text });
}

/** Ends the role's open utterance, if there is one. */
export function close(history: History, role: Utterance['role'], interrupted: boolean): History {
	const index = openIndex(history, role);
	const current = history[index];
	return current === undefined ? history : history.with(index, { ...current, open: false, interrupted });
}
