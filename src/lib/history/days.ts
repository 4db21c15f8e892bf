/** Conversations by the day on which they began, as a person counts days: by the local calendar. Pure. */
import type { Summary } from './summary.ts';

export interface Day {
	/** Midnight of the day, local; it names the day. */
	readonly startMs: number;
	/** Days before today: 0 is today, 1 yesterday; a clock that was set back gives less. */
	readonly ago: number;
	readonly conversations: readonly Summary[];
}

/** In the order of `conversations`, which is by time. */
export function byDay(conversations: readonly Summary[], nowMs: number): readonly Day[] {
	const today = midnight(nowMs);
	const days: { startMs: number; ago: number; conversations: Summary[] }[] = [];
	for (const conversation of conversations) {
		const startMs = midnight(conversation.startedAtMs);
		const last = days.at(-1);
		if (last?.startMs === startMs) last.conversations.push(conversation);
		else days.push({ startMs, ago: Math.round((today - startMs) / DAY_MS), conversations: [conversation] });
	}
	return days;
}

/** Rounded to, since a day is an hour longer or shorter where clocks change. */
const DAY_MS = 86_400_000;

const midnight = (atMs: number): number => new Date(atMs).setHours(0, 0, 0, 0);
