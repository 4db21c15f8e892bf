/**
 * What the pause head heard of late, step by step of the STT's stream, and whether the assistant's voice sounded then. A word
 * comes the STT's delay after it was said, counted in steps of the stream: a flush that pushes it out sooner, and lost time
 * that holds it back, count alike. So a word finds the voice that said it.
 */
import type { TurnState } from './state.ts';

/** One step of the STT. */
export const STEP_MS = 80;
/** For the STT that is 2.5 s late, the longest word that was late as well. */
const KEPT_STEPS = 48;
/** A word is as long as this, or came later than the others by as much. */
const WORD_STEPS = 12;
/** …and now and then sooner. */
const EARLY_STEPS = 1;
/** An echo dies with the sound: after so many steps of silence, a voice is somebody's. The way there and back is in it. */
const ECHO_STEPS = 3;
/** One step is noise. */
const SURE_STEPS = 2;
/** Nobody reacts to what has sounded for less, as seen by a pause head that is late by as much again. */
const REACTION_STEPS = 4;
/** A room's echo is known after some ten steps. */
const LEARNING = 0.1;
/** A voice over it is so much clearer than the echo. */
const CLEARER = 0.5;
/** In a room that gives nothing back, and in which the head hears so much of a voice, there is one. */
const SOME_VOICE = 0.5;

export interface HeardStep {
	/** The average of the pause prediction; null where it is not known yet. */
	readonly average: number | null;
	/** For how many steps the assistant's voice has not sounded; 0 while it sounds. */
	readonly silentSteps: number;
	/** It has an answer to say, be it silent for now. */
	readonly isAnswering: boolean;
}
export type VoiceTrack = readonly HeardStep[];

export function tracked(track: VoiceTrack, state: TurnState, average: number | null): VoiceTrack {
	const isAnswering = state.name === 'speaking' || state.name === 'overlapping';
	const silentSteps = isAnswering && !state.paused ? 0 : (track.at(-1)?.silentSteps ?? ECHO_STEPS) + 1;
	return [...track, { average, silentSteps, isAnswering }].slice(-KEPT_STEPS);
}

/** What the pause head makes of the assistant's own voice, where that sounds at its full gain. */
export const withEcho = (echo: number, average: number): number => echo + LEARNING * (average - echo);

/** The steps in which a word that comes now may have been said. */
function saidIn({ track, sttDelayMs }: TurnState): VoiceTrack {
	const end = track.length - Math.floor(sttDelayMs / STEP_MS) + EARLY_STEPS;
	return track.slice(Math.max(0, end - WORD_STEPS - EARLY_STEPS), Math.max(0, end));
}

/** Below which average somebody speaks while the assistant does. */
function voiceBelow({ options, echo }: TurnState, mayEcho: boolean): number {
	if (!mayEcho) return SOME_VOICE;
	return Math.min(options.bargeInBelow, Math.max(options.bargeInBelow / 2, echo * CLEARER));
}

const isVoiceInSilence = ({ average, silentSteps }: HeardStep, below: number): boolean =>
	average !== null && average < below && silentSteps >= ECHO_STEPS;

/** Whether a word that comes now was said while nothing sounded that could come back. */
export const wasSaidInSilence = (state: TurnState): boolean =>
	saidIn(state).filter((one) => isVoiceInSilence(one, state.options.bargeInBelow)).length >= SURE_STEPS;

/** Whether the voice that said a word which comes now began before anybody could have reacted to the answer. */
export function beganBeforeAnswer(state: TurnState): boolean {
	const steps = saidIn(state);
	const onset = steps.findIndex(({ average }) => average !== null && average < state.options.bargeInBelow);
	if (onset === -1) return false;
	const begun = steps.findIndex(({ isAnswering }) => isAnswering);
	return begun > 0 && onset < begun + REACTION_STEPS;
}

/** Whether a word that comes now ended in a voice that is much clearer than the echo of this room. */
export function wasSaidOverEcho(state: TurnState): boolean {
	const end = saidIn(state).slice(-EARLY_STEPS - SURE_STEPS);
	const below = Math.min(state.options.bargeInBelow / 2, state.echo * CLEARER * CLEARER);
	return end.length > SURE_STEPS && end.every(({ average }) => average !== null && average < below);
}

/** Whether a word that comes now was heard where the pause head heard no voice. */
export function wasSaidByNobody(state: TurnState, mayEcho: boolean): boolean {
	const steps = saidIn(state);
	const below = voiceBelow(state, mayEcho);
	return steps.length > 0 && steps.every(({ average }) => average !== null && average >= below);
}

/** The steps since the assistant's voice last sounded. */
const sinceSound = (track: VoiceTrack): VoiceTrack =>
	track.slice(track.findLastIndex(({ silentSteps }) => silentSteps === 0) + 1);

/** For how many steps a voice that was heard has been silent; 0 where it is not, or where none was heard. */
export function pausedSteps({ track, options }: TurnState): number {
	const run = track.length - 1 - track.findLastIndex(({ average }) => (average ?? 0) <= options.endOfTurnAbove);
	const before = track.slice(0, track.length - run).slice(-WORD_STEPS);
	return before.some(({ average }) => average !== null && average < options.bargeInBelow) ? run : 0;
}

/** Whether somebody spoke since the assistant fell silent. */
export const wentOnInSilence = ({ track, options }: TurnState): boolean =>
	sinceSound(track).filter((one) => isVoiceInSilence(one, options.bargeInBelow)).length >= SURE_STEPS;

/** Whether something died away as the assistant fell silent: noise of the pause head does not. */
export const diedAway = ({ track }: TurnState, below: number): boolean => (sinceSound(track)[0]?.average ?? 1) < below;
