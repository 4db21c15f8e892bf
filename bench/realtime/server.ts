/** A server under measurement: one of ours, started for it, or somebody else's that runs already. */
import type { Target } from '../target.ts';
import { usageOf } from '../process-usage.ts';

/** Since the process began; null where nobody can tell. */
export interface ServerUsage {
	/** User and system time together: before what this question costs, and after. */
	readonly cpuMsBefore: number | null;
	readonly cpuMsAfter: number | null;
	readonly rssBytes: number | null;
	/** After a collection, in V8's heap and outside it. Ours alone. */
	readonly liveBytes: number | null;
	/** Since the last question. Ours alone. */
	readonly loopDelayMsP99: number | null;
}

export interface Server {
	readonly name: string;
	/** `ws://HOST:PORT`. */
	readonly url: string;
	usage(): Promise<ServerUsage>;
	stop(): Promise<void>;
}

export function ownServer(target: Target): Server {
	return {
		name: 'parley',
		url: `ws://127.0.0.1:${target.port}`,
		usage: () => target.usage(),
		stop: () => target.stop()
	};
}

/** `pid` null: only what its clients notice is measured. */
export function foreignServer(name: string, url: string, pid: number | null): Server {
	return {
		name,
		url,
		async usage() {
			// One that ends in mid-test is told by its talkers.
			const used = pid === null ? null : await usageOf(pid).catch(() => null);
			const cpuMs = used?.cpuMs ?? null;
			return {
				cpuMsBefore: cpuMs,
				cpuMsAfter: cpuMs,
				rssBytes: used?.rssBytes ?? null,
				liveBytes: null,
				loopDelayMsP99: null
			};
		},
		stop: () => Promise.resolve()
	};
}
