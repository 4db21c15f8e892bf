/** The dev view's log as a file to send to whoever helps. */
import type { EventLog } from './event-log.ts';
import { totalMs, type Turns } from './turns.ts';

export interface Line {
	readonly role: 'user' | 'assistant';
	readonly text: string;
	readonly interrupted: boolean;
}

export interface Exported {
	/** The app's version. */
	readonly version: string;
	/** Since 1970. */
	readonly nowMs: number;
	readonly log: Pick<EventLog, 'all' | 'dropped'>;
	readonly turns: Pick<Turns, 'all'>;
	/** What was said, where the person wants it in; else null. */
	readonly said: readonly Line[] | null;
}

/** JSON, indented. Times of events are milliseconds since 1970. */
export function exportLog({ version, nowMs, log, turns, said }: Exported): string {
	return JSON.stringify(
		{
			format: 'parley dev log',
			version,
			exportedAt: new Date(nowMs).toISOString(),
			turns: turns.all.map((turn) => ({ ...turn, totalMs: totalMs(turn) })),
			droppedEvents: log.dropped,
			events: log.all,
			...(said === null ? {} : { said: said.map(({ role, text, interrupted }) => ({ role, text, interrupted })) })
		},
		null,
		'\t'
	);
}
