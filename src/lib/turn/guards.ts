/** The conditions that the table names. Each looks and touches nothing. */
import { isBackchannel, mayBecomeBackchannel } from './backchannel.ts';
import { isCommand } from './command.ts';
import { soundsLike } from './echo.ts';
import { ema } from './ema.ts';
import { pauseNeededMs } from './endpoint.ts';
import type { TurnEvent } from './events.ts';
import type { OverlapOptions } from './options.ts';
import type { Aside, TurnState } from './state.ts';
import { beganBeforeAnswer, STEP_MS, wasSaidByNobody, wasSaidInSilence } from './voice-track.ts';

/** What noise has to be fainter by to duck the voice once more. */
const FAINTER = 0.1;
/** From one step to the next, the average falls by more than its noise. */
const FALLS_BY = 0.1;
/** A pause head takes one to three steps to see a voice: what is none by then is not one. */
const SEES_VOICE_STEPS = 4;
/** The average of silence, beyond its noise. */
const NOTHING_ABOVE = 0.8;
/** Where there was an echo, the next words are likely to be one for so long. */
const ECHO_LASTS_MS = 2500;
/** A room that gave nothing back for so long gives nothing back: headphones, or an echo canceller that has learnt. */
const ROOM_LASTS_MS = 10_000;

/** An STT that wrote so many words and not one mark writes none. */
const UNMARKED_WORDS = 6;
/** An answer is silent between two of its sentences for less than this; what a flush put in is through sooner. */
export const UNECHOED_MS = 400;

type Guard = (state: TurnState, event: TurnEvent, nowMs: number) => boolean;

/** The average with the prediction that this step brought. */
export function averaged(state: TurnState, event: TurnEvent): number {
	if (event.type !== 'step' || state.steps < state.options.skipSteps) return state.pause;
	return ema(state.pause, event.pause, STEP_MS / 1000, state.options.ema);
}

/** Steps in a row that predict a pause, with this one. */
export const quietSteps = (state: TurnState, event: TurnEvent): number =>
	averaged(state, event) > state.options.endOfTurnAbove ? state.quietSteps + 1 : 0;

/** The first steps of a stream tell nothing: the average is the one before them. */
export const knowsPause = (state: TurnState): boolean => state.steps >= state.options.skipSteps;

/** Whether this step hears a voice. */
export const hearsVoice = (state: TurnState, event: TurnEvent): boolean =>
	knowsPause(state) && averaged(state, event) < state.options.bargeInBelow;

/** Whether this step hears no voice at all, not even a faint one. */
export const hearsNothing = (state: TurnState, event: TurnEvent): boolean =>
	knowsPause(state) && averaged(state, event) > NOTHING_ABOVE;

/** Whether it is a voice close by: a faint echo pulls the average down as well, but not so far. */
export const surelyHearsVoice = (state: TurnState, event: TurnEvent): boolean =>
	knowsPause(state) && averaged(state, event) < state.options.bargeInBelow / 2;

/** Steps in a row that hear a voice, with this one. */
export const voiceSteps = (state: TurnState, event: TurnEvent): number =>
	hearsVoice(state, event) ? state.voiceSteps + 1 : 0;

/** Below which average it is a voice: the lower, the more often it was none. */
function voiceBelow(state: TurnState, overlap: OverlapOptions): number {
	return state.options.bargeInBelow * 2 ** -Math.max(0, state.falseAlarms + 1 - overlap.falseAlarms);
}

/** Below which average it may be a voice. */
function duckBelow(state: TurnState, overlap: OverlapOptions): number {
	const below = voiceBelow(state, overlap);
	if (below < state.options.bargeInBelow) return below;
	return Math.max(below, overlap.duckBelow - FAINTER * state.faintAlarms);
}

/** Steps of this overlap in a row that heard nobody, with this one. While the voice is silent, nothing of it comes back. */
export function clearSteps(state: TurnState, event: TurnEvent): number {
	const { overlap, endOfTurnAbove } = state.options;
	if (overlap === null) return 0;
	const above = state.paused ? endOfTurnAbove : duckBelow(state, overlap);
	return averaged(state, event) > above ? state.clearSteps + 1 : 0;
}

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
	/** Where nobody has said anything at all, a noise took back the greeting, which is still owed. */
	nothingToAnswer: (state) => state.begun && state.utterance.trim() === '',
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
	somebodyTalksOver: (state, event) => {
		const { overlap } = state.options;
		return overlap !== null && knowsPause(state) && averaged(state, event) < duckBelow(state, overlap);
	},
	isPaused: (state) => state.paused,
	/** Since the last one, somebody spoke. */
	mustFlush: (state) => state.flushStartedMs < Math.max(state.overlapStartedMs, state.voiceAtMs),
	flushIsUnderWay: (state) => state.steps + 1 <= state.flushedAfterSteps,
	voiceIsClear: (state, event) => {
		const { overlap } = state.options;
		if (overlap === null || state.paused || !knowsPause(state)) return false;
		const value = averaged(state, event);
		const below = voiceBelow(state, overlap);
		const falls = below === state.options.bargeInBelow && state.pause - value > FALLS_BY;
		return value < (falls ? Math.max(below, overlap.fallingBelow) : below);
	},
	overlapIsLong: (state, event, nowMs) => {
		const { overlap } = state.options;
		if (overlap === null || nowMs - state.overlapStartedMs < overlap.stopAfterMs) return false;
		// After "mm-hm" the pause head may well expect more: it comes as words, or it does not come.
		return hearsVoice(state, event) && freshAside(state, nowMs, 'backchannel').length === 0;
	},
	overlapIsOver: (state, event) =>
		state.options.overlap !== null &&
		(clearSteps(state, event) >= state.options.overlap.clearSteps ||
			(!state.paused && state.overlapSteps >= SEES_VOICE_STEPS)),
	overlapIsOverdue: (state, _, nowMs) => nowMs >= overlapDeadlineMs(state),
	isEcho: (state, event, nowMs) => {
		const { overlap } = state.options;
		if (overlap === null || event.type !== 'word') return false;
		// Somebody spoke while nothing sounded: it is theirs, though it may be the same word.
		if (wasSaidInSilence(state)) return false;
		// A room that gives nothing back does not begin to in the middle of an answer.
		if (!mayEcho(state)) return false;
		const playing = state.echoes
			.filter(({ atMs }) => nowMs - atMs <= overlap.echoMs + state.sttDelayMs)
			.map(({ text }) => text)
			.join(' ');
		if (playing === '') return false;
		// One word of it is enough: those before it may have been misheard, or missed.
		return soundsLike(event.text, playing, { faint: echoIsLikely(state, nowMs) });
	},
	/** Where an echo was just heard, or may be, and where no voice was, one word that is no echo is not believed yet. */
	isDoubtful: (state, event, nowMs) =>
		state.options.overlap !== null &&
		event.type === 'word' &&
		!isCommand(event.text) &&
		!wasSaidInSilence(state) &&
		(echoIsLikely(state, nowMs) || wasSaidByNobody(state, mayEcho(state))) &&
		freshAside(state, nowMs, 'doubt').length === 0,
	/** After the answer: a misheard echo, which nobody's voice said. */
	isStray: (state, event, nowMs) =>
		state.options.overlap !== null &&
		event.type === 'word' &&
		roomEchoes(state, nowMs) &&
		wasSaidByNobody(state, mayEcho(state)) &&
		freshAside(state, nowMs, 'doubt').length === 0,
	isBackchannel: (state, event, nowMs) => {
		if (state.options.overlap === null || event.type !== 'word' || beganBeforeAnswer(state)) return false;
		const said = [...freshAside(state, nowMs, 'backchannel'), event.text].join(' ');
		return isBackchannel(said, { asked: unmarked(state.heard).endsWith('?') }) || mayBecomeBackchannel(said);
	},
	/** The beginning of a backchannel that did not become one was the beginning of something else. */
	hasMeantAside: (state, _, nowMs) => {
		const said = freshAside(state, nowMs, 'backchannel').join(' ');
		// …or a misheard echo, where there is one about.
		return said !== '' && !isBackchannel(said) && (isCommand(said) || !echoIsLikely(state, nowMs));
	},
	hasAside: (state, _, nowMs) =>
		freshAside(state, nowMs, 'backchannel').length > 0 || freshAside(state, nowMs, 'doubt', true).length > 0,
	isSoft: (state) => state.soft,
	/** Nothing of the soft voice comes back: it may be loud again. */
	roomIsClear: (state, event, nowMs) =>
		hearsNothing(state, event) && nowMs - (state.unechoedSinceMs ?? nowMs) >= UNECHOED_MS,
	silenceIsLong: (state, _, nowMs) => state.linked && maySpeak(state) && nowMs >= silentUntilMs(state),
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

/** Whether an echo was known for one a moment ago, or the echo canceller is still learning. */
function echoIsLikely(state: TurnState, nowMs: number): boolean {
	if (!mayEcho(state)) return false;
	return nowMs - state.echoedAtMs <= ECHO_LASTS_MS || !pastFirstSeconds(state, nowMs);
}

/** Whether an answer may come back from this room: it did, and has not sounded without coming back since, or is new. */
export const mayEcho = ({ echoedAtMs, unechoedAtMs }: TurnState): boolean =>
	unechoedAtMs === Number.NEGATIVE_INFINITY || echoedAtMs > unechoedAtMs;

/** Whether this room gave the voice back some time ago. */
export const roomEchoes = (state: TurnState, nowMs: number): boolean => nowMs - state.echoedAtMs <= ROOM_LASTS_MS;

/** The words of the last moment that were held back for this reason; `voiced`: those that a voice was heard to say. */
export function freshAside(state: TurnState, nowMs: number, why: Aside['why'], voiced = false): string[] {
	const asideMs = state.options.overlap?.asideMs ?? 0;
	return state.aside
		.filter((one) => one.why === why && nowMs - one.atMs <= asideMs && (one.voiced || !voiced))
		.map(({ text }) => text);
}

/** Whether a silence is the person's own: they could be heard, and no key of theirs asks for patience. */
export function maySpeak(state: TurnState): boolean {
	return state.listening && !state.muted && !state.pushed && !state.held;
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
	const isUnmarked = state.unmarkedWords >= UNMARKED_WORDS;
	return (
		state.pauseStartedMs +
		patience * pauseNeededMs({ text, hesitationMs: hesitationMs(state), learnedMs, isUnmarked }, endpoint)
	);
}

/** When the voice comes back whatever the STT says, or does not say. */
export function overlapDeadlineMs(state: TurnState): number {
	return state.overlapStartedMs + (state.options.overlap?.limitMs ?? 0);
}
