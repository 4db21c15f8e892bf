/** Small dialogues and cores for the bench's own tests. */
import type { Core } from '../../bench/turns/host.ts';
import { newLog, type Log, type Reply, type Turn } from '../../bench/turns/log.ts';
import { parseScenario, type Scenario } from '../../bench/turns/scenario/load.ts';
import type { TurnEffect, TurnEvent } from '../../src/lib/turn/events.ts';

export function scenario(script: readonly object[], more: object = {}): Scenario {
	const file = { title: 'A test', language: 'en', covers: ['quick'], script, ...more };
	const result = parseScenario(JSON.stringify(file), 'test.json');
	if (Array.isArray(result)) throw new Error(result.join('\n'));
	return { ...result, name: 'test', heldOut: false };
}

/** A core that begins to listen, and for the rest does what `answer` says; every event it was given is in `events`. */
export function scripted(answer: (event: TurnEvent, nowMs: number) => readonly TurnEffect[]): {
	readonly core: Core;
	readonly events: { readonly atMs: number; readonly event: TurnEvent }[];
} {
	const events: { atMs: number; event: TurnEvent }[] = [];
	return {
		events,
		core: (event, nowMs) => {
			events.push({ atMs: nowMs, event });
			if (event.type === 'start') return { effects: [{ type: 'listen' }], wakeAtMs: null };
			if (event.type === 'stop') return { effects: [{ type: 'close', why: 'stopped' }], wakeAtMs: null };
			return { effects: answer(event, nowMs), wakeAtMs: null };
		}
	};
}

/** A log of ten seconds with one turn from 1 to 2 s. */
export function log(change: Partial<Log> = {}): Log {
	return { ...newLog('test', 2, 0), turns: [turn()], stoppedMs: 10_000, ...change };
}

export function turn(change: Partial<Turn> = {}): Turn {
	return { startMs: 1000, endMs: 2000, interrupts: null, ...change };
}

/** A reply that was asked for at 2.5 s, sounded from 3 to 5 s and was heard to its end. */
export function reply(change: Partial<Reply> = {}): Reply {
	return {
		reply: 1,
		item: 1,
		askedMs: 2500,
		speculative: false,
		committedMs: 2500,
		startedMs: 3000,
		drainedMs: 5000,
		cancelledMs: null,
		stale: false,
		wordsBegun: 4,
		sounded: [{ fromMs: 3000, toMs: 5000 }],
		...change
	};
}
