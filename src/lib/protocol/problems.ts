/**
 * The one table of problem codes and close codes, for both sides of `parley.1`.
 * Retry code reads this table; nothing anywhere matches on a message's text.
 */

/** Whose fault it is. `client` is the browser (or whatever speaks for it), the rest are ours. */
export const FAULTS = ['stt', 'llm', 'tts', 'relay', 'client'] as const;
export type Fault = (typeof FAULTS)[number];

/** `soon`: the sender retries by itself after `retryAfterMs`. `never`: something has to change first. */
export type Retry = 'soon' | 'never';

/** WebSocket close codes of `parley.1`: the registered ones, and ours from the private range 4000–4999. */
export const CLOSE = {
	normal: 1000,
	goingAway: 1001,
	unsupportedData: 1003,
	tooBig: 1009,
	internal: 1011,
	tryAgainLater: 1013,
	badMessage: 4400,
	unauthorized: 4401,
	forbiddenOrigin: 4403,
	timedOut: 4408,
	unsupportedVersion: 4409,
	tooFast: 4429
} as const;
export type CloseCode = (typeof CLOSE)[keyof typeof CLOSE];

interface ProblemRow {
	readonly retry: Retry;
	/** When to try again, in milliseconds, for `retry: 'soon'`. The first wait: back-off grows from it. */
	readonly retryAfterMs: number;
	/** The close code with which the relay ends the connection, or null where the connection stays. */
	readonly close: CloseCode | null;
}

const soon = (retryAfterMs: number, close: CloseCode | null = null): ProblemRow => ({
	retry: 'soon',
	retryAfterMs,
	close
});
const never = (close: CloseCode | null = null): ProblemRow => ({ retry: 'never', retryAfterMs: 0, close });

/** Every problem there is. What a person reads for each stands in the interface's message files, under the same code. */
export const PROBLEMS = {
	// An upstream leg (fault: stt, llm or tts). The conversation stays open.
	at_capacity: soon(2000),
	timed_out: soon(500),
	refused: soon(500),
	not_found: soon(2000),
	unresolved: soon(2000),
	unauthorized_upstream: never(),
	protocol: soon(500),
	lost: soon(250),
	context_overflow: never(),
	no_model: never(),
	/** The reply goes on in another voice. */
	voice_gone: never(),
	// The relay itself.
	draining: soon(250, CLOSE.goingAway),
	too_many_sessions: soon(5000, CLOSE.tryAgainLater),
	quota: soon(5000, CLOSE.tryAgainLater),
	internal: soon(1000, CLOSE.internal),
	// The client.
	bad_message: never(CLOSE.badMessage),
	bad_audio: never(),
	out_of_order: never(),
	too_big: never(CLOSE.tooBig),
	too_fast: soon(5000, CLOSE.tooFast),
	too_slow: soon(250, CLOSE.tryAgainLater),
	unsupported_version: never(CLOSE.unsupportedVersion),
	hello_timeout: soon(250, CLOSE.timedOut),
	idle_timeout: soon(0, CLOSE.timedOut),
	forbidden_origin: never(CLOSE.forbiddenOrigin),
	unauthorized: never(CLOSE.unauthorized)
} as const satisfies Record<string, ProblemRow>;

export type ProblemCode = keyof typeof PROBLEMS;

const codes: ReadonlySet<string> = new Set(Object.keys(PROBLEMS));

export function isProblemCode(text: string): text is ProblemCode {
	return codes.has(text);
}

/** The codes as a tuple, for schemas. */
export const PROBLEM_CODES = Object.keys(PROBLEMS).filter(isProblemCode);

/** One problem, as it travels and as it is shown. */
export interface Problem {
	readonly fault: Fault;
	readonly code: ProblemCode;
	readonly retry: Retry;
	readonly retryAfterMs: number;
	/** For the operator and the developer; never a transcript, a secret or an address. */
	readonly detail: string;
}

/** A problem with its row of the table filled in. `retryAfterMs` may be raised, for instance from a `Retry-After`. */
export function problem(fault: Fault, code: ProblemCode, detail = '', retryAfterMs?: number): Problem {
	const row = PROBLEMS[code];
	return { fault, code, retry: row.retry, retryAfterMs: retryAfterMs ?? row.retryAfterMs, detail };
}
