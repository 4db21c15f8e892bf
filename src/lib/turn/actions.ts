/** What the table's rows do: each changes the state it is given and adds effects, in the order that the row names. */
import type { CancelReason, TurnEffect, TurnEvent } from './events.ts';
import {
	averaged,
	clearSteps,
	freshAside,
	hearsNothing,
	knowsPause,
	mayEcho,
	quietSteps,
	roomEchoes,
	surelyHearsVoice,
	UNECHOED_MS,
	voiceSteps
} from './guards.ts';
import { SILENCE_MARKER } from './options.ts';
import type { Aside, TurnState } from './state.ts';
import {
	diedAway,
	pausedSteps,
	STEP_MS,
	tracked,
	wasSaidByNobody,
	wasSaidOverEcho,
	wentOnInSilence,
	withEcho
} from './voice-track.ts';

/** A pause that is learned counts this much in the average: some five pauses make a habit. */
const LEARNING = 0.2;
/** Words of one breath follow each other within this time. */
const SAME_BREATH_MS = 500;
/** An STT writes some words later than others, by so many steps at most. */
const LATE_STEPS = 6;
/** Words that may come back as an echo: what is said in some six seconds, for the STT that is 2.5 s late. */
const MOST_ECHOES = 24;

/** Apostrophes and hyphens are no marks, they belong to words. */
const MARK = /[.,;:!?…]/;

type Action = (state: TurnState, event: TurnEvent, nowMs: number, effects: TurnEffect[]) => void;

function ask(state: TurnState, effects: TurnEffect[], speculative = false): void {
	// Nobody is there to ask; `back` will.
	if (!state.linked) return;
	state.speculative = speculative;
	state.falseAlarms = Math.max(0, Math.min(state.falseAlarms, state.options.overlap?.falseAlarms ?? 0) - 1);
	state.faintAlarms = 0;
	state.reply += 1;
	state.replyAtMs = null;
	state.replyDone = false;
	state.heard = '';
	effects.push({ type: 'reply', reply: state.reply, first: !state.begun, speculative });
}

/** Held-back words beyond so many are forgotten. */
const MOST_ASIDE = 16;

function hold(state: TurnState, text: string, why: Aside['why'], nowMs: number): void {
	const voiced = !wasSaidByNobody(state, mayEcho(state));
	const clear = wasSaidOverEcho(state);
	state.aside = [...state.aside, { text, atMs: nowMs, why, voiced, clear }].slice(-MOST_ASIDE);
}

function say(state: TurnState, text: string, effects: TurnEffect[]): void {
	state.begun = true;
	// One mark is enough for ever.
	state.unmarkedWords = MARK.test(text) ? Number.NEGATIVE_INFINITY : state.unmarkedWords + 1;
	state.utterance += `${state.utterance === '' ? '' : ' '}${text.trim()}`;
	effects.push({ type: 'remember', role: 'user', text });
}

/** Twice as long each time: an STT that takes streams and drops them must not be asked twice a second for ever. */
function listenWaitMs(state: TurnState, firstMs: number): number {
	const { listenLimitMs } = state.options;
	return Math.max(firstMs, Math.min(listenLimitMs, firstMs * 2 ** (state.deafTimes - 1)));
}

function withdrawnBecause({ type }: TurnEvent): CancelReason {
	if (type === 'lost') return 'lost';
	return type === 'step' || type === 'push' || type === 'hold' ? 'resumed' : 'stale';
}

export const ACTIONS = {
	begin(state, event, nowMs) {
		state.startedAtMs = nowMs;
		state.quietSinceMs = nowMs;
		if (event.type === 'start') state.sttDelayMs = event.sttDelayMs;
	},
	listen(state, _event, _nowMs, effects) {
		state.listenAtMs = null;
		effects.push({ type: 'listen' });
	},
	listenLater(state, event, nowMs) {
		state.listening = false;
		if (event.type !== 'deaf') return;
		state.deafTimes += 1;
		state.listenAtMs = event.retryAfterMs === null ? null : nowMs + listenWaitMs(state, event.retryAfterMs);
	},
	beginStream(state) {
		state.listening = true;
		state.track = [];
		state.steps = 0;
		state.lastStopMs = null;
		// A flush that was under way died with the old stream: its own deadline ends it.
		state.flushedAfterSteps = Number.POSITIVE_INFINITY;
	},
	average(state, event, nowMs) {
		if (surelyHearsVoice(state, event)) state.voiceAtMs = nowMs;
		state.track = tracked(state.track, state, knowsPause(state) ? averaged(state, event) : null);
		if (state.name === 'speaking' && !state.soft && knowsPause(state))
			state.echo = withEcho(state.echo, averaged(state, event));
		const isUnechoed = state.name === 'speaking' && hearsNothing(state, event);
		state.unechoedSinceMs = isUnechoed ? (state.unechoedSinceMs ?? nowMs) : null;
		// What does not come back of a soft voice may come back of a loud one.
		if (!state.soft && nowMs - (state.unechoedSinceMs ?? nowMs) >= UNECHOED_MS) state.unechoedAtMs = nowMs;
		state.overlapSteps += 1;
		state.clearSteps = clearSteps(state, event);
		state.quietSteps = quietSteps(state, event);
		state.voiceSteps = voiceSteps(state, event);
		state.pause = averaged(state, event);
		state.steps += 1;
		state.deafTimes = 0;
	},
	markQuiet(state, _event, nowMs) {
		state.quietSinceMs = nowMs;
	},
	beginEntry(state, _event, _nowMs, effects) {
		state.transcribed = false;
		state.utterance = '';
		state.speculations = 0;
		state.inPause = false;
		state.hurried = false;
		effects.push({ type: 'closeEntry', role: 'user', interrupted: false });
	},
	settlePause(state) {
		// A short turn is over before its first word comes: its pause began back then.
		if (state.options.endpoint !== null) state.quietSteps = pausedSteps(state);
		else state.quietSteps = 0;
		// So that a pause head which has not caught up with the voice does not end the turn after one word.
		if (state.quietSteps === 0) state.pause = 0;
	},
	rememberWord(state, event, _nowMs, effects) {
		if (event.type === 'word' || event.type === 'text') say(state, event.text, effects);
		// Whoever writes makes no pause.
		if (event.type === 'text') state.inPause = false;
	},
	holdEcho(state, event, nowMs) {
		if (event.type !== 'word') return;
		if (freshAside(state, nowMs, 'echo').length > 0 || wasSaidByNobody(state, mayEcho(state))) state.echoedAtMs = nowMs;
		// Between two words of an echo, a strange one was a misheard third.
		state.aside = state.aside.filter(({ why }) => why !== 'doubt');
		hold(state, event.text, 'echo', nowMs);
	},
	/** Whoever says "mm" is there: the silence before it was for something. */
	holdBackchannel(state, event, nowMs) {
		if (event.type === 'word') hold(state, event.text, 'backchannel', nowMs);
		state.falseAlarms = Math.max(0, state.falseAlarms - 1);
	},
	holdDoubt(state, event, nowMs) {
		if (event.type === 'word') hold(state, event.text, 'doubt', nowMs);
	},
	dropAside(state) {
		state.aside = [];
	},
	/** More followed: what was held back was the beginning of a turn, except what was an echo. */
	rememberAside(state, _event, nowMs, effects) {
		const asideMs = state.options.overlap?.asideMs ?? 0;
		// One word of an answer may well be one of the person's; two in a row are the answer's, and in a room with an echo one.
		const echoed = freshAside(state, nowMs, 'echo').length > 1 || roomEchoes(state, nowMs);
		// Where this word has a voice, one without was not the person's.
		const hasVoice = !wasSaidByNobody(state, mayEcho(state));
		for (const { text, atMs, why, voiced, clear } of state.aside) {
			// However long ago somebody said "yes", they did.
			if (why === 'backchannel') say(state, text, effects);
			else if (clear && nowMs - atMs < SAME_BREATH_MS) say(state, text, effects);
			else if (nowMs - atMs > asideMs || (why === 'echo' && echoed)) continue;
			else if (voiced || !mayEcho(state) || (!hasVoice && why !== 'echo')) say(state, text, effects);
		}
		state.aside = [];
	},
	rememberSilence(state, _event, _nowMs, effects) {
		// There is nothing that a recogniser could still write down.
		state.transcribed = true;
		// …nor anything that a longer pause could still add.
		state.utterance = SILENCE_MARKER;
		state.hurried = true;
		effects.push({ type: 'remember', role: 'user', text: SILENCE_MARKER });
	},
	noteWordEnd(state, event) {
		if (event.type === 'wordEnd') state.lastStopMs = event.stopMs;
	},
	noteRecogniser(state, event) {
		if (event.type === 'recogniser') state.recogniser = event.active;
	},
	rewriteUtterance(state, event, _nowMs, effects) {
		state.transcribed = true;
		if (event.type !== 'transcript') return;
		state.begun = true;
		state.utterance = event.text;
		effects.push({ type: 'rewrite', text: event.text });
	},
	/** The pause began with the first of the steps that predicted it. */
	notePause(state, _event, nowMs) {
		const steps = Math.max(state.quietSteps, state.options.pauseSteps) - 1;
		state.inPause = true;
		state.pauseStartedMs = nowMs - steps * STEP_MS;
		state.pauseStartedAtStreamMs = (state.steps - steps) * STEP_MS;
	},
	/** It was a pause of thought: the next ones may be as long. What was held back by hand, or typed, teaches nothing. */
	learnPause(state, event, nowMs) {
		const { endpoint } = state.options;
		if (state.inPause && event.type === 'step' && endpoint !== null && endpoint.learnedShare > 0) {
			// What is longer than counts would be remembered for longer, and that is all.
			const pauseMs = Math.min(nowMs - state.pauseStartedMs, endpoint.learnedLimitMs / endpoint.learnedShare);
			state.learnedPauseMs += LEARNING * (pauseMs - state.learnedPauseMs);
		}
		state.inPause = false;
		state.hurried = false;
	},
	hurry(state) {
		state.hurried = true;
	},
	flush(state, _event, nowMs, effects) {
		state.flushStartedMs = nowMs;
		// Somebody spoke, so a word will come, be it a late one: the voice does not go on before it.
		const lateSteps = state.name === 'overlapping' && wentOnInSilence(state) ? LATE_STEPS : 0;
		state.flushedAfterSteps = state.steps + Math.floor(state.sttDelayMs / STEP_MS) + lateSteps;
		// One more than the delay asks for: the clock has to pass it, not to reach it.
		effects.push({ type: 'silence', frames: Math.ceil(state.sttDelayMs / STEP_MS) + lateSteps + 1 });
	},
	/** While the person speaks it costs no time. Not where every effect is to be Unmute's. */
	prepare(state, _event, _nowMs, effects) {
		if (state.linked && state.options.endpoint !== null) effects.push({ type: 'prepare' });
	},
	ask(state, _event, _nowMs, effects) {
		state.attempts = 1;
		ask(state, effects);
	},
	/** The LLM begins while the pause may still end. */
	speculate(state, _event, _nowMs, effects) {
		state.attempts = 1;
		state.speculations += 1;
		ask(state, effects, true);
	},
	commit(state, _event, _nowMs, effects) {
		state.speculative = false;
		effects.push({ type: 'commit', reply: state.reply });
	},
	/** The question has changed, or was not one. */
	withdraw(state, event, _nowMs, effects) {
		if (state.speculative || state.name === 'thinking') {
			effects.push({ type: 'cancel', reply: state.reply, why: withdrawnBecause(event) });
		}
		state.speculative = false;
		state.replyDone = true;
		state.replyAtMs = null;
	},
	forgetSpeculation(state) {
		state.speculative = false;
	},
	/** The answer sounds. What was known about an overlap was about another one. */
	beginSounding(state, _event, _nowMs, effects) {
		state.paused = false;
		if (state.soft) effects.push({ type: 'duck', gain: state.options.overlap?.duckGain ?? 1 });
		effects.push({ type: 'closeEntry', role: 'user', interrupted: false });
	},
	askLater(state, event, nowMs) {
		if (event.type === 'replyDone') state.replyAtMs = nowMs + (event.retryAfterMs ?? 0);
	},
	askAgain(state, _event, _nowMs, effects) {
		state.attempts += 1;
		ask(state, effects);
	},
	rememberHeard(state, event, nowMs, effects) {
		if (event.type !== 'heard') return;
		state.begun = true;
		state.heard += event.text;
		state.echoes = [...state.echoes, { text: event.spoken ?? event.text, atMs: nowMs }].slice(-MOST_ECHOES);
		effects.push({ type: 'remember', role: 'assistant', text: event.text });
	},
	noteDone(state) {
		state.replyDone = true;
	},
	endReply(state, _event, _nowMs, effects) {
		// It may have come to its end while the pause was on its way to the loudspeaker.
		state.paused = false;
		// Drained without being done: the relay went away and took the rest with it.
		effects.push({ type: 'closeEntry', role: 'assistant', interrupted: !state.replyDone });
	},
	interrupt(state, _event, _nowMs, effects) {
		state.replyDone = true;
		state.replyAtMs = null;
		state.paused = false;
		state.falseAlarms = 0;
		state.faintAlarms = 0;
		effects.push({ type: 'cancel', reply: state.reply, why: 'bargeIn' });
		effects.push({ type: 'closeEntry', role: 'assistant', interrupted: true });
	},
	cancelReply(state, event, _nowMs, effects) {
		if (state.reply > 0)
			effects.push({ type: 'cancel', reply: state.reply, why: event.type === 'lost' ? 'lost' : 'stopped' });
	},
	duck(state, _event, nowMs, effects) {
		state.overlapStartedMs = nowMs;
		state.overlapSteps = 0;
		state.clearSteps = 0;
		effects.push({ type: 'duck', gain: state.options.overlap?.duckGain ?? 1 });
	},
	fallSilent(state, _event, _nowMs, effects) {
		state.paused = true;
		effects.push({ type: 'pause' });
	},
	/** It was nothing: the voice goes on where it was. */
	comeBack(state, _event, nowMs, effects) {
		if (state.paused) state.falseAlarms += 1;
		else state.faintAlarms += 1;
		// What fell silent with the assistant's voice was its echo, where the room may have one: an echo does not begin in
		// the middle of an answer that had none.
		const fades = diedAway(state, state.options.overlap?.duckBelow ?? 0);
		if (state.paused && fades && !wentOnInSilence(state) && mayEcho(state)) {
			state.echoedAtMs = nowMs;
			state.soft = true;
		}
		// The word that it fell silent in is only now said to its end.
		if (state.paused)
			state.echoes = state.echoes.map((one, i, all) => (i === all.length - 1 ? { ...one, atMs: nowMs } : one));
		state.paused = false;
		effects.push({ type: 'resume' });
		if (state.soft) effects.push({ type: 'duck', gain: state.options.overlap?.duckGain ?? 1 });
	},
	speakUp(state, _event, _nowMs, effects) {
		state.soft = false;
		state.unechoedSinceMs = null;
		effects.push({ type: 'resume' });
	},
	notePush(state, event) {
		if (event.type === 'push') state.pushed = event.down;
	},
	noteHold(state, event, nowMs) {
		if (event.type === 'hold') state.held = event.on;
		state.quietSinceMs = nowMs;
	},
	noteMute(state, event, nowMs) {
		if (event.type === 'mute') state.muted = event.muted;
		state.quietSinceMs = nowMs;
	},
	notePatience(state, event) {
		if (event.type === 'patience') state.patience = event.factor;
	},
	closeEntries(_state, _event, _nowMs, effects) {
		effects.push({ type: 'closeEntry', role: 'user', interrupted: false });
		// An answer that is still open was being said.
		effects.push({ type: 'closeEntry', role: 'assistant', interrupted: true });
	},
	unlink(state) {
		state.linked = false;
		state.listening = false;
		state.listenAtMs = null;
	},
	relink(state) {
		state.linked = true;
	},
	leave(state, _event, nowMs) {
		state.leaveAtMs = nowMs + state.options.goodbyeMs;
	},
	closeStopped(_state, _event, _nowMs, effects) {
		effects.push({ type: 'close', why: 'stopped' });
	},
	closeGoodbye(_state, _event, _nowMs, effects) {
		effects.push({ type: 'close', why: 'goodbye' });
	}
} as const satisfies Record<string, Action>;
export type ActionName = keyof typeof ACTIONS;
