/**
 * A service: its instances as they are now, which of them to ask next, and which have failed of late.
 *
 * The choice among those not set aside: of two drawn at random the one with more free slots, so that a crowd that sees
 * the same half-second-old numbers does not run to one instance. A failover list prefers the earlier addresses instead.
 * Only where all are set aside is one of them tried, the one whose pause ends first.
 */
import type { UpstreamError } from '../upstream/failure.ts';
import { Aside } from './aside.ts';
import { HedgeBudget } from './hedge-budget.ts';
import { instanceKey, literalAddress, type Instance, type ServiceName } from './instance.ts';
import { Loads, type AskSlots } from './load.ts';

export interface Service {
	readonly name: ServiceName;
	/** Every instance there is now, none twice. Rejects with UpstreamError `unresolved` where none can be found. */
	instances(): Promise<readonly Instance[]>;
	/** The best one that is not in `tried` (of `instanceKey`s); null where all were tried. Rejects as `instances` does. */
	next(tried: ReadonlySet<string>): Promise<Instance | null>;
	/** It could not be connected to, or failed later. At capacity counts as busy, not as broken. */
	failed(instance: Instance, cause: UpstreamError): void;
	/** It could be connected to. */
	succeeded(instance: Instance): void;
	/** How many of its questions may be asked of two instances. */
	readonly hedges: HedgeBudget;
}

/** What the log needs of a log. */
export interface ServiceLog {
	debug(fields: object, message: string): void;
	warn(fields: object, message: string): void;
}

export interface ServiceOptions {
	readonly name: ServiceName;
	/** In the operator's order. Rejects with UpstreamError `unresolved` only. */
	readonly instances: () => Promise<readonly Instance[]>;
	/** `failover`: later addresses only while earlier ones fail. Default `spread`. */
	readonly choice?: 'spread' | 'failover';
	/** How busy one is; absent where the service does not tell (an LLM). */
	readonly askSlots?: AskSlots;
	readonly log?: ServiceLog;
	/** From 0 to below 1. */
	readonly random?: () => number;
	readonly nowMs?: () => number;
}

export function createService(options: ServiceOptions): Service {
	const { name, choice = 'spread', askSlots, log, random = Math.random, nowMs = () => performance.now() } = options;
	const aside = new Aside({ name, random, nowMs });
	const loads = askSlots === undefined ? null : new Loads(askSlots, nowMs);

	async function instances(): Promise<readonly Instance[]> {
		const found = new Map((await options.instances()).map((instance) => [instanceKey(instance), instance]));
		for (const instance of found.values()) {
			if (aside.isNew(instance)) log?.debug({ ...aside.label(instance), at: place(instance) }, 'instance found');
		}
		return [...found.values()];
	}

	function failed(instance: Instance, cause: UpstreamError): void {
		const pauseMs = aside.add(instance, cause);
		const fields = { ...aside.label(instance), code: cause.code, why: cause.message };
		// Once for each pause: however many talkers the instance had, it failed once.
		if (pauseMs !== null) log?.warn({ ...fields, asideMs: Math.round(pauseMs) }, 'instance failed');
		else log?.debug(fields, 'instance failed again');
	}

	/** One of `all`, at random, taken out of it. */
	function draw(all: Instance[]): Instance | undefined {
		return all.splice(Math.floor(random() * all.length), 1)[0];
	}

	return {
		name,
		instances,
		async next(tried) {
			const untried = (await instances()).filter((instance) => !tried.has(instanceKey(instance)));
			const fresh = untried.filter((instance) => !aside.has(instance));
			if (fresh.length === 0) return aside.soonest(untried);
			const preferred = choice === 'spread' ? fresh : fresh.filter(({ url }) => url === fresh[0]?.url);
			const first = draw(preferred);
			const second = draw(preferred);
			if (first === undefined || second === undefined || loads === null) return first ?? null;
			return loads.take(first, second, failed);
		},
		failed,
		succeeded: (instance) => aside.release(instance),
		hedges: new HedgeBudget()
	};
}

/** For the operator who asked for every detail: host, port and address of an upstream, never a path or a query. */
function place({ url, address }: Instance): string {
	return `${new URL(url).host} ${address ?? 'by name'}`;
}

/** One instance that never changes: an embedded engine, or a test's server. */
export function fixedService(name: ServiceName, url: string): Service {
	const instance: Instance = { url, address: URL.canParse(url) ? literalAddress(url) : null };
	return createService({ name, instances: () => Promise.resolve([instance]) });
}
