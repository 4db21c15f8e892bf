/** How long a pause has to be after these words before the turn is over. */
import { endsIncomplete, isComplete } from './turn-text.ts';
import type { EndpointOptions } from './options.ts';

/**
 * Milliseconds from the pause's first step. `learnedPauseMs` is the average of this person's own pauses in mid-turn,
 * `patience` a factor of the person's choosing.
 */
export function pauseNeededMs(
	text: string,
	learnedPauseMs: number,
	patience: number,
	options: EndpointOptions
): number {
	const unfinished = endsIncomplete(text);
	if (unfinished === 'digits' || unfinished === 'number' || unfinished === 'spelling')
		return options.spelledMs * patience;
	const learnedMs = Math.min(options.learnedLimitMs, learnedPauseMs * options.learnedShare);
	if (unfinished !== null) return (options.unfinishedMs + learnedMs) * patience;
	if (/\?["'»”’)\s]*$/.test(text) && isComplete(text)) return options.questionMs * patience;
	if (isComplete(text)) return options.completeMs * patience;
	return (options.plainMs + learnedMs) * patience;
}
