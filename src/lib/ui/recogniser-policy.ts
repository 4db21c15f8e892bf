/** When the browser's own recogniser may write down what a person says, and what to do when it ends. Pure. */
import type { Phase } from '../session/view.ts';

/** `local`: on this device. `remote`: the sound may go to the browser's maker. */
export type Availability = 'none' | 'local' | 'remote';
/** What the person answered; null while nobody asked. */
export type Consent = 'yes' | 'no' | null;
export type Decision = 'off' | 'ask' | 'local' | 'remote';

export interface Circumstances {
	/** Whether the STT turns speech into words itself; null before the relay said so. */
	readonly sttRecognises: boolean | null;
	readonly availability: Availability;
	readonly consent: Consent;
}

export function decide({ sttRecognises, availability, consent }: Circumstances): Decision {
	if (sttRecognises !== false || availability === 'none') return 'off';
	if (availability === 'local') return 'local';
	return consent === null ? 'ask' : consent === 'yes' ? 'remote' : 'off';
}

/**
 * Whether it should be running. Not while muted; and not while the assistant speaks, because it opens the microphone
 * by itself and without our echo cancellation would write the assistant's words into the person's mouth.
 */
export function shouldRun(decision: Decision, phase: Phase, muted: boolean): boolean {
	if (decision !== 'local' && decision !== 'remote') return false;
	return !muted && (phase === 'listening' || phase === 'hearing' || phase === 'thinking' || phase === 'reconnecting');
}

/**
 * Whether the conversation may wait for its words: for as long as a talk is open, through the assistant's turns as
 * well, since the words of a turn may come after its end.
 */
export function isActive(decision: Decision, phase: Phase, muted: boolean): boolean {
	return shouldRun(decision, phase === 'speaking' ? 'thinking' : phase, muted);
}

/** Why it gave up; the words stand in i18n under the same name. */
export type Trouble = 'refused' | 'away' | 'unavailable';

/** What an error of the recogniser means: null where it will simply be started again. */
export function troubleOf(error: string): Trouble | null {
	switch (error) {
		case 'no-speech':
		case 'aborted':
			return null;
		case 'not-allowed':
		case 'service-not-allowed':
			return 'refused';
		case 'network':
			return 'away';
		default:
			return 'unavailable';
	}
}

/** A run shorter than this, without a word, was not a conversation's silence but a recogniser that will not run. */
export const SHORT_RUN_MS = 1000;
/** After so many short runs in a row it is left alone. */
export const MAX_SHORT_RUNS = 6;

/** How long to wait before it is started again after it ended by itself; null to give up. */
export function restartDelayMs(shortRuns: number): number | null {
	if (shortRuns >= MAX_SHORT_RUNS) return null;
	return shortRuns === 0 ? 0 : 125 * 2 ** shortRuns;
}

/** One result of a recognition event, as much of it as matters. */
export interface Heard {
	readonly isFinal: boolean;
	readonly transcript: string;
}

/** The words of an event that will not change any more, from `resultIndex` on; '' if there are none. */
export function finalWords(results: readonly Heard[], resultIndex: number): string {
	return results
		.slice(Math.max(0, resultIndex))
		.filter((result) => result.isFinal)
		.map((result) => result.transcript.trim())
		.filter((text) => text !== '')
		.join(' ');
}
