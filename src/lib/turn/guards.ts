/** The conditions that the table names. Each looks and touches nothing. */
import { ema } from './ema.ts';
import type { TurnEvent } from './events.ts';
import type { TurnState } from './state.ts';

/** One step of the STT. */
export const STEP_MS = 80;

type Guard = (state: TurnState, event: TurnEvent, nowMs: number) => boolean;

/** The average with the prediction that this step brought. */
export function averaged(state: TurnState, event: TurnEvent): number {
	if (event.type !== 'step' || state.steps < state.options.skipSteps) return state.pause;
	return ema(state.pause, event.pause, STEP_MS / 1000, state.options.ema);
}

const due = (atMs: number | null, nowMs: number): boolean => atMs !== null && nowMs >= atMs;

export const GUARDS = {
	hasText: (_, event) => (event.type === 'word' || event.type === 'transcript') && event.text.trim() !== '',
	isCurrent: (state, event) => 'reply' in event && event.reply === state.reply,
	isAudible: (_, event) => event.type === 'replyDone' && event.audible,
	linkIsUp: (state) => state.linked,
	linkIsDown: (state) => !state.linked,
	nobodySpokeYet: (state) => state.reply === 0,
	pauseIsLong: (state, event) => averaged(state, event) > state.options.endOfTurnAbove,
	voiceIsBack: (state, event, nowMs) =>
		averaged(state, event) < state.options.bargeInBelow && nowMs - state.startedAtMs > state.options.uninterruptibleMs,
	flushIsThrough: (state, event) =>
		event.type === 'step' && state.steps + 1 > state.flushedAfterSteps && (!state.recogniser || state.transcribed),
	flushIsOverdue: (state, _, nowMs) => nowMs >= flushDeadlineMs(state),
	silenceIsLong: (state, _, nowMs) =>
		state.linked && state.listening && nowMs - state.quietSinceMs >= state.options.silenceMs,
	saidGoodbye: (state) => state.heard.trim().toLowerCase().endsWith(state.options.goodbye),
	mayAskAgain: (state, event) =>
		event.type === 'replyDone' &&
		event.outcome === 'failed' &&
		event.retryAfterMs !== null &&
		state.attempts < state.options.replyAttempts,
	askIsDue: (state, _, nowMs) => state.linked && due(state.replyAtMs, nowMs),
	listenIsDue: (state, _, nowMs) => state.linked && due(state.listenAtMs, nowMs),
	leavingIsDue: (state, _, nowMs) => nowMs >= state.leaveAtMs
} as const satisfies Record<string, Guard>;
export type GuardName = keyof typeof GUARDS;

/** When the flush is given up: the STT has stopped stepping, or the browser's recogniser has nothing to say. */
export function flushDeadlineMs(state: TurnState): number {
	const waitsForWords = state.recogniser && !state.transcribed && state.steps > state.flushedAfterSteps;
	return state.flushStartedMs + (waitsForWords ? state.options.transcriptLimitMs : state.options.flushLimitMs);
}
