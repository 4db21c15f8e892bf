/**
 * Every transition of a conversation, in one table. A row is read: in this state, when this event comes and this holds,
 * do that, and go there. The first row whose condition holds is taken; where none does, the event changes nothing.
 *
 * The README's diagram is generated from this table (`npm run docs`).
 */
import type { EventName } from './events.ts';
import type { ActionName } from './actions.ts';
import type { GuardName } from './guards.ts';
import type { StateName } from './state.ts';

export interface Rule {
	/** Every guard must hold. */
	readonly when?: readonly GuardName[];
	readonly do?: readonly ActionName[];
	/** Where to go; the same state where absent. */
	readonly to?: StateName;
}

type Row = Partial<Record<EventName, readonly Rule[]>>;

/** The STT and the link come and go in every state of a conversation. */
const ALWAYS = {
	listening: [{ do: ['beginStream'] }],
	deaf: [{ do: ['listenLater'] }],
	recogniser: [{ do: ['noteRecogniser'] }],
	stop: [{ do: ['cancelReply', 'closeEntries', 'closeStopped'], to: 'over' }]
} as const satisfies Row;

/** While the assistant has the turn, the person may take it. */
const BARGE_IN = {
	word: [{ when: ['hasText'], do: ['interrupt', 'beginEntry', 'settlePause', 'rememberWord'], to: 'hearing' }],
	step: [{ do: ['average'] }]
} as const satisfies Row;

export const TABLE: Readonly<Record<StateName, Row>> = {
	off: {
		start: [{ do: ['begin', 'listen'], to: 'waiting' }]
	},
	waiting: {
		...ALWAYS,
		listening: [
			{ when: ['nobodySpokeYet'], do: ['beginStream', 'ask'], to: 'thinking' },
			{ do: ['beginStream', 'markQuiet'] }
		],
		step: [{ do: ['average'] }],
		word: [{ when: ['hasText'], do: ['beginEntry', 'settlePause', 'rememberWord'], to: 'hearing' }],
		tick: [
			{ when: ['listenIsDue'], do: ['listen'] },
			// The silence is said in the person's name; the pause that follows it is then answered like any other.
			{ when: ['silenceIsLong'], do: ['beginEntry', 'rememberSilence'], to: 'hearing' }
		],
		lost: [{ when: ['linkIsUp'], do: ['unlink'] }],
		back: [{ when: ['linkIsDown'], do: ['relink', 'listen', 'markQuiet'] }]
	},
	hearing: {
		...ALWAYS,
		step: [{ when: ['pauseIsLong'], do: ['average', 'flush'], to: 'flushing' }, { do: ['average'] }],
		word: [{ when: ['hasText'], do: ['rememberWord'] }],
		transcript: [{ when: ['hasText'], do: ['rewriteUtterance'] }],
		tick: [{ when: ['listenIsDue'], do: ['listen'] }],
		lost: [{ when: ['linkIsUp'], do: ['unlink'] }],
		back: [{ when: ['linkIsDown'], do: ['relink', 'listen'] }]
	},
	flushing: {
		...ALWAYS,
		step: [{ when: ['flushIsThrough'], do: ['average', 'ask'], to: 'thinking' }, { do: ['average'] }],
		word: [{ when: ['hasText'], do: ['rememberWord'] }],
		transcript: [{ when: ['hasText'], do: ['rewriteUtterance'] }],
		// The pause was decided already: the answer does not wait for new ears.
		deaf: [{ when: ['linkIsUp'], do: ['listenLater', 'ask'], to: 'thinking' }],
		tick: [
			{ when: ['linkIsUp', 'flushIsOverdue'], do: ['ask'], to: 'thinking' },
			{ when: ['listenIsDue'], do: ['listen'] }
		],
		// …and is asked for as soon as somebody is there to give it.
		lost: [{ when: ['linkIsUp'], do: ['unlink'] }],
		back: [{ when: ['linkIsDown'], do: ['relink', 'listen', 'ask'], to: 'thinking' }]
	},
	thinking: {
		...ALWAYS,
		word: BARGE_IN.word,
		step: [{ when: ['voiceIsBack'], do: ['average', 'interrupt', 'markQuiet'], to: 'waiting' }, ...BARGE_IN.step],
		transcript: [{ when: ['hasText'], do: ['rewriteUtterance'] }],
		started: [{ when: ['isCurrent'], to: 'speaking' }],
		heard: [{ when: ['isCurrent'], do: ['rememberHeard'] }],
		// No `drained`: what is drained before it started held nothing, and `replyDone` has said what becomes of that.
		replyDone: [
			{ when: ['isCurrent', 'isAudible'], do: ['noteDone'] },
			{ when: ['isCurrent', 'mayAskAgain'], do: ['askLater'] },
			{ when: ['isCurrent'], do: ['noteDone', 'endReply', 'markQuiet'], to: 'waiting' }
		],
		tick: [
			{ when: ['listenIsDue'], do: ['listen'] },
			{ when: ['askIsDue'], do: ['askAgain'] }
		],
		lost: [{ when: ['linkIsUp'], do: ['unlink', 'cancelReply'] }],
		back: [{ when: ['linkIsDown'], do: ['relink', 'listen', 'askAgain'] }]
	},
	speaking: {
		...ALWAYS,
		word: BARGE_IN.word,
		step: [{ when: ['voiceIsBack'], do: ['average', 'interrupt', 'markQuiet'], to: 'waiting' }, ...BARGE_IN.step],
		heard: [{ when: ['isCurrent'], do: ['rememberHeard'] }],
		drained: [
			{ when: ['isCurrent', 'saidGoodbye'], do: ['endReply', 'leave'], to: 'leaving' },
			{ when: ['isCurrent'], do: ['endReply', 'markQuiet'], to: 'waiting' }
		],
		replyDone: [{ when: ['isCurrent'], do: ['noteDone'] }],
		tick: [{ when: ['listenIsDue'], do: ['listen'] }],
		// What was received goes on sounding; the rest is lost with the relay.
		lost: [{ when: ['linkIsUp'], do: ['unlink'] }],
		back: [{ when: ['linkIsDown'], do: ['relink', 'listen'] }]
	},
	leaving: {
		stop: ALWAYS.stop,
		tick: [{ when: ['leavingIsDue'], do: ['closeGoodbye'], to: 'over' }]
	},
	over: {}
};
