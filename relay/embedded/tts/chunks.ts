/** How many of the waiting words to speak next. Pure: the tables and rules of streaming text into speech. */
import { endsClause, endsSentence } from '../../../src/lib/chat/punctuation.ts';
import type { Entry } from './words.ts';

/**
 * moshi's `second_stream_ahead`: a word is spoken only once so many more words, or `Eos`, have arrived.
 */
export const LOOK_AHEAD_WORDS = 2;
/** A clause without punctuation is cut here: about six seconds of speech. */
export const MAX_WORDS = 16;
/** With nothing left to play, so many words are worth beginning with. */
const MIN_WORDS = 3;

/**
 * How pressing it is: `relaxed` while sound is still queued (wait for a whole clause), `hungry` when there is none
 * (a few words will do), `starving` when none came for a while (any word will do).
 */
export type Urgency = 'relaxed' | 'hungry' | 'starving';

export type Chunk =
	| { readonly kind: 'wait' }
	| { readonly kind: 'end' }
	| { readonly kind: 'pause'; readonly seconds: number }
	/** Speak `words` as the beginning of the clause `words + context`; the context is spoken again, in full, later. */
	| { readonly kind: 'speak'; readonly words: readonly string[]; readonly context: readonly string[] };

/** What to do with the waiting entries. `first`: nothing was spoken yet, so a short clause is welcome. */
export function nextChunk(entries: readonly Entry[], ended: boolean, urgency: Urgency, first: boolean): Chunk {
	const [head] = entries;
	if (head === undefined) return { kind: ended ? 'end' : 'wait' };
	// Padding needs no look-ahead in moshi either.
	if (head.kind === 'pause') return { kind: 'pause', seconds: head.seconds };
	const { run, closed, after } = runOfWords(entries);
	const eligible = ended ? run.length : Math.min(run.length, run.length + after - LOOK_AHEAD_WORDS);
	const count = countToSpeak(run, eligible, closed || ended, urgency, first);
	if (count <= 0) return { kind: 'wait' };
	// A cut after punctuation is a real end; elsewhere the words that follow keep the voice from falling.
	const cutAtEnd = count === run.length || endsClause(run[count - 1] ?? '');
	return {
		kind: 'speak',
		words: run.slice(0, count),
		context: cutAtEnd ? [] : run.slice(count, count + LOOK_AHEAD_WORDS)
	};
}

/** The words before the first pause, whether a pause closes them, and how many words follow it within the look-ahead. */
function runOfWords(entries: readonly Entry[]): { run: string[]; closed: boolean; after: number } {
	const run: string[] = [];
	let after = 0;
	let closed = false;
	for (const entry of entries) {
		if (entry.kind === 'pause') closed = true;
		else if (closed) after++;
		else run.push(entry.text);
		// Nobody needs to look further, however long the text.
		if (after >= LOOK_AHEAD_WORDS || run.length >= 2 * MAX_WORDS) break;
	}
	return { run, closed, after };
}

function countToSpeak(run: string[], eligible: number, closed: boolean, urgency: Urgency, first: boolean): number {
	const reach = Math.min(eligible, MAX_WORDS);
	let clause = 0;
	for (let i = 0; i < reach; i++) {
		const word = run[i] ?? '';
		if (!endsClause(word)) continue;
		clause = i + 1;
		// The first sound shall come early; later, whole sentences have the better melody. Never more than one.
		if (first || endsSentence(word)) break;
	}
	if (clause > 0) return clause;
	if (eligible >= MAX_WORDS) return MAX_WORDS;
	if (closed && eligible === run.length) return eligible;
	if (urgency === 'hungry' && eligible >= MIN_WORDS) return eligible;
	return urgency === 'starving' ? eligible : 0;
}
