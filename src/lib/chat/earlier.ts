/** A short memory of turns that no longer fit: extracts, never new words, and the same for the same turns. */
import type { PreparedMessage } from './prepare.ts';

/** What people say about themselves is what they are most hurt to find forgotten. English and French. */
const ABOUT_ONESELF =
	/\b(?:my name|i am|i'm|i live|i work|i like|i love|i hate|i have|i need|call me|remember|je m'appelle|je suis|j'habite|je travaille|j'aime|je déteste|j'ai|mon nom|mon prénom|appelle-moi|rappelle)\b/i;
const LONGEST_EXTRACT = 120;
const SILENCE = /^[.…\s]*$/;

/** A sentence worth keeping, and where it stood. */
interface Extract {
	readonly at: number;
	readonly weight: number;
	readonly text: string;
}

/**
 * `Earlier: the person said "…"; …` from the messages that were dropped, in their order; '' where nothing in them is
 * worth a word or nothing fits. `fits` tells whether a text may be used: the longest that fits is answered, of at most
 * `most` extracts.
 */
export function earlier(dropped: readonly PreparedMessage[], fits: (text: string) => boolean, most: number): string {
	const extracts = dropped
		.flatMap((message, at) => extractsOf(message, at))
		.sort((a, b) => b.weight - a.weight || b.at - a.at);
	let best = '';
	for (let count = 1; count <= Math.min(most, extracts.length); count++) {
		const kept = extracts.slice(0, count).sort((a, b) => a.at - b.at);
		const text = `Earlier: ${kept.map((extract) => extract.text).join('; ')}.`;
		if (!fits(text)) break;
		best = text;
	}
	return best;
}

function extractsOf({ role, content }: PreparedMessage, at: number): Extract[] {
	if (role === 'system' || SILENCE.test(content)) return [];
	const sentences = content.match(/[^.!?…]+[.!?…]*/gu) ?? [];
	const who = role === 'user' ? 'the person said' : 'you said';
	const about =
		role === 'user' ? sentences.find((sentence) => ABOUT_ONESELF.test(sentence.replaceAll('’', "'"))) : undefined;
	const chosen = (about ?? sentences[0] ?? '').trim().replaceAll('"', "'");
	if (chosen === '') return [];
	const weight = about !== undefined ? 2 : role === 'user' ? 1 : 0;
	return [{ at, weight, text: `${who} "${shortened(chosen)}"` }];
}

/** At a word's end where there is one. */
function shortened(text: string): string {
	if (text.length <= LONGEST_EXTRACT) return text;
	const cut = text.slice(0, LONGEST_EXTRACT).toWellFormed();
	const space = cut.lastIndexOf(' ');
	return `${(space > LONGEST_EXTRACT / 2 ? cut.slice(0, space) : cut).trimEnd()}…`;
}
