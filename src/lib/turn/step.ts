/** The turn core: `step(state, event, nowMs)`. No clock, no die, no timer, no I/O: time comes in, effects go out. */
import { ACTIONS } from './actions.ts';
import type { TurnEffect, TurnEvent } from './events.ts';
import { flushDeadlineMs, GUARDS, holdUntilMs, maySpeak, overlapDeadlineMs, silentUntilMs } from './guards.ts';
import type { TurnState } from './state.ts';
import { TABLE, type Rule } from './table.ts';

export interface Step {
	readonly state: TurnState;
	/** To be carried out in order. */
	readonly effects: readonly TurnEffect[];
	/** When to send a `tick`, on the clock of `nowMs`; null where only an event can change anything. */
	readonly wakeAtMs: number | null;
}

/**
 * What `event` at `nowMs` (milliseconds, monotonic, any origin) makes of `state`, which is left as it was.
 * An event that the table does not name for the state changes nothing.
 */
export function step(state: TurnState, event: TurnEvent, nowMs: number): Step {
	const rule = ruleFor(state, event, nowMs);
	if (rule === undefined) return { state, effects: [], wakeAtMs: wakeAtMs(state) };
	const next = { ...state };
	const effects: TurnEffect[] = [];
	for (const name of rule.do ?? []) ACTIONS[name](next, event, nowMs, effects);
	if (rule.to !== undefined) next.name = rule.to;
	return { state: next, effects, wakeAtMs: wakeAtMs(next) };
}

function ruleFor(state: TurnState, event: TurnEvent, nowMs: number): Rule | undefined {
	return TABLE[state.name][event.type]?.find((rule) =>
		(rule.when ?? []).every((name) => GUARDS[name](state, event, nowMs))
	);
}

/** The earliest moment at which a tick has something to do. */
function wakeAtMs(state: TurnState): number | null {
	if (state.name === 'off' || state.name === 'over') return null;
	if (state.name === 'leaving') return state.leaveAtMs;
	const moments: number[] = [];
	if (state.name === 'overlapping') moments.push(overlapDeadlineMs(state));
	if (!state.linked) return moments[0] ?? null;
	if (state.listenAtMs !== null) moments.push(state.listenAtMs);
	if (state.name === 'waiting' && maySpeak(state)) moments.push(silentUntilMs(state));
	if (state.name === 'flushing') moments.push(flushDeadlineMs(state));
	if (state.name === 'holding') moments.push(holdUntilMs(state));
	if (state.name === 'thinking' && state.replyAtMs !== null) moments.push(state.replyAtMs);
	return moments.length === 0 ? null : Math.min(...moments);
}
