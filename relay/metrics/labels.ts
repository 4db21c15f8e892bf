/** The values that labels can take, as closed lists. The compiler holds each list complete. */
import type { CacheFailure } from '../cache/cache.ts';
import type { LegCode } from '../upstream/failure.ts';

const all = <T extends string>(values: Readonly<Record<T, true>>): readonly T[] =>
	Object.keys(values).filter((key): key is T => key in values);

export const LEG_CODES = all<LegCode>({
	at_capacity: true,
	timed_out: true,
	refused: true,
	not_found: true,
	unresolved: true,
	unauthorized_upstream: true,
	protocol: true,
	lost: true,
	context_overflow: true,
	no_model: true
});

export const CACHE_FAILURES = all<CacheFailure>({
	bad_key: true,
	too_large: true,
	unavailable: true,
	timed_out: true,
	unauthorized: true,
	rejected: true
});

/** Where an upstream connection was when it failed. */
export const STAGES = ['connecting', 'open'] as const;
export const OUTCOMES = ['complete', 'cancelled', 'failed', 'dropped'] as const;
export type Outcome = (typeof OUTCOMES)[number];
export const PHASES = ['pause_decided', 'first_token', 'first_page', 'first_heard'] as const;
