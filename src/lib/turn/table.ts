/**
 * Every transition of a conversation, in one table. A row is read: in this state, when this event comes and this holds,
 * do that, and go there. The first row whose conditions all hold is taken; where none does, the event changes nothing.
 *
 * Both policies stand in it: guards ask the options, so that `unmute` never holds, ducks or speculates.
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

/** What comes and goes in every state of a conversation. */
const ALWAYS = {
	listening: [{ do: ['beginStream'] }],
	deaf: [{ do: ['listenLater'] }],
	recogniser: [{ do: ['noteRecogniser'] }],
	wordEnd: [{ do: ['noteWordEnd'] }],
	mute: [{ do: ['noteMute'] }],
	patience: [{ do: ['notePatience'] }],
	hold: [{ do: ['noteHold'] }],
	push: [{ do: ['notePush'] }],
	stop: [{ do: ['cancelReply', 'closeEntries', 'closeStopped'], to: 'over' }]
} as const satisfies Row;

const ECHO: Rule = { when: ['hasText', 'isEcho'], do: ['holdEcho'] };

/** While the answer sounds: words stop it, unless they are its own echo or only say "I am listening". */
const SOUNDING = {
	...ALWAYS,
	word: [
		ECHO,
		{ when: ['hasText', 'isBackchannel'], do: ['holdBackchannel'] },
		{ when: ['hasText', 'isDoubtful'], do: ['holdDoubt'] },
		{
			when: ['hasText'],
			do: ['interrupt', 'beginEntry', 'settlePause', 'rememberAside', 'rememberWord', 'prepare'],
			to: 'hearing'
		}
	],
	text: [{ when: ['hasText'], do: ['interrupt', 'beginEntry', 'dropAside', 'rememberWord', 'ask'], to: 'thinking' }],
	push: [
		{
			when: ['isDown'],
			do: ['notePush', 'interrupt', 'beginEntry', 'settlePause', 'dropAside', 'prepare'],
			to: 'hearing'
		},
		// It was down when the person wrote instead.
		{ do: ['notePush'] }
	],
	heard: [{ when: ['isCurrent'], do: ['rememberHeard'] }],
	drained: [
		{ when: ['isCurrent', 'saidGoodbye'], do: ['endReply', 'leave'], to: 'leaving' },
		// What was said into the last words was meant for them.
		{
			when: ['isCurrent', 'hasAside'],
			do: ['endReply', 'beginEntry', 'settlePause', 'rememberAside', 'prepare'],
			to: 'hearing'
		},
		{ when: ['isCurrent'], do: ['endReply', 'dropAside', 'markQuiet'], to: 'waiting' }
	],
	replyDone: [{ when: ['isCurrent'], do: ['noteDone'] }],
	// What was received goes on sounding; the rest is asked of the next relay.
	lost: [{ when: ['linkIsUp'], do: ['unlink'] }],
	back: [{ when: ['linkIsDown'], do: ['relink', 'listen'] }]
} as const satisfies Row;

export const TABLE: Readonly<Record<StateName, Row>> = {
	off: {
		// Chosen before the press.
		mute: [{ do: ['noteMute'] }],
		patience: [{ do: ['notePatience'] }],
		start: [{ do: ['begin', 'listen'], to: 'waiting' }]
	},
	waiting: {
		...ALWAYS,
		listening: [
			{ when: ['nobodySpokeYet'], do: ['beginStream', 'ask'], to: 'thinking' },
			{ do: ['beginStream', 'markQuiet'] }
		],
		step: [{ do: ['average'] }],
		// The last words of an answer come back a moment after they were said.
		word: [
			ECHO,
			{ when: ['hasText', 'isStray'], do: ['holdDoubt'] },
			{
				when: ['hasText'],
				do: ['beginEntry', 'settlePause', 'rememberAside', 'rememberWord', 'prepare'],
				to: 'hearing'
			}
		],
		text: [{ when: ['hasText'], do: ['beginEntry', 'rememberWord', 'ask'], to: 'thinking' }],
		push: [
			{ when: ['isDown'], do: ['notePush', 'beginEntry', 'settlePause', 'prepare'], to: 'hearing' },
			{ do: ['notePush', 'markQuiet'] }
		],
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
		step: [
			{ when: ['mayEnd', 'pauseIsLong'], do: ['average', 'notePause', 'flush'], to: 'flushing' },
			{ do: ['average'] }
		],
		word: [{ when: ['hasText'], do: ['rememberWord'] }],
		transcript: [{ when: ['hasText'], do: ['rewriteUtterance'] }],
		text: [{ when: ['hasText'], do: ['rememberWord', 'ask'], to: 'thinking' }],
		push: [
			{ when: ['isDown'], do: ['notePush'] },
			{ do: ['notePush', 'hurry', 'notePause', 'flush'], to: 'flushing' }
		],
		go: [{ do: ['hurry', 'notePause', 'flush'], to: 'flushing' }],
		tick: [{ when: ['listenIsDue'], do: ['listen'] }],
		lost: [{ when: ['linkIsUp'], do: ['unlink'] }],
		back: [{ when: ['linkIsDown'], do: ['relink', 'listen'] }]
	},
	flushing: {
		...ALWAYS,
		step: [
			{ when: ['voiceReturns'], do: ['average', 'learnPause'], to: 'hearing' },
			// The talk key was only tapped.
			{ when: ['flushIsThrough', 'nothingToAnswer'], do: ['average', 'markQuiet'], to: 'waiting' },
			{ when: ['flushIsThrough', 'pauseIsOver'], do: ['average', 'ask'], to: 'thinking' },
			{ when: ['flushIsThrough', 'maySpeculate'], do: ['average', 'speculate'], to: 'holding' },
			{ when: ['flushIsThrough'], do: ['average'], to: 'holding' },
			{ do: ['average'] }
		],
		word: [{ when: ['hasText'], do: ['rememberWord'] }],
		transcript: [{ when: ['hasText'], do: ['rewriteUtterance'] }],
		text: [{ when: ['hasText'], do: ['rememberWord', 'ask'], to: 'thinking' }],
		push: [{ when: ['isDown'], do: ['notePush', 'learnPause'], to: 'hearing' }, { do: ['notePush', 'hurry'] }],
		hold: [{ when: ['isOn'], do: ['noteHold', 'learnPause'], to: 'hearing' }, { do: ['noteHold'] }],
		go: [{ do: ['hurry'] }],
		// The pause was decided already: the answer does not wait for new ears.
		deaf: [
			{ when: ['linkIsUp', 'nothingToAnswer'], do: ['listenLater', 'markQuiet'], to: 'waiting' },
			{ when: ['linkIsUp'], do: ['listenLater', 'ask'], to: 'thinking' }
		],
		tick: [
			{ when: ['linkIsUp', 'flushIsOverdue', 'nothingToAnswer'], do: ['markQuiet'], to: 'waiting' },
			{ when: ['linkIsUp', 'flushIsOverdue'], do: ['ask'], to: 'thinking' },
			{ when: ['listenIsDue'], do: ['listen'] }
		],
		// …and is asked for as soon as somebody is there to give it.
		lost: [{ when: ['linkIsUp'], do: ['unlink'] }],
		back: [
			{ when: ['linkIsDown', 'nothingToAnswer'], do: ['relink', 'listen', 'markQuiet'], to: 'waiting' },
			{ when: ['linkIsDown'], do: ['relink', 'listen', 'ask'], to: 'thinking' }
		]
	},
	holding: {
		...ALWAYS,
		// A withdrawn question took its connections with it.
		step: [
			{ when: ['voiceReturns'], do: ['withdraw', 'average', 'learnPause', 'prepare'], to: 'hearing' },
			{ do: ['average'] }
		],
		// A late word: what was asked on speculation was another question.
		word: [{ when: ['hasText'], do: ['withdraw', 'rememberWord'] }],
		transcript: [{ when: ['hasText'], do: ['withdraw', 'rewriteUtterance'] }],
		text: [{ when: ['hasText'], do: ['withdraw', 'rememberWord', 'ask'], to: 'thinking' }],
		push: [
			{ when: ['isDown'], do: ['notePush', 'withdraw', 'learnPause', 'prepare'], to: 'hearing' },
			{ do: ['notePush', 'hurry'] }
		],
		hold: [
			{ when: ['isOn'], do: ['noteHold', 'withdraw', 'learnPause', 'prepare'], to: 'hearing' },
			{ do: ['noteHold'] }
		],
		go: [{ do: ['hurry'] }],
		replyDone: [
			{ when: ['isCurrent', 'isAudible'], do: ['noteDone'] },
			{ when: ['isCurrent'], do: ['forgetSpeculation'] }
		],
		deaf: [
			{ when: ['linkIsUp', 'isSpeculative'], do: ['listenLater', 'commit'], to: 'thinking' },
			{ when: ['linkIsUp'], do: ['listenLater', 'ask'], to: 'thinking' }
		],
		tick: [
			{ when: ['linkIsUp', 'pauseIsOver', 'isSpeculative'], do: ['commit'], to: 'thinking' },
			{ when: ['linkIsUp', 'pauseIsOver'], do: ['ask'], to: 'thinking' },
			{ when: ['listenIsDue'], do: ['listen'] }
		],
		lost: [{ when: ['linkIsUp'], do: ['unlink', 'withdraw'] }],
		back: [{ when: ['linkIsDown'], do: ['relink', 'listen', 'ask'], to: 'thinking' }]
	},
	thinking: {
		...ALWAYS,
		step: [
			{ when: ['voiceIsBack'], do: ['average', 'interrupt', 'markQuiet'], to: 'waiting' },
			{ when: ['voiceReturns'], do: ['withdraw', 'average', 'learnPause', 'prepare'], to: 'hearing' },
			{ do: ['average'] }
		],
		word: [
			ECHO,
			// A word that came late belongs to the question: it is put again.
			{ when: ['hasText', 'isQuiet'], do: ['withdraw', 'rememberAside', 'rememberWord', 'ask'] },
			{ when: ['hasText', 'waitsLonger'], do: ['withdraw', 'rememberAside', 'rememberWord', 'prepare'], to: 'hearing' },
			{ when: ['hasText'], do: ['interrupt', 'beginEntry', 'settlePause', 'rememberWord'], to: 'hearing' }
		],
		transcript: [{ when: ['hasText'], do: ['rewriteUtterance'] }],
		text: [{ when: ['hasText'], do: ['withdraw', 'rememberWord', 'ask'] }],
		push: [{ when: ['isDown'], do: ['notePush', 'withdraw', 'prepare'], to: 'hearing' }, { do: ['notePush'] }],
		started: [{ when: ['isCurrent'], do: ['beginSounding'], to: 'speaking' }],
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
		...SOUNDING,
		step: [
			{ when: ['voiceIsBack'], do: ['average', 'interrupt', 'markQuiet'], to: 'waiting' },
			{ when: ['somebodyTalksOver', 'voiceIsClear'], do: ['average', 'duck', 'fallSilent'], to: 'overlapping' },
			{ when: ['somebodyTalksOver'], do: ['average', 'duck'], to: 'overlapping' },
			{ when: ['isSoft', 'roomIsClear'], do: ['average', 'speakUp'] },
			{ do: ['average'] }
		],
		tick: [{ when: ['listenIsDue'], do: ['listen'] }]
	},
	overlapping: {
		...SOUNDING,
		step: [
			// It is quiet again: what was said comes out of the STT before the voice goes on.
			{ when: ['overlapIsOver', 'isPaused', 'mustFlush'], do: ['average', 'flush'] },
			{ when: ['overlapIsOver', 'isPaused', 'flushIsUnderWay'], do: ['average'] },
			{
				when: ['overlapIsOver', 'hasMeantAside'],
				do: ['average', 'interrupt', 'beginEntry', 'rememberAside', 'prepare'],
				to: 'hearing'
			},
			{ when: ['overlapIsOver'], do: ['average', 'comeBack'], to: 'speaking' },
			{ when: ['overlapIsLong'], do: ['average', 'interrupt', 'markQuiet'], to: 'waiting' },
			{ when: ['voiceIsClear'], do: ['average', 'fallSilent'] },
			{ do: ['average'] }
		],
		tick: [
			{ when: ['overlapIsOverdue'], do: ['comeBack'], to: 'speaking' },
			{ when: ['listenIsDue'], do: ['listen'] }
		]
	},
	leaving: {
		stop: ALWAYS.stop,
		tick: [{ when: ['leavingIsDue'], do: ['closeGoodbye'], to: 'over' }]
	},
	over: {}
};
