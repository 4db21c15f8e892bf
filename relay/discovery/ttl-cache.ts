/** Answers that may be a little old, asked for once by however many want them at the same time. */

export interface TtlOptions<A> {
	/** How long an answer serves, counted from when it came. */
	readonly ttlMs?: number;
	/** Answers kept at most; the one asked for longest ago goes first, one that is still under way last. */
	readonly maxEntries?: number;
	/** Equal for arguments with the same answer; default: the argument itself. */
	readonly key?: (argument: A) => unknown;
	readonly nowMs?: () => number;
}

/** Unmute's: short enough that nobody notices, long enough that a crowd is one question. */
export const TTL_MS = 500;
const MAX_ENTRIES = 256;

interface Entry<R> {
	readonly answer: Promise<R>;
	/** null while it is under way. */
	untilMs: number | null;
}

/**
 * `ask`, remembered: one flight per key, and its answer for `ttlMs` after it landed. A failure is everybody's who waits
 * for that flight, and nobody's after it. Holds no timer.
 */
export function asyncTtlCached<A, R>(
	ask: (argument: A) => Promise<R>,
	options: TtlOptions<A> = {}
): (argument: A) => Promise<R> {
	const { ttlMs = TTL_MS, maxEntries = MAX_ENTRIES, nowMs = () => performance.now(), key = (it: A) => it } = options;
	const entries = new Map<unknown, Entry<R>>();

	return (argument) => {
		const name = key(argument);
		const known = entries.get(name);
		if (known !== undefined && (known.untilMs === null || nowMs() < known.untilMs)) return known.answer;
		entries.delete(name);
		while (entries.size >= maxEntries) entries.delete(oldest(entries));
		// Through a promise, so that an `ask` that throws is a flight that failed.
		const answer = Promise.resolve().then(() => ask(argument));
		const entry: Entry<R> = { answer, untilMs: null };
		entries.set(name, entry);
		answer.then(
			() => (entry.untilMs = nowMs() + ttlMs),
			() => {
				if (entries.get(name) === entry) entries.delete(name);
			}
		);
		return answer;
	};
}

/** The key to forget: the oldest that has landed, where one has. */
function oldest<R>(entries: ReadonlyMap<unknown, Entry<R>>): unknown {
	for (const [name, { untilMs }] of entries) if (untilMs !== null) return name;
	return entries.keys().next().value;
}
