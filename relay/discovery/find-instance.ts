/** Connects to one of a service's instances: to the best of them, and where that fails to another. */
import { UpstreamError, givenUp, moreTelling, networkFailure } from '../upstream/failure.ts';
import { instanceKey, type Instance } from './instance.ts';
import type { Service } from './service.ts';

/**
 * Connects to `instance`. Aborting `signal` ends the connection at any time, before it is there and after: it aborts when
 * the time is over, and when the caller's own does. `connected` stops the clock: the server is there, and what is still
 * waited for (a free slot, a model's first token) has the connecting side's own limit.
 */
export type Connect<T> = (instance: Instance, signal: AbortSignal, connected: () => void) => Promise<T>;

export interface FindOptions {
	/** For each trial's connection. */
	readonly timeoutMs?: number;
	/** Instances asked at most. */
	readonly maxTrials?: number;
	/** `instanceKey`s of those that are not asked, and count as trials; those that are asked join them. For two searches that share. */
	readonly tried?: Set<string>;
	/** An instance failed, and unless it was the last, another is asked. */
	readonly missed?: (cause: UpstreamError) => void;
	/** Ends the search, and what it found as well: one per leg, since it keeps hold of what was found. */
	readonly signal: AbortSignal;
}

export interface Found<T> {
	/** Whoever sees it fail later says so: `service.failed(instance, cause)`. */
	readonly instance: Instance;
	readonly connection: T;
}

/** Unmute's. A server in the same network takes a connection in a millisecond, one across the world in 300. */
export const FIND_LIMITS = { timeoutMs: 500, maxTrials: 3 } as const;

/**
 * Rejects with UpstreamError only. Where every trial failed it is the most telling one's (`rankOf` in failure.ts);
 * `lost` where `signal` aborted.
 */
export async function findInstance<T>(service: Service, connect: Connect<T>, options: FindOptions): Promise<Found<T>> {
	const { timeoutMs = FIND_LIMITS.timeoutMs, maxTrials = FIND_LIMITS.maxTrials, signal } = options;
	const { tried = new Set<string>() } = options;
	let worst: UpstreamError | null = null;
	while (tried.size < maxTrials) {
		const next = await nextOf(service, tried, signal);
		if (next instanceof UpstreamError) worst = moreTelling(worst, next);
		if (next === null || next instanceof UpstreamError) break;
		tried.add(instanceKey(next));
		try {
			const connection = await attempt(next, connect, timeoutMs, signal);
			service.succeeded(next);
			return { instance: next, connection };
		} catch (error) {
			if (signal.aborted) throw givenUp();
			const cause = error instanceof UpstreamError ? error : networkFailure(error);
			service.failed(next, cause);
			options.missed?.(cause);
			worst = moreTelling(worst, cause);
			// The conversation's own fault: every instance would say the same.
			if (cause.code === 'context_overflow') break;
		}
	}
	throw worst ?? new UpstreamError('unresolved', 'no server is known');
}

/** The next instance, null after the last one, or why there is none. Throws only where `signal` aborted. */
async function nextOf(
	service: Service,
	tried: ReadonlySet<string>,
	signal: AbortSignal
): Promise<Instance | UpstreamError | null> {
	if (signal.aborted) throw givenUp();
	const next = await unlessAborted(service.next(tried), signal).catch((error: unknown) =>
		error instanceof UpstreamError ? error : new UpstreamError('unresolved', 'the servers could not be looked up')
	);
	if (signal.aborted) throw givenUp();
	return next;
}

async function attempt<T>(instance: Instance, connect: Connect<T>, timeoutMs: number, outer: AbortSignal): Promise<T> {
	// Between the choice and now there was a turn of the microtasks, and an abort that is past calls nobody.
	if (outer.aborted) throw givenUp();
	const controller = new AbortController();
	const abort = (): void => controller.abort(outer.reason);
	outer.addEventListener('abort', abort, { once: true });
	let late: UpstreamError | null = null;
	// The reason tells the connecting side, and through it whoever counts failures, that this is no change of mind.
	let timer: NodeJS.Timeout | undefined = setTimeout(() => {
		late = new UpstreamError('timed_out', 'no connection in time');
		controller.abort(late);
	}, timeoutMs);
	// What is found keeps `abort` for as long as it lives, and all that stands beside it here.
	const stop = (): void => {
		clearTimeout(timer);
		timer = undefined;
	};
	try {
		// Raced, since whoever connects may not mind the signal.
		return await unlessAborted(connect(instance, controller.signal, stop), controller.signal);
	} catch (error) {
		outer.removeEventListener('abort', abort);
		abort();
		throw late !== null && controller.signal.reason === late ? late : error;
	} finally {
		stop();
	}
}

/** `promise`, or a rejection as soon as `signal` aborts. */
function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
	return new Promise((resolve, reject) => {
		const abort = (): void => reject(givenUp());
		if (signal.aborted) abort();
		else signal.addEventListener('abort', abort, { once: true });
		promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
	});
}
