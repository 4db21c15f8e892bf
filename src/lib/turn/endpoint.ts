/** How long a pause has to be after these words before the turn is over. */
import { isWholeDictation } from './dictation.ts';
import { endsIncomplete, isComplete, LONGEST } from './turn-text.ts';
import { wordsOf } from './words-of.ts';
import type { EndpointOptions } from './options.ts';

export interface Pause {
	/** All that was understood of the turn. */
	readonly text: string;
	/**
	 * How long after its last word the pause head saw the pause, in milliseconds; null where the word's end is not known. A
	 * semantic head sees the end of a turn sooner than that of a mere sentence.
	 */
	readonly hesitationMs: number | null;
	/** The average of this person's own pauses in mid-turn, in milliseconds. */
	readonly learnedMs: number;
	/** The STT writes no marks: that there is none says nothing. */
	readonly isUnmarked: boolean;
}

/** What an STT without a recogniser writes in place of words: `[speech]`. */
const WORDLESS = /^(?:\[[^\]]*\]\s*)+$/;
const QUESTION = /\?["'»”’)\s]*$/;

/** Milliseconds from the step that saw the pause. */
export function pauseNeededMs({ text, hesitationMs, learnedMs, isUnmarked }: Pause, options: EndpointOptions): number {
	if (WORDLESS.test(text)) return options.wordlessMs;
	if (isWholeDictation(wordsOf(text.slice(-LONGEST)))) return options.completeMs;
	const unfinished = endsIncomplete(text);
	if (unfinished === 'digits' || unfinished === 'number' || unfinished === 'spelling') return options.spelledMs;
	const habitMs = Math.min(options.learnedLimitMs, learnedMs * options.learnedShare);
	if (unfinished !== null) return options.unfinishedMs + habitMs;
	const isSure = hesitationMs !== null && hesitationMs <= options.sureWithinMs;
	if (isUnmarked && isSure) return options.completeMs;
	if (!isComplete(text)) return options.plainMs + habitMs;
	if (QUESTION.test(text)) return options.questionMs;
	return isSure || hesitationMs === null ? options.completeMs : options.unsureMs;
}
