/** From logs to figures. Each function says what it counts; the README has the same in a table. */
import { quantile } from '../../statistics.ts';
import type { Log, Reply, Turn } from '../log.ts';
import { PERSON } from '../model/assumptions.ts';
import { plainWords, wordErrors } from './words.ts';

/** The figures that the issue asks for, in its order and by its names. */
export interface Figures {
	readonly cutInPercent: number;
	readonly gapMsP50: number;
	readonly gapMsP90: number;
	readonly wrongInterruptPercent: number;
	readonly obeyedPercent: number;
	readonly silenceMsP95: number;
	readonly selfInterruptions: number;
	readonly wastedCalls: number;
	readonly lostWords: number;
	readonly repeatedWords: number;
}

/** What helps to understand them. */
export interface Details {
	/** Turns in which an answer was not only committed but heard before the true end. */
	readonly cutInHeardPercent: number;
	/** True end → first sound of the answer. */
	readonly soundMsP50: number;
	readonly soundMsP90: number;
	/** Turns that nobody answered before the person went on. */
	readonly unansweredPercent: number;
	/** Answers that fell silent in the middle and went on: a hesitation that the person hears. */
	readonly heldPercent: number;
	/** Speculative answers that were committed although the person's words had changed since. */
	readonly staleAnswers: number;
	/** Answers that were asked for, for each that was owed. */
	readonly callsPerAnswer: number;
}

/** An interruption is obeyed within this time or not at all. */
const OBEYED_WITHIN_MS = 2000;
/** An answer that ends by itself so soon after the interruption began could not have been stopped. */
const ENDED_ANYWAY_MS = 600;
/** A sound of the person's or the room's excuses a wrong interruption from being the assistant's own echo for so long. */
const EXCUSES_MS = 1500;

/** An answer counts as cutting in from the moment that it is certain to be spoken, whether it comes to sound or not. */
export function cutsIn(turn: Turn, reply: Reply): boolean {
	return reply.committedMs !== null && reply.committedMs > turn.startMs && reply.committedMs < turn.endMs;
}

export function cutsInAudibly(turn: Turn, reply: Reply): boolean {
	return cutsIn(turn, reply) && reply.startedMs !== null && reply.startedMs < turn.endMs;
}

export type Outcome =
	/** Decided `gapMs` and heard `soundMs` after the true end. */
	| { readonly kind: 'answered'; readonly gapMs: number; readonly soundMs: number }
	/** The answer that cut in went on sounding and was taken for the answer. */
	| { readonly kind: 'early' }
	| { readonly kind: 'unanswered' };

/** How the turn at `index` was answered: by the first reply committed after its true end that came to sound. */
export function outcomeOf(log: Log, index: number): Outcome {
	const turn = log.turns[index];
	if (turn === undefined) throw new RangeError(`there is no turn ${index}`);
	const untilMs = log.turns[index + 1]?.startMs ?? log.stoppedMs;
	for (const { committedMs, startedMs } of log.replies) {
		if (committedMs === null || startedMs === null) continue;
		if (committedMs >= turn.endMs && startedMs < untilMs)
			return { kind: 'answered', gapMs: committedMs - turn.endMs, soundMs: startedMs - turn.endMs };
	}
	const wentOn = log.replies.some(
		(reply) => cutsIn(turn, reply) && reply.sounded.some(({ toMs }) => toMs > turn.endMs)
	);
	return { kind: wentOn ? 'early' : 'unanswered' };
}

/**
 * Answers that were certain, and then cancelled although the person meant nothing by it: no turn was being said between
 * commit and cancel, and no word of one arrived before the answer had sounded (asking again with those words is right).
 * An answer that was paused and never went on is lost in the same way.
 */
export function wronglyInterrupted(log: Log): Reply[] {
	return log.replies.filter((reply) => {
		const { committedMs, cancelledMs, startedMs, drainedMs, sounded } = reply;
		if (committedMs === null || drainedMs !== null) return false;
		const stuck =
			cancelledMs === null && startedMs !== null && (sounded.at(-1)?.toMs ?? 0) < log.stoppedMs - EXCUSES_MS;
		const endMs = cancelledMs ?? (stuck ? log.stoppedMs : null);
		// What the end of the conversation cut off is nobody's fault.
		if (endMs === null || cancelledMs === log.stoppedMs) return false;
		const meant = log.turns.some((turn) => turn.startMs < endMs && turn.endMs > committedMs);
		const retaken = startedMs === null && log.meantWordsMs.some((atMs) => atMs >= committedMs && atMs <= endMs);
		return !meant && !retaken;
	});
}

/** Whether nothing but the assistant's own voice can have caused it. */
export function isSelfInterruption(log: Log, { cancelledMs }: Reply): boolean {
	if (cancelledMs === null || log.echo === 0) return false;
	const isExcused = ({ fromMs, toMs }: { readonly fromMs: number; readonly toMs: number }): boolean =>
		fromMs < cancelledMs && toMs > cancelledMs - EXCUSES_MS;
	return ![...log.noises, ...log.turns.map(({ startMs, endMs }) => ({ fromMs: startMs, toMs: endMs }))].some(isExcused);
}

/** Milliseconds from the true onset until nothing sounds any more; null where it was not obeyed; undefined where it could not be. */
export function obeyedAfterMs(log: Log, turn: Turn): number | null | undefined {
	const reply = log.replies.find((one) => one.reply === turn.interrupts);
	if (reply === undefined) return undefined;
	const { cancelledMs, drainedMs, sounded } = reply;
	if (drainedMs !== null && drainedMs <= turn.startMs + ENDED_ANYWAY_MS) return undefined;
	if (cancelledMs !== null && cancelledMs < turn.startMs) return undefined;
	if (cancelledMs === null) return null;
	const silentMs = Math.max(0, (sounded.at(-1)?.toMs ?? 0) - turn.startMs);
	return silentMs <= OBEYED_WITHIN_MS ? silentMs : null;
}

/** Everything, over logs of any number of dialogues and seeds. Counts are per one pass over all dialogues. */
export function measure(logs: readonly Log[], passes: number): Figures & Details {
	const turns = logs.flatMap((log) => log.turns.map((turn, index) => ({ log, turn, outcome: outcomeOf(log, index) })));
	const gaps = turns.flatMap(({ outcome }) =>
		outcome.kind === 'early' ? [] : [outcome.kind === 'answered' ? outcome.gapMs : PERSON.givesUpMs]
	);
	const sounds = turns.flatMap(({ outcome }) => (outcome.kind === 'answered' ? [outcome.soundMs] : []));
	const owed = sum(logs.map((log) => log.answersOwed));
	const wrong = logs.map((log) => ({ log, replies: wronglyInterrupted(log) }));
	const obeyed = turns.map(({ log, turn }) => obeyedAfterMs(log, turn)).filter((ms) => ms !== undefined);
	const silences = obeyed.filter((ms) => ms !== null);
	const words = logs.flatMap((log) => [
		wordErrors(log.said, remembered(log, 'user')),
		wordErrors(log.heard, remembered(log, 'assistant'))
	]);
	const replies = logs.flatMap((log) => log.replies);
	const share = (count: number, of: number): number => (of === 0 ? 0 : (100 * count) / of);
	const cut = (how: (turn: Turn, reply: Reply) => boolean): number =>
		share(turns.filter(({ log, turn }) => log.replies.some((reply) => how(turn, reply))).length, turns.length);
	return {
		cutInPercent: cut(cutsIn),
		gapMsP50: quantile(gaps, 0.5),
		gapMsP90: quantile(gaps, 0.9),
		wrongInterruptPercent: share(
			sum(wrong.map(({ replies: ones }) => new Set(ones.map(({ item }) => item)).size)),
			owed
		),
		obeyedPercent: obeyed.length === 0 ? 100 : share(silences.length, obeyed.length),
		silenceMsP95: silences.length === 0 ? 0 : quantile(silences, 0.95),
		selfInterruptions:
			sum(wrong.map((one) => one.replies.filter((r) => isSelfInterruption(one.log, r)).length)) / passes,
		wastedCalls: replies.filter(({ speculative, committedMs }) => speculative && committedMs === null).length / passes,
		lostWords: sum(words.map(({ lost }) => lost)) / passes,
		repeatedWords: sum(words.map(({ repeated }) => repeated)) / passes,
		cutInHeardPercent: cut(cutsInAudibly),
		soundMsP50: quantile(sounds, 0.5),
		soundMsP90: quantile(sounds, 0.9),
		unansweredPercent: share(turns.filter(({ outcome }) => outcome.kind === 'unanswered').length, turns.length),
		heldPercent: share(replies.filter(({ sounded }) => sounded.length > 1).length, owed),
		staleAnswers: replies.filter(({ stale }) => stale).length / passes,
		callsPerAnswer: owed === 0 ? 0 : replies.length / owed
	};
}

function remembered(log: Log, role: 'user' | 'assistant'): string[] {
	return log.history.filter((one) => one.role === role).flatMap(({ text }) => plainWords(text));
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
