/** Why an upstream leg failed, as one of the closed codes of `problems.ts`; every way to get there is in this file. */
import type { ProblemCode } from '../../src/lib/protocol/problems.ts';
import { stackless } from '../lifecycle/stackless.ts';

export type LegCode = Extract<
	ProblemCode,
	| 'at_capacity'
	| 'timed_out'
	| 'refused'
	| 'not_found'
	| 'unresolved'
	| 'unauthorized_upstream'
	| 'protocol'
	| 'lost'
	| 'context_overflow'
	| 'no_model'
>;

/**
 * The only error that this room throws. `message` is for the operator and travels to the browser as a problem's detail,
 * so it is always one of our own sentences: an upstream's text may quote a conversation, an address or a key.
 */
export class UpstreamError extends Error {
	readonly code: LegCode;
	/** When the upstream itself said how long to wait. */
	readonly retryAfterMs: number | undefined;

	constructor(code: LegCode, message: string, retryAfterMs?: number) {
		super(message);
		this.name = 'UpstreamError';
		this.code = code;
		this.retryAfterMs = retryAfterMs;
	}
}

/** Whatever was caught, as one of ours; anything else is a fault of the leg that `otherwise` names. */
export function asUpstreamError(error: unknown, otherwise: string): UpstreamError {
	return error instanceof UpstreamError ? error : new UpstreamError('protocol', otherwise);
}

/** Somebody aborted the signal: nobody's failure, and told to nobody. */
export const givenUp = (): UpstreamError => stackless(() => new UpstreamError('lost', 'given up'));

/**
 * Which of several instances' failures a person is told, the first of these that occurred. What waiting may heal comes
 * before what only an operator can: another try may meet the instance that works, and the browser does not retry after
 * the latter. Among those, the further the instance let us come, the more it tells.
 */
const RANKS: Readonly<Record<LegCode, number>> = {
	context_overflow: 0, // the conversation's own: every instance says the same
	at_capacity: 1, // a server that works, and is full
	lost: 2, // it took us in, and dropped us
	protocol: 3, // it answered something odd
	not_found: 4, // it answered, that there is no such thing
	timed_out: 5, // it said nothing
	refused: 6, // nobody is there
	unresolved: 7, // nobody knows where
	no_model: 8,
	unauthorized_upstream: 9
};

/** How much a code tells of a service when each instance failed: 0 is the most. */
export const rankOf = (code: LegCode): number => RANKS[code];
export const LEG_CODES = Object.keys(RANKS).filter((code): code is LegCode => code in RANKS);

/** The one of two failures that tells more; of two alike the later, which may know a newer `retryAfterMs`. */
export function moreTelling(before: UpstreamError | null, later: UpstreamError): UpstreamError {
	return before === null || rankOf(later.code) <= rankOf(before.code) ? later : before;
}

const UNTRUSTED = [
	'protocol',
	'its certificate is not trusted: NODE_EXTRA_CA_CERTS may name a file with its issuer'
] as const;
const NO_TLS = ['protocol', 'it speaks no TLS: the address should begin with http:// or ws://'] as const;

const SYSTEM_CODES: Readonly<Record<string, readonly [LegCode, string]>> = {
	ECONNREFUSED: ['refused', 'nothing listens there'],
	ECONNRESET: ['refused', 'the connection was reset'],
	EPIPE: ['refused', 'the connection was reset'],
	ECONNABORTED: ['refused', 'the connection was reset'],
	EHOSTUNREACH: ['refused', 'the host cannot be reached'],
	ENETUNREACH: ['refused', 'the network cannot be reached'],
	EADDRNOTAVAIL: ['refused', 'no local port is free'],
	ETIMEDOUT: ['timed_out', 'no connection in time'],
	ENOTFOUND: ['unresolved', 'the host has no address'],
	EAI_AGAIN: ['unresolved', 'the name server did not answer'],
	EAI_FAIL: ['unresolved', 'the name server did not answer'],
	DEPTH_ZERO_SELF_SIGNED_CERT: UNTRUSTED,
	SELF_SIGNED_CERT_IN_CHAIN: UNTRUSTED,
	UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNTRUSTED,
	UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNTRUSTED,
	CERT_HAS_EXPIRED: ['protocol', 'its certificate has expired'],
	ERR_TLS_CERT_ALTNAME_INVALID: ['protocol', 'its certificate is for another name'],
	EPROTO: NO_TLS,
	ERR_SSL_WRONG_VERSION_NUMBER: NO_TLS,
	// Node's fetch has codes of its own.
	UND_ERR_SOCKET: ['refused', 'the connection was closed'],
	UND_ERR_CONNECT_TIMEOUT: ['timed_out', 'no connection in time'],
	UND_ERR_HEADERS_TIMEOUT: ['timed_out', 'no answer in time'],
	UND_ERR_BODY_TIMEOUT: ['timed_out', 'the answer stopped']
};

/** How deep a name with several addresses, or a fetch, buries the system's code: TypeError → AggregateError → Error. */
const MAX_DEPTH = 4;

function findSystemCode(error: unknown, depth = 0): string | undefined {
	if (!(error instanceof Error) || depth > MAX_DEPTH) return undefined;
	if ('code' in error && typeof error.code === 'string' && error.code in SYSTEM_CODES) return error.code;
	const inner: unknown[] = error instanceof AggregateError ? [...error.errors, error.cause] : [error.cause];
	for (const cause of inner) {
		const code = findSystemCode(cause, depth + 1);
		if (code !== undefined) return code;
	}
	return undefined;
}

/** From an error of the network, before there was an answer. Anything unknown (a broken handshake) is `protocol`. */
export function networkFailure(error: unknown): UpstreamError {
	const code = findSystemCode(error);
	const row = code === undefined ? undefined : SYSTEM_CODES[code];
	return row === undefined
		? new UpstreamError('protocol', 'the connection could not be set up')
		: new UpstreamError(row[0], row[1]);
}

/** From an HTTP status where another was hoped for. `retryAfter` is the header, where there was one. */
export function statusFailure(status: number, retryAfter?: string | null): UpstreamError {
	const detail = `HTTP ${status}`;
	if (status === 401 || status === 403) return new UpstreamError('unauthorized_upstream', detail);
	if (status === 404) return new UpstreamError('not_found', detail);
	if (status === 429 || status === 503) {
		return new UpstreamError('at_capacity', detail, parseRetryAfter(retryAfter));
	}
	if (status === 408 || status === 504) return new UpstreamError('timed_out', detail);
	return new UpstreamError('protocol', detail);
}

/** Nobody waits longer than this on a server's word. */
const MAX_RETRY_AFTER_MS = 60_000;

/** `Retry-After` in seconds, to milliseconds; its date form (which no inference server sends) counts as absent. */
export function parseRetryAfter(header: string | null | undefined): number | undefined {
	if (header == null || !/^\d{1,9}(\.\d{1,3})?$/.test(header.trim())) return undefined;
	return Math.min(Number(header) * 1000, MAX_RETRY_AFTER_MS);
}
