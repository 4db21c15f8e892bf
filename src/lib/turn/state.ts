/** Everything the turn core remembers. Plain data: it can be logged, replayed and compared. */
import type { TurnOptions } from './options.ts';

export const STATES = {
	off: 'before the conversation',
	waiting: 'nobody speaks',
	hearing: 'the person speaks',
	flushing: 'a pause was decided; the last words come out of the STT',
	thinking: 'an answer was asked for and has not sounded yet',
	speaking: 'the answer sounds',
	leaving: 'the assistant said goodbye',
	over: 'after the conversation'
} as const;
export type StateName = keyof typeof STATES;

export interface TurnState {
	readonly options: TurnOptions;
	name: StateName;
	startedAtMs: number;
	/** Since when nobody has spoken, where the state is `waiting`. */
	quietSinceMs: number;
	/** False while the relay is away. */
	linked: boolean;
	/** False while there is no STT stream. */
	listening: boolean;
	/** When to ask for an STT stream again, or null. */
	listenAtMs: number | null;
	/** How often the STT went away since it last stepped. */
	deafTimes: number;
	/** The average of the pause prediction, 0 to 1. */
	pause: number;
	/** Steps of the current STT stream. */
	steps: number;
	sttDelayMs: number;
	/** The stream's step count after which the flush is through. */
	flushedAfterSteps: number;
	flushStartedMs: number;
	/** The browser's recogniser writes the words… */
	recogniser: boolean;
	/** …and has written some for the current utterance. */
	transcribed: boolean;
	/** The current or last reply's number; 0 before the first. */
	reply: number;
	/** How often the current answer was asked for. */
	attempts: number;
	/** When to ask for it again, or null. */
	replyAtMs: number | null;
	/** The current reply will bring no more. */
	replyDone: boolean;
	/** What was heard of the current reply. */
	heard: string;
	leaveAtMs: number;
}

/** A conversation that has not begun. */
export function initialState(options: TurnOptions): TurnState {
	return {
		options,
		name: 'off',
		startedAtMs: 0,
		quietSinceMs: 0,
		linked: true,
		listening: false,
		listenAtMs: null,
		deafTimes: 0,
		pause: options.emaInitial,
		steps: 0,
		sttDelayMs: 0,
		flushedAfterSteps: 0,
		flushStartedMs: 0,
		recogniser: false,
		transcribed: false,
		reply: 0,
		attempts: 0,
		replyAtMs: null,
		replyDone: false,
		heard: '',
		leaveAtMs: 0
	};
}
