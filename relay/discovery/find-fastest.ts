/**
 * The search for an instance that answers, for what may take many times longer than a connection: where the one that was
 * asked says nothing for a while, another is asked beside it, and the first answer is taken. Where there is no other one, or
 * too much was asked twice of late, nobody is asked twice, and it is waited for.
 */
import { UNWANTED } from '../lifecycle/stackless.ts';
import { UpstreamError, moreTelling, networkFailure } from '../upstream/failure.ts';
import { findInstance, type FindOptions, type Found } from './find-instance.ts';
import type { Instance } from './instance.ts';
import type { Service } from './service.ts';

/** As `Connect`. `alive` says that an answer is on its way: no other instance is asked any more. */
export type ConnectAlive<T> = (
	instance: Instance,
	signal: AbortSignal,
	connected: () => void,
	alive: () => void
) => Promise<T>;

export interface FastestOptions extends Omit<FindOptions, 'tried'> {
	/** So long may an instance say nothing before another is asked beside it. 0: for ever. */
	readonly hedgeMs: number;
	/** At most once: one has said nothing for so long. */
	readonly slow?: (() => void) | undefined;
	/** After that, at most once: there was another one, `service.hedges` had one left, and it is asked. */
	readonly hedged?: (() => void) | undefined;
}

/**
 * As `findInstance`. Of two that were asked, the one that did not answer first is left. If that is the one that said nothing
 * for so long, it is set aside as having failed: the next question had better not wait for it.
 */
export async function findFastest<T>(
	service: Service,
	connect: ConnectAlive<T>,
	{ hedgeMs, slow, hedged, ...options }: FastestOptions
): Promise<Found<T>> {
	const tried = new Set<string>();
	const own = { first: new AbortController(), second: new AbortController() };
	const search = async (which: 'first' | 'second', ask: ConnectAlive<T>): Promise<Found<T> & { which: string }> => {
		const signal = AbortSignal.any([options.signal, own[which].signal]);
		const found = await findInstance(
			service,
			(instance, its, connected) =>
				ask(instance, its, connected, () => {
					if (instance !== silent) return;
					silent = null;
					clearTimeout(timer);
				}),
			{ ...options, tried, signal }
		);
		return { ...found, which };
	};

	/** The one that the first search asks now, until it gives a sign of life. */
	let silent: Instance | null = null;
	/** What it was when another was asked. */
	let late: Instance | null = null;
	let timer: NodeJS.Timeout | undefined;
	const second = Promise.withResolvers<Awaited<ReturnType<typeof search>>>();
	const hedge = (): void => {
		late = silent;
		slow?.();
		if (!service.hedges.take()) return;
		let isUsed = false;
		const ask: ConnectAlive<T> = (...its) => {
			if (!isUsed) hedged?.();
			isUsed = true;
			return connect(...its);
		};
		const found = search('second', ask).finally(() => {
			if (!isUsed) service.hedges.giveBack();
		});
		second.resolve(found);
	};

	service.hedges.asked();
	const first = search('first', (instance, ...its) => {
		silent = instance;
		clearTimeout(timer);
		if (hedgeMs > 0 && late === null) timer = setTimeout(hedge, hedgeMs);
		return connect(instance, ...its);
	});
	// Where nobody else was asked by then, there is nothing to wait for; otherwise this is too late to change anything.
	first.catch((error: unknown) => second.reject(error));

	try {
		const { which, ...found } = await Promise.any([first, second.promise]);
		if (which === 'first') own.second.abort(UNWANTED);
		else {
			const cause = new UpstreamError('timed_out', 'another instance answered first');
			const isSilent = late !== null && late === silent;
			own.first.abort(isSilent ? cause : UNWANTED);
			if (isSilent && late !== null) service.failed(late, cause);
		}
		return found;
	} catch (error) {
		throw worstOf(error);
	} finally {
		clearTimeout(timer);
	}
}

/** The most telling of what both searches met. */
function worstOf(error: unknown): UpstreamError {
	const causes: unknown[] = error instanceof AggregateError ? error.errors : [error];
	return causes
		.map((cause) => (cause instanceof UpstreamError ? cause : networkFailure(cause)))
		.reduce((worst, cause) => moreTelling(worst, cause));
}
