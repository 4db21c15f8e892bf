/** Everything the turn core remembers. Plain data: it can be logged, replayed and compared. */
import type { TurnOptions } from './options.ts';
import type { VoiceTrack } from './voice-track.ts';

export const STATES = {
	off: 'before the conversation',
	waiting: 'nobody speaks',
	hearing: 'the person speaks',
	flushing: 'a pause was decided; the last words come out of the STT',
	holding: 'the pause may still be one of thought',
	thinking: 'an answer was asked for and has not sounded yet',
	speaking: 'the answer sounds',
	overlapping: 'the answer sounds, and somebody may be talking over it',
	leaving: 'the assistant said goodbye',
	over: 'after the conversation'
} as const;
export type StateName = keyof typeof STATES;

/** A word that was heard while the assistant had the turn, and why it did not stop it. */
export interface Aside {
	readonly text: string;
	readonly atMs: number;
	/** `doubt`: no echo of what was said, but where one was heard a moment ago, a word may be a misheard one. */
	readonly why: 'echo' | 'backchannel' | 'doubt';
	/** The pause head heard a voice that may have said it. */
	readonly voiced: boolean;
	/** …and one much clearer than the room's echo. */
	readonly clear: boolean;
}

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
	/** Steps in a row that predicted a pause, and that heard a voice. */
	quietSteps: number;
	voiceSteps: number;
	/** The turn is in a pause, or was until its answer was asked for; when that began. */
	inPause: boolean;
	pauseStartedMs: number;
	/** The same moment on the stream's clock, and where the last word ended on it; null where that is not known. */
	pauseStartedAtStreamMs: number;
	lastStopMs: number | null;
	/** What was understood of the person's current utterance. */
	utterance: string;
	/** How many words the STT wrote without a single mark. */
	unmarkedWords: number;
	/** The average of this person's pauses in mid-turn, in milliseconds. */
	learnedPauseMs: number;
	/** A factor on the endpoint's waits. */
	patience: number;
	/** The turn ends with this pause however short it is. */
	hurried: boolean;
	/** "Let me finish" holds. */
	held: boolean;
	/** The talk key is down. */
	pushed: boolean;
	muted: boolean;
	/** The current reply is not committed; how many were not, this turn. */
	speculative: boolean;
	speculations: number;
	/** The last words that were heard, for telling their echo. */
	echoes: readonly { readonly text: string; readonly atMs: number }[];
	overlapStartedMs: number;
	/** Steps of the current overlap, and how many of them in a row heard nobody. */
	overlapSteps: number;
	clearSteps: number;
	/** Duckings for nothing, in a row: whatever it is, it is no voice. */
	faintAlarms: number;
	/** When a voice was last heard clearly. */
	voiceAtMs: number;
	/** What the last steps heard. */
	track: VoiceTrack;
	/** What the pause head makes of the assistant's voice: 1 where nothing of it comes back, 0 where it sounds like a person's. */
	echo: number;
	/** The answer sounds softly, for it came back. */
	soft: boolean;
	/** The voice was made silent and keeps its place. */
	paused: boolean;
	/** Silences for nothing, in a row. */
	falseAlarms: number;
	/** Words that may mean nothing: they begin a turn if more follows. */
	aside: readonly Aside[];
	/** When words, or a voice, were last known for the answer's echo. */
	echoedAtMs: number;
	/** Since when the answer has sounded and nothing of it came back, or null; and when that was last long enough to tell. */
	unechoedSinceMs: number | null;
	unechoedAtMs: number;
	/** Somebody has said something. */
	begun: boolean;
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
		quietSteps: 0,
		voiceSteps: 0,
		inPause: false,
		pauseStartedMs: 0,
		pauseStartedAtStreamMs: 0,
		lastStopMs: null,
		utterance: '',
		unmarkedWords: 0,
		learnedPauseMs: 0,
		patience: 1,
		hurried: false,
		held: false,
		pushed: false,
		muted: false,
		speculative: false,
		speculations: 0,
		echoes: [],
		overlapStartedMs: 0,
		overlapSteps: 0,
		clearSteps: 0,
		faintAlarms: 0,
		voiceAtMs: Number.NEGATIVE_INFINITY,
		track: [],
		echo: 1,
		soft: false,
		paused: false,
		falseAlarms: 0,
		aside: [],
		echoedAtMs: Number.NEGATIVE_INFINITY,
		unechoedSinceMs: null,
		unechoedAtMs: Number.NEGATIVE_INFINITY,
		recogniser: false,
		transcribed: false,
		begun: false,
		reply: 0,
		attempts: 0,
		replyAtMs: null,
		replyDone: false,
		heard: '',
		leaveAtMs: 0
	};
}
