/** What one simulated conversation leaves behind: everything that the metrics are computed from. Times in milliseconds. */
import type { History } from '../../src/lib/chat/history.ts';

export interface Span {
	readonly fromMs: number;
	toMs: number;
}

/** A turn of the person's as it truly was. */
export interface Turn {
	/** Of its first word. */
	readonly startMs: number;
	/** The true end: of its last word. */
	readonly endMs: number;
	/** The answer that sounded when the person meant to stop it; null for a turn that interrupts nothing. */
	readonly interrupts: number | null;
}

export interface Reply {
	readonly reply: number;
	/** Which of the scenario's answers was due when it was asked for. */
	readonly item: number;
	readonly askedMs: number;
	readonly speculative: boolean;
	/** When it was certain to be spoken: for one that is not speculative, when it was asked for. */
	committedMs: number | null;
	/** First sound. */
	startedMs: number | null;
	drainedMs: number | null;
	cancelledMs: number | null;
	/** Committed although the person's words were no longer those that it was asked with. */
	stale: boolean;
	/** How many of its words began to sound. */
	wordsBegun: number;
	/** What sounded. */
	readonly sounded: Span[];
}

/** A word that a perfect memory would hold. */
export interface TrueWord {
	readonly text: string;
	readonly atMs: number;
	/** It may be missing as well: "mm-hm", a stranger's word, a word cut in the middle. */
	readonly optional: boolean;
}

export interface Log {
	readonly scenario: string;
	readonly answersOwed: number;
	/** How much of the assistant's voice comes back: 0 for headphones. */
	readonly echo: number;
	readonly turns: Turn[];
	readonly replies: Reply[];
	/** Everything that the person or the room did beside meant speech. */
	readonly noises: Span[];
	/** When the core was given a word of a turn. */
	readonly meantWordsMs: number[];
	readonly said: TrueWord[];
	readonly heard: TrueWord[];
	history: History;
	/** The bench ended the conversation, or the core did. */
	stoppedMs: number;
}

export function newLog(scenario: string, answersOwed: number, echo: number): Log {
	return {
		scenario,
		answersOwed,
		echo,
		turns: [],
		replies: [],
		noises: [],
		meantWordsMs: [],
		said: [],
		heard: [],
		history: [],
		stoppedMs: Number.POSITIVE_INFINITY
	};
}
