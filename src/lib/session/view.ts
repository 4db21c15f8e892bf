/**
 * What the page knows of a conversation: the worker sends these, the page draws them. Everything here is data that can
 * cross a MessagePort; no component reads a socket, a codec or a worklet.
 */
import type { Character } from '../chat/characters/character.ts';
import type { Patience } from '../turn/options.ts';
import type { Problem, ProblemCode } from '../protocol/problems.ts';
import type { DeviceChoices, Lack, Swap } from './devices.ts';
import type { Probe } from './probe.ts';
import type { SoundTaker } from './sound-taker.ts';

/** What is going on, as a person would say it. `src/lib/i18n` has the words. */
export const PHASES = [
	'idle', // nothing yet, or after Stop
	'asking', // the browser asks for the microphone
	'connecting', // to the relay, the first time
	'listening', // it is the person's turn and they are silent
	'hearing', // the person speaks
	'thinking', // the reply was asked for and has not sounded yet
	'speaking', // the reply sounds
	'reconnecting', // the relay or the STT is away; Parley tries again by itself
	'deaf', // nobody can be had who writes down what is said; the person can write, and is answered
	'failed', // it needs the person: see `failure`
	'ended' // the assistant said goodbye
] as const;
export type Phase = (typeof PHASES)[number];

/** Why a conversation could not start or go on, where the person has to do something. */
export const FAILURES = [
	'microphone_refused',
	'microphone_missing',
	'microphone_busy',
	'insecure_origin',
	'unsupported_browser',
	'relay_away',
	'relay_refused',
	'code_needed', // the relay asks for an access code
	'code_wrong' // … and does not take the one it was given
] as const;
export type Failure = (typeof FAILURES)[number];

/** One word of the assistant's: `heard` once its first sample has left the playback worklet. */
export interface CaptionWord {
	readonly text: string;
	readonly heard: boolean;
}

/** One line of the log. `id` grows; an entry may be sent again, changed, until the next one begins. */
export interface Entry {
	readonly id: number;
	readonly role: 'user' | 'assistant';
	/** Assistant: the words heard so far. User: the words recognised so far; UNRECOGNISED_SPEECH stands as it is. */
	readonly text: string;
	/** An assistant's entry that was cut off: shown with a dash. */
	readonly interrupted: boolean;
	/** Still growing. */
	readonly open: boolean;
}

export interface Engines {
	readonly stt: { readonly name: string; readonly embedded: boolean; readonly recognises: boolean };
	readonly llm: { readonly name: string; readonly embedded: boolean };
	readonly tts: { readonly name: string; readonly embedded: boolean };
}

/** Samples of one voice in one signal window: enough to draw a ring of it. */
export const WINDOW_POINTS = 128;

export type ViewMessage =
	| { readonly type: 'phase'; readonly phase: Phase; readonly failure: Failure | null }
	/** Also after each reconnection. `records`: this relay records those who agree to it. */
	| { readonly type: 'welcome'; readonly engines: Engines; readonly records: boolean }
	| { readonly type: 'entry'; readonly entry: Entry }
	/** The reply now sounding (or about to): all its words so far. Empty when there is none. */
	| { readonly type: 'caption'; readonly words: readonly CaptionWord[]; readonly interrupted: boolean }
	/** Somebody else answers from now on: their name, null for Parley itself. Entries that are there already keep theirs. */
	| { readonly type: 'who'; readonly who: string | null }
	/** A passing trouble of one leg; null when it is over. The conversation goes on. */
	| { readonly type: 'problem'; readonly problem: Problem | null }
	/** Why the person is not heard just now; null when they are again. The conversation goes on. */
	| { readonly type: 'lack'; readonly lack: Lack | null }
	/** Another microphone or loudspeaker is in use than a moment ago, though nobody chose it. */
	| { readonly type: 'swap'; readonly swap: Swap }
	/**
	 * About 25 times a second: WINDOW_POINTS samples of the last 80 ms of each voice as it sounds now, each in [-1, 1],
	 * zeros where silent. `duck` is the assistant's gain, 1 = full.
	 */
	| { readonly type: 'signal'; readonly user: Float32Array; readonly assistant: Float32Array; readonly duck: number }
	/** Some 12 times a second while `setProbes` wants it, and then only while the microphone's frames come in. */
	| { readonly type: 'probe'; readonly probe: Probe }
	/** What happened when, for tests, the benchmarks and the dev view. Times are `performance.timeOrigin + now()`. */
	| { readonly type: 'mark'; readonly mark: Mark };

export interface Mark {
	readonly name: MarkName;
	readonly atMs: number;
	/** Milliseconds, samples or a count, as the name says. */
	readonly value: number;
	/** A word, where the mark is about one. */
	readonly text?: string;
}
export const MARKS = [
	'pageSent', // value: ms from the page's last microphone frame leaving the capture worklet to socket.send
	'pageSentGap', // value: ms since the page before was sent
	'firstPage', // the reply's first page with sound in it arrived; value: ms since it was asked for
	'firstSample', // value: ms from the reply's first audio page to its first sample in the playback worklet
	'wordHeard', // value: the word's sample in the reply; text: the word
	'bargeIn', // the decision to stop
	'silenced', // value: ms from the decision to the worklet's answer that it is silent
	'gap', // value: samples missing in the middle of a reply
	'turnEnd', // the person's turn was taken to be over
	'turnPhase' // value: ms from the end of the person's speech to a phase of its answer; text: the phase
] as const;
export type MarkName = (typeof MARKS)[number];

export type ProblemShown = ProblemCode;

/** What the page asks of a conversation. Every call returns at once; what follows arrives as ViewMessages. */
export interface Conversation {
	/** Call it from a press: the browser wants one before it gives sound and microphone. */
	start(options: StartOptions): void;
	stop(): void;
	setMuted(muted: boolean): void;
	/** Writes instead of speaking: a turn of its own, which stops the assistant's. */
	say(text: string): void;
	/** The talk key went down or up: while it is down the person has the turn, when it comes up it is over. */
	push(down: boolean): void;
	/** "Let me finish": while on, no pause ends the person's turn. */
	hold(on: boolean): void;
	/** "Go on": the turn is over, do not wait. */
	goOn(): void;
	setPatience(patience: Patience): void;
	/** Somebody else answers from the next turn on, or in another voice; null: Parley itself. The talk goes on. */
	setCharacter(character: Character | null): void;
	/** The assistant's volume, 0 to 1. */
	setVolume(volume: number): void;
	/** Microphone, loudspeaker and how they are cleaned up: now and in the next talks. The talk goes on. */
	setDevices(devices: DeviceChoices): void;
	/** A soft tick when Parley begins and stops listening. On, until told otherwise. */
	setSounds(on: boolean): void;
	/** Both voices as they sound, in this talk and the next ones, go there; null, as before any call: nowhere. */
	setSoundTaker(taker: SoundTaker | null): void;
	/** Whether `probe` messages come, in this talk and the next; not until told so. */
	setProbes(on: boolean): void;
	/** The browser's own recogniser is listening from now on, or no longer: its words are then waited for. */
	setRecogniser(active: boolean): void;
	/** Whether the person agrees to be recorded, where the relay records at all; not until told so. */
	setRecording(agreed: boolean): void;
	/** Words that the browser's own recogniser heard (only where `engines.stt.recognises` is false). */
	heardLocally(text: string): void;
	close(): void;
}

/** What was said in an earlier part of the talk that is gone on with. */
export interface EarlierLine {
	readonly role: 'user' | 'assistant';
	readonly text: string;
	readonly interrupted: boolean;
	/** Who answered; null for Parley itself. */
	readonly who: string | null;
}

export interface StartOptions {
	/** The talk goes on after these, which the model reads and the log shows; they are not sent again as entries. */
	readonly earlier?: readonly EarlierLine[];
	/** The page's; a character has its own. */
	readonly language: 'en' | 'fr';
	/** Plain data, no proxy: it crosses to the worker. Absent: Parley itself. */
	readonly character?: Character;
	/** The access code, for a relay that asks for one. */
	readonly token?: string;
	/** In place of the character's. */
	readonly voice?: string;
}
