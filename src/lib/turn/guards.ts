/** The conditions that the table names. Each looks and touches nothing. */
import { isBackchannel, mayBecomeBackchannel } from './backchannel.ts';
import { soundsLike } from './echo.ts';
import { ema } from './ema.ts';
import { pauseNeededMs } from './endpoint.ts';
import type { TurnEvent } from './events.ts';
import type { Aside, TurnState } from './state.ts';

/** One step of the STT. */
export const STEP_MS = 80;

type Guard = (state: TurnState, event: TurnEvent, nowMs: number) => boolean;

/** The average with the prediction that this step brought. */
export function averaged(state: TurnState, event: TurnEvent): number {
	if (event.type !== 'step' || state.steps < state.options.skipSteps) return state.pause;
	return ema(state.pause, event.pause, STEP_MS / 1000, state.options.ema);
}

/** Steps in a row that predict a pause, with this one. */
export const quietSteps = (state: TurnState, event: TurnEvent): number =>
	averaged(state, event) > state.options.endOfTurnAbove ? state.quietSteps + 1 : 0;

/** Steps in a row that hear a voice, with this one. */
export const voiceSteps = (state: TurnState, event: TurnEvent): number =>
	averaged(state, event) < state.options.bargeInBelow ? state.voiceSteps + 1 : 0;

const due = (atMs: number | null, nowMs: number): boolean => atMs !== null && nowMs >= atMs;
const pastFirstSeconds = (state: TurnState, nowMs: number): boolean =>
	nowMs - state.startedAtMs > state.options.uninterruptibleMs;

/** A text as it is shown, without the marks and quotes that may stand after its last word. */
const unmarked = (text: string): string => text.replace(/[*_"»”\s]+$/, '');

export const GUARDS = {
	hasText: (_, event) =>
		(event.type === 'word' || event.type === 'transcript' || event.type === 'text') && event.text.trim() !== '',
	isCurrent: (state, event) => 'reply' in event && event.reply === state.reply,
	isAudible: (_, event) => event.type === 'replyDone' && event.audible,
	isDown: (_, event) => event.type === 'push' && event.down,
	isOn: (_, event) => event.type === 'hold' && event.on,
	linkIsUp: (state) => state.linked,
	linkIsDown: (state) => !state.linked,
	nobodySpokeYet: (state) => state.reply === 0,
	saidNothing: (state) => state.utterance.trim() === '',
	mayEnd: (state) => !state.held && !state.pushed,
	pauseIsLong: (state, event) => quietSteps(state, event) >= state.options.pauseSteps,
	/** The turn is the person's still: the pause was one of thought. */
	voiceReturns: (state, event) =>
		state.options.endpoint !== null && voiceSteps(state, event) >= state.options.endpoint.resumeSteps,
	voiceIsBack: (state, event, nowMs) =>
		state.options.overlap === null &&
		averaged(state, event) < state.options.bargeInBelow &&
		pastFirstSeconds(state, nowMs),
	flushIsThrough: (state, event) =>
		event.type === 'step' && state.steps + 1 > state.flushedAfterSteps && (!state.recogniser || state.transcribed),
	flushIsOverdue: (state, _, nowMs) => nowMs >= flushDeadlineMs(state),
	pauseIsOver: (state, _, nowMs) => nowMs >= holdUntilMs(state),
	/** A late word came out of a pause, not out of a mouth. */
	isQuiet: (state) => state.options.endpoint !== null && state.pause > state.options.endOfTurnAbove,
	waitsLonger: (state) => state.options.endpoint !== null,
	isSpeculative: (state) => state.speculative,
	maySpeculate: (state) =>
		state.linked && state.options.endpoint !== null && state.speculations < state.options.endpoint.speculations,
	somebodyTalksOver: (state, event, nowMs) => {
		const { overlap } = state.options;
		return (
			overlap !== null &&
			averaged(state, event) < overlap.duckBelow &&
			state.falseAlarms < overlap.falseAlarms &&
			pastFirstSeconds(state, nowMs)
		);
	},
	isPaused: (state) => state.paused,
	mustFlush: (state) => state.flushStartedMs < state.overlapStartedMs,
	flushIsUnderWay: (state) => state.steps + 1 <= state.flushedAfterSteps,
	voiceIsClear: (state, event) => !state.paused && averaged(state, event) < state.options.bargeInBelow,
	overlapIsLong: (state, event, nowMs) => {
		const { overlap } = state.options;
		const hears = averaged(state, event) < state.options.bargeInBelow;
		return overlap !== null && hears && nowMs - state.overlapStartedMs >= overlap.stopAfterMs;
	},
	overlapIsOver: (state, event) =>
		state.options.overlap !== null && quietSteps(state, event) >= state.options.overlap.clearSteps,
	overlapIsOverdue: (state, _, nowMs) => nowMs >= overlapDeadlineMs(state),
	isEcho: (state, event, nowMs) => {
		const { overlap } = state.options;
		if (overlap === null || event.type !== 'word') return false;
		// Somebody spoke while nothing sounded: it is theirs, though it may be the same word.
		if (state.voicedInSilence) return false;
		const playing = state.echoes
			.filter(({ atMs }) => nowMs - atMs <= overlap.echoMs)
			.map(({ text }) => text)
			.join(' ');
		if (playing === '') return false;
		const run = [...freshAside(state, nowMs, 'echo'), event.text].join(' ');
		// Where an echo is known for one, or likely, a word of it is enough: those between may have been misheard.
		const likely = nowMs - state.echoedAtMs <= overlap.echoMs || !pastFirstSeconds(state, nowMs);
		return soundsLike(run, playing) || (likely && soundsLike(event.text, playing));
	},
	/** Where an echo was just heard, or may be, one word that is none is not believed yet. */
	isDoubtful: (state, event, nowMs) =>
		state.options.overlap !== null &&
		event.type === 'word' &&
		(nowMs - state.echoedAtMs <= state.options.overlap.echoMs || !pastFirstSeconds(state, nowMs)) &&
		freshAside(state, nowMs, 'doubt').length === 0,
	isBackchannel: (state, event, nowMs) => {
		if (state.options.overlap === null || event.type !== 'word') return false;
		const said = [...freshAside(state, nowMs, 'backchannel'), event.text].join(' ');
		return isBackchannel(said, { asked: unmarked(state.heard).endsWith('?') }) || mayBecomeBackchannel(said);
	},
	hasAside: (state, _, nowMs) => freshAside(state, nowMs, 'backchannel').length > 0,
	silenceIsLong: (state, _, nowMs) =>
		state.linked && state.listening && !state.muted && !state.pushed && nowMs >= silentUntilMs(state),
	saidGoodbye: (state) => unmarked(state.heard).toLowerCase().endsWith(state.options.goodbye),
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

/** The words of the last moment that were held back for this reason. */
export function freshAside(state: TurnState, nowMs: number, why: Aside['why']): string[] {
	const asideMs = state.options.overlap?.asideMs ?? 0;
	return state.aside.filter((one) => one.why === why && nowMs - one.atMs <= asideMs).map(({ text }) => text);
}

/** When a silence is long enough to be answered. One expression for the guard and the timer: two would round apart. */
export function silentUntilMs(state: TurnState): number {
	return state.quietSinceMs + state.options.silenceMs;
}

/** When the flush is given up: the STT has stopped stepping, or the browser's recogniser has nothing to say. */
export function flushDeadlineMs(state: TurnState): number {
	const waitsForWords = state.recogniser && !state.transcribed && state.steps > state.flushedAfterSteps;
	return state.flushStartedMs + (waitsForWords ? state.options.transcriptLimitMs : state.options.flushLimitMs);
}

/** How long the pause head took after the last word to see the pause; null where the word's end is not known. */
function hesitationMs(state: TurnState): number | null {
	return state.lastStopMs === null ? null : Math.max(0, state.pauseStartedAtStreamMs - state.lastStopMs);
}

/** When the person's last word ended, as far as the STT can tell. */
export function speechEndedAtMs(state: TurnState): number {
	return state.pauseStartedMs - (hesitationMs(state) ?? 0);
}

/** When the pause has lasted long enough for the turn to be over. */
export function holdUntilMs(state: TurnState): number {
	const { endpoint } = state.options;
	if (endpoint === null || state.hurried) return state.pauseStartedMs;
	const { utterance: text, learnedPauseMs: learnedMs, patience } = state;
	return (
		state.pauseStartedMs + patience * pauseNeededMs({ text, hesitationMs: hesitationMs(state), learnedMs }, endpoint)
	);
}

/** When the voice comes back whatever the STT says, or does not say. */
export function overlapDeadlineMs(state: TurnState): number {
	return state.overlapStartedMs + (state.options.overlap?.limitMs ?? 0);
}
