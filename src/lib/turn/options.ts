/** What a turn-taking policy may choose, with the policies that there are. */
import type { EmaOptions } from './ema.ts';

export interface TurnOptions {
	/** Smoothing of the pause prediction. At 80 ms a step, 10 ms follow it almost at once. */
	readonly ema: EmaOptions;
	/** The average before anything was heard: 1, a long pause. */
	readonly emaInitial: number;
	/** Steps at the start of an STT stream whose prediction is noise and is not averaged. */
	readonly skipSteps: number;
	/** End of turn: the person was speaking and the average is above this, 0 to 1. */
	readonly endOfTurnAbove: number;
	/** Barge-in: the assistant has the turn and the average is below this, 0 to 1. Stays below `endOfTurnAbove`. */
	readonly bargeInBelow: number;
	/**
	 * No barge-in by pause prediction in the first milliseconds of a conversation: the browser's echo canceller is still
	 * learning and the STT hears the greeting. A word still interrupts.
	 */
	readonly uninterruptibleMs: number;
	/** With nobody speaking for this long, `silenceMarker` is said in the person's name. Milliseconds. */
	readonly silenceMs: number;
	/** A reply that ends in this (lower case) ends the conversation… */
	readonly goodbye: string;
	/** …this many milliseconds after it was heard. */
	readonly goodbyeMs: number;
	/**
	 * The longest a flush may take, in milliseconds: an STT that stopped stepping must not keep the person waiting for
	 * ever. Stays above the largest STT delay (2.5 s) so that a healthy flush is never cut.
	 */
	readonly flushLimitMs: number;
	/** How long a flush waits for the browser's own recogniser, in milliseconds, where that one writes the words. */
	readonly transcriptLimitMs: number;
	/** The longest wait before an STT stream is asked for again, in milliseconds, unless the relay asks for a longer one. */
	readonly listenLimitMs: number;
	/** How often one answer is asked for, in all, when it fails before it sounded. */
	readonly replyAttempts: number;
}

/** What the model reads when the person said nothing; the system prompt tells it what that means. */
export const SILENCE_MARKER = '...';

/**
 * Unmute's turn-taking, constant for constant (the baseline that every other policy is measured against). The last four
 * are not Unmute's: it has no limit there, and a limit that is not reached changes nothing.
 */
export const UNMUTE = {
	ema: { attackS: 0.01, releaseS: 0.01 },
	emaInitial: 1,
	skipSteps: 12,
	endOfTurnAbove: 0.6,
	bargeInBelow: 0.4,
	uninterruptibleMs: 3000,
	silenceMs: 7000,
	goodbye: 'bye!',
	goodbyeMs: 1000,
	flushLimitMs: 4000,
	transcriptLimitMs: 1500,
	listenLimitMs: 8000,
	replyAttempts: 3
} as const satisfies TurnOptions;

export const POLICIES = { unmute: UNMUTE } as const satisfies Record<string, TurnOptions>;
export type PolicyName = keyof typeof POLICIES;
