/** What a turn-taking policy may choose, with the policies that there are. */
import type { EmaOptions } from './ema.ts';

/** How long a pause has to be before the turn is over. Each wait counts from the first step of the pause. */
export interface EndpointOptions {
	/** Where nothing was written down and only the pause tells. */
	readonly wordlessMs: number;
	/** After a question. */
	readonly questionMs: number;
	/** After a sentence that is complete. The flush takes some 150 ms anyway, so less than that is no wait at all. */
	readonly completeMs: number;
	/** …where the pause head saw it within this time of the last word, and where it took longer. */
	readonly sureWithinMs: number;
	readonly unsureMs: number;
	/** After words that are neither complete nor clearly unfinished. */
	readonly plainMs: number;
	/** After an unfinished sentence: a conjunction, an article, a filler, a comma. */
	readonly unfinishedMs: number;
	/** After digits and spelled letters: people read numbers in groups, and the pause head spikes at each. */
	readonly spelledMs: number;
	/** What the wait grows by at most for a person whose own pauses are long… */
	readonly learnedLimitMs: number;
	/** …and the share of such a pause (an average of this person's) by which it grows. 0 to 1. */
	readonly learnedShare: number;
	/** Steps in a row that have to hear the voice before a pause counts as ended: one is noise. */
	readonly resumeSteps: number;
	/** Speculative replies in one turn at most: each costs a call of the LLM. 0 never speculates. */
	readonly speculations: number;
}

/** The three steps of a barge-in: the voice ducks, falls silent, stops. Before the last it can come back where it was. */
export interface OverlapOptions {
	/** The gain of the voice while somebody may be talking over it, 0 to 1. */
	readonly duckGain: number;
	/** The voice ducks when the average falls below this, and is silent below `bargeInBelow`. 0 to 1, above the latter. */
	readonly duckBelow: number;
	/** …or already below this, while it falls: a voice pulls it down in one to three steps. Not below `bargeInBelow`. */
	readonly fallingBelow: number;
	/** How long the overlap goes on before the answer is given up without a word having been understood. Longer than a cough. */
	readonly stopAfterMs: number;
	/** Steps in a row that have to hear nobody before the voice comes back. */
	readonly clearSteps: number;
	/** The voice comes back after this at the latest: an STT that stopped stepping must not leave it silent. */
	readonly limitMs: number;
	/** After so many silences for nothing in a row, the pause head is not believed for the rest of the reply; words are. */
	readonly falseAlarms: number;
	/** How long what was heard may come back as an echo, in milliseconds beyond the STT's delay. */
	readonly echoMs: number;
	/** A backchannel that nothing followed for so long was one, in milliseconds. */
	readonly asideMs: number;
}

/** How long a person likes to be waited for: factors on the endpoint's waits. */
export const PATIENCE = { eager: 0.6, normal: 1, patient: 1.8 } as const;
export type Patience = keyof typeof PATIENCE;

export interface TurnOptions {
	/** Null: the pause prediction alone ends a turn, at its first step. */
	readonly endpoint: EndpointOptions | null;
	/** Null: the first sign of a voice stops the answer. */
	readonly overlap: OverlapOptions | null;
	/** Steps in a row with the average above `endOfTurnAbove` that make a pause: one is a spike. */
	readonly pauseSteps: number;
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
	endpoint: null,
	overlap: null,
	pauseSteps: 1,
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

/** Parley's own. The values come from the sweep of the dialogue bench (`npm run bench:turns`), see docs/turns.svg. */
export const PARLEY = {
	...UNMUTE,
	endpoint: {
		wordlessMs: 400,
		questionMs: 0,
		completeMs: 160,
		sureWithinMs: 320,
		unsureMs: 1300,
		plainMs: 1200,
		unfinishedMs: 1800,
		spelledMs: 1400,
		learnedLimitMs: 800,
		learnedShare: 0.5,
		resumeSteps: 2,
		speculations: 2
	},
	overlap: {
		duckGain: 0.3,
		duckBelow: 0.7,
		fallingBelow: 0.5,
		stopAfterMs: 1600,
		clearSteps: 2,
		limitMs: 2500,
		falseAlarms: 3,
		echoMs: 1400,
		asideMs: 1500
	},
	pauseSteps: 1,
	endOfTurnAbove: 0.45
} as const satisfies TurnOptions;

export const POLICIES = { unmute: UNMUTE, parley: PARLEY } as const satisfies Record<string, TurnOptions>;
export type PolicyName = keyof typeof POLICIES;
export const DEFAULT_POLICY = 'parley' satisfies PolicyName;
