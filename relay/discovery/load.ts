/** How busy the instances of a service are, as they say themselves. */
import { UpstreamError } from '../upstream/failure.ts';
import { instanceKey, type Instance } from './instance.ts';
import { asyncTtlCached } from './ttl-cache.ts';

export interface Slots {
	readonly used: number;
	readonly total: number;
}

/** One question: `null` where the server does not tell, an error where it does not answer. Never rejects. */
export type AskSlots = (instance: Instance) => Promise<Slots | UpstreamError | null>;

/** What an instance said, and how many connections were begun since. */
interface Reading {
	readonly said: Slots | UpstreamError | null;
	taken: number;
}

/** Room for somebody, but less than any slot that is known to be free. */
const UNKNOWN_ROOM = 0.5;

export class Loads {
	readonly #readingOf: (instance: Instance) => Promise<Reading>;

	constructor(ask: AskSlots, nowMs?: () => number) {
		const read = async (instance: Instance): Promise<Reading> => ({ said: await ask(instance), taken: 0 });
		this.#readingOf = asyncTtlCached(read, { key: instanceKey, ...(nowMs === undefined ? {} : { nowMs }) });
	}

	/**
	 * The one with more free slots, the first where they are alike. It counts as one fuller until it is asked anew.
	 * `silent` hears of one that does not answer: it would be waited for each time that it is drawn.
	 */
	async take(
		first: Instance,
		second: Instance,
		silent: (instance: Instance, cause: UpstreamError) => void
	): Promise<Instance> {
		const [a, b] = await Promise.all([this.#readingOf(first), this.#readingOf(second)]);
		if (a.said instanceof UpstreamError) silent(first, a.said);
		if (b.said instanceof UpstreamError) silent(second, b.said);
		const isSecond = roomOf(b) > roomOf(a);
		(isSecond ? b : a).taken++;
		return isSecond ? second : first;
	}
}

function roomOf({ said, taken }: Reading): number {
	if (said instanceof UpstreamError) return -Infinity;
	return (said === null ? UNKNOWN_ROOM : said.total - said.used) - taken;
}
