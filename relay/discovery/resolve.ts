/** The addresses of a name: all of them, IPv4 and IPv6, as fresh as half a second. */
import { promises as dns } from 'node:dns';
import { within } from '../lifecycle/within.ts';
import { UpstreamError } from '../upstream/failure.ts';
import type { ServiceLog } from './service.ts';
import { asyncTtlCached } from './ttl-cache.ts';

/** Rejects with UpstreamError `unresolved` only. */
export type Resolve = (host: string) => Promise<readonly string[]>;

/** What looks a name up, and does nothing else about it: node:dns, or a test. */
export type Lookup = (host: string) => Promise<readonly string[]>;

/** A name server in the same network answers in a millisecond; a conversation does not wait longer for one. */
export const DNS_TIMEOUT_MS = 1000;
/** While the name server is silent, the addresses it gave last serve for so long: they fail by themselves when wrong. */
export const STALE_MS = 10 * 60_000;
/** … and it is left alone for so long, since every question to a silent server costs somebody DNS_TIMEOUT_MS. */
export const SILENCE_MS = 5000;
/** Names come from the configuration and from an instances file; more than this is a mistake. */
const MAX_HOSTS = 256;

/** The codes of an answer, that there is no such name or no address of it. All others mean that there was no answer. */
const NO_ADDRESS: ReadonlySet<string> = new Set(['ENOTFOUND', 'ENODATA', 'EBADNAME']);

/** As every other program of this machine: /etc/hosts, Docker's names, search domains, whatever nsswitch.conf says. */
export const systemLookup: Lookup = async (host) => {
	const found = await dns.lookup(host, { all: true, order: 'verbatim' });
	return found.map(({ address }) => address);
};

/** Asks these name servers (`IP` or `IP:PORT`) and nothing else on this machine. */
export function lookupAt(servers: readonly string[]): Lookup {
	const resolver = new dns.Resolver({ timeout: DNS_TIMEOUT_MS / 2, tries: 2 });
	resolver.setServers(servers);
	return async (host) => {
		const answers = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)]);
		const addresses = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
		if (addresses.length > 0) return addresses;
		const reasons = answers.flatMap((answer): unknown[] => (answer.status === 'rejected' ? [answer.reason] : []));
		// A name that has addresses of one family only is asked for the other in vain; silence weighs more than that.
		throw reasons.find((reason) => !isNoAddress(reason)) ?? reasons[0] ?? new Error('no address');
	};
}

export interface ResolveOptions {
	readonly lookup: Lookup;
	readonly log?: ServiceLog;
	readonly timeoutMs?: number;
	readonly nowMs?: () => number;
}

interface Known {
	readonly addresses: readonly string[];
	readonly atMs: number;
	/** The name server is silent: it is not asked before this. */
	askAgainMs: number;
}

export function createResolve(options: ResolveOptions): Resolve {
	const { lookup, log, timeoutMs = DNS_TIMEOUT_MS, nowMs = () => performance.now() } = options;
	/** The last answers. */
	const known = new Map<string, Known>();
	/** Looking up may take longer than anybody waits, and holds one of the process's four threads: once per name. */
	const underway = new Map<string, Promise<readonly string[]>>();

	function lookUp(host: string): Promise<readonly string[]> {
		const already = underway.get(host);
		if (already !== undefined) return already;
		const started = lookup(host).finally(() => underway.delete(host));
		started.catch(() => undefined);
		underway.set(host, started);
		return started;
	}

	function lastKnown(host: string): Known | null {
		const it = known.get(host);
		return it !== undefined && nowMs() - it.atMs < STALE_MS ? it : null;
	}

	async function ask(host: string): Promise<readonly string[]> {
		const before = lastKnown(host);
		if (before !== null && nowMs() < before.askAgainMs) return before.addresses;
		try {
			const addresses = await within(timeoutMs, lookUp(host));
			if (addresses.length === 0) throw noAddress();
			known.delete(host);
			known.set(host, { addresses, atMs: nowMs(), askAgainMs: 0 });
			const [oldest] = known.keys();
			if (known.size > MAX_HOSTS && oldest !== undefined) known.delete(oldest);
			if (before !== null && before.askAgainMs > 0) log?.warn({}, 'the name server answers again');
			return addresses;
		} catch (error) {
			if (isNoAddress(error)) {
				known.delete(host);
				throw noAddress();
			}
			if (before === null) throw new UpstreamError('unresolved', 'the name server did not answer');
			if (before.askAgainMs === 0) log?.warn({}, 'the name server does not answer: the last known addresses serve');
			before.askAgainMs = nowMs() + SILENCE_MS;
			return before.addresses;
		}
	}

	return asyncTtlCached(ask, { maxEntries: MAX_HOSTS, nowMs });
}

const noAddress = (): UpstreamError => new UpstreamError('unresolved', 'the host has no address');

function isNoAddress(error: unknown): boolean {
	if (error instanceof UpstreamError) return true;
	return error instanceof Error && 'code' in error && typeof error.code === 'string' && NO_ADDRESS.has(error.code);
}
