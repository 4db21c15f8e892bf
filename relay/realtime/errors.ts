/** What a client of Unmute's is told when something is wrong: its kinds of error, and words that its web app can show. */
import type { Problem, ProblemCode } from '../../src/lib/protocol/problems.ts';
import type { RealtimeError, RealtimeServerOutput } from '../../src/lib/protocol/realtime.ts';

/**
 * `warning`: we go on, and nobody need know. `server_error` (OpenAI's word): we go on, but something was lost, and Unmute's
 * web app shows it. `fatal`: the connection ends. `invalid_request_error`: what was sent is wrong.
 */
export type ErrorType = 'warning' | 'server_error' | 'fatal' | 'invalid_request_error';

export function errorEvent(type: ErrorType, code: string, message: string): RealtimeServerOutput {
	const error: RealtimeError = { type, code, message, param: null, details: null };
	return { type: 'error', error };
}

const LATER = 'Please try again later.';

/** Of the relay itself, and of what the client did: each ends the connection. */
const OWN: Readonly<Partial<Record<ProblemCode, string>>> = {
	draining: 'This server is going away. Please connect again.',
	too_many_sessions: `Too many people are connected to this server. ${LATER}`,
	quota: `Too many conversations come from you at once. ${LATER}`,
	too_fast: `You are sending too much. ${LATER}`,
	too_slow: 'Your connection is too slow for the sound. Please connect again.',
	idle_timeout: 'Nothing was heard from you for a while. Please connect again.',
	unauthorized: 'A valid token is needed to connect to this server.',
	internal: `Internal server error. ${LATER}`
};

export function ownWords(code: ProblemCode): string {
	return OWN[code] ?? `The connection had to end (${code}). ${LATER}`;
}

/** Of an upstream. Without an address: it is the person who reads it. */
export function upstreamWords({ fault, code }: Problem): string {
	switch (code) {
		case 'at_capacity':
			return `Too many people are connected to service '${fault}'. ${LATER}`;
		case 'timed_out':
			return `Service '${fault}' timed out. ${LATER}`;
		case 'voice_gone':
			return 'The voice that was asked for is gone, so another one speaks.';
		case 'context_overflow':
			return 'The conversation has become too long for the language model.';
		default:
			return `Service '${fault}' is not available (${code}). ${LATER}`;
	}
}

/** Unmute's words for the same. */
export const LOOKING = 'Looking for the resources, expect some latency.';
