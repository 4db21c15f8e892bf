/** What the table's rows do: each changes the state it is given and adds effects, in the order that the row names. */
import type { TurnEffect, TurnEvent } from './events.ts';
import { averaged, STEP_MS } from './guards.ts';
import { SILENCE_MARKER } from './options.ts';
import type { TurnState } from './state.ts';

type Action = (state: TurnState, event: TurnEvent, nowMs: number, effects: TurnEffect[]) => void;

function ask(state: TurnState, effects: TurnEffect[]): void {
	const first = state.reply === 0;
	state.reply += 1;
	state.replyAtMs = null;
	state.replyDone = false;
	state.heard = '';
	effects.push({ type: 'reply', reply: state.reply, first });
}

/** Twice as long each time: an STT that takes streams and drops them must not be asked twice a second for ever. */
function listenWaitMs(state: TurnState, firstMs: number): number {
	const { listenLimitMs } = state.options;
	return Math.max(firstMs, Math.min(listenLimitMs, firstMs * 2 ** (state.deafTimes - 1)));
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
		state.steps = 0;
		// A flush that was under way died with the old stream: its own deadline ends it.
		state.flushedAfterSteps = Number.POSITIVE_INFINITY;
	},
	average(state, event) {
		state.pause = averaged(state, event);
		state.steps += 1;
		state.deafTimes = 0;
	},
	markQuiet(state, _event, nowMs) {
		state.quietSinceMs = nowMs;
	},
	beginEntry(state, _event, _nowMs, effects) {
		state.transcribed = false;
		effects.push({ type: 'closeEntry', role: 'user', interrupted: false });
	},
	settlePause(state) {
		// So that a pause head which has not caught up with the voice does not end the turn after one word.
		state.pause = 0;
	},
	rememberWord(_state, event, _nowMs, effects) {
		if (event.type === 'word') effects.push({ type: 'remember', role: 'user', text: event.text });
	},
	rememberSilence(state, _event, _nowMs, effects) {
		// There is nothing that a recogniser could still write down.
		state.transcribed = true;
		effects.push({ type: 'remember', role: 'user', text: SILENCE_MARKER });
	},
	noteRecogniser(state, event) {
		if (event.type === 'recogniser') state.recogniser = event.active;
	},
	rewriteUtterance(state, event, _nowMs, effects) {
		state.transcribed = true;
		if (event.type === 'transcript') effects.push({ type: 'rewrite', text: event.text });
	},
	flush(state, _event, nowMs, effects) {
		state.flushStartedMs = nowMs;
		state.flushedAfterSteps = state.steps + Math.floor(state.sttDelayMs / STEP_MS);
		// One more than the delay asks for: the clock has to pass it, not to reach it.
		effects.push({ type: 'silence', frames: Math.ceil(state.sttDelayMs / STEP_MS) + 1 });
	},
	ask(state, _event, _nowMs, effects) {
		state.attempts = 1;
		effects.push({ type: 'closeEntry', role: 'user', interrupted: false });
		ask(state, effects);
	},
	askLater(state, event, nowMs) {
		if (event.type === 'replyDone') state.replyAtMs = nowMs + (event.retryAfterMs ?? 0);
	},
	askAgain(state, _event, _nowMs, effects) {
		state.attempts += 1;
		ask(state, effects);
	},
	rememberHeard(state, event, _nowMs, effects) {
		if (event.type !== 'heard') return;
		state.heard += event.text;
		effects.push({ type: 'remember', role: 'assistant', text: event.text });
	},
	noteDone(state) {
		state.replyDone = true;
	},
	endReply(state, _event, _nowMs, effects) {
		// Drained without being done: the relay went away and took the rest with it.
		effects.push({ type: 'closeEntry', role: 'assistant', interrupted: !state.replyDone });
	},
	interrupt(state, _event, _nowMs, effects) {
		state.replyDone = true;
		state.replyAtMs = null;
		effects.push({ type: 'cancel', reply: state.reply });
		effects.push({ type: 'closeEntry', role: 'assistant', interrupted: true });
	},
	cancelReply(state, _event, _nowMs, effects) {
		if (state.reply > 0) effects.push({ type: 'cancel', reply: state.reply });
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
