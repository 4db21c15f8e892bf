/** How many and how fast, as the environment says it. */
import * as v from 'valibot';
import { ADMISSION_LIMITS, type AdmissionLimits } from '../limits/admission.ts';
import { SESSION_LIMITS, type SessionLimits } from '../session/deps.ts';
import { seconds, wholeNumber } from './values.ts';

/** Above this, file descriptors (three or four a session) and one core's message rate are spent. */
const MOST_SESSIONS = 10_000;
const MOST_PER_MINUTE = 1_000_000;
/** A turn's end is a few seconds away; longer than this, whoever stops the relay kills it. */
const DRAIN_S = 10;
const MOST_DRAIN_S = 600;

/** A server across the world is not heard of sooner, and a person who waits longer has gone away. */
const LEAST_READY_S = 0.1;
const MOST_WAIT_S = 60;

const orOff = (most: number, fallback: number) => v.optional(wholeNumber(0, most), String(fallback));

export const LIMIT_VALUES = {
	MAX_SESSIONS: v.optional(wholeNumber(1, MOST_SESSIONS), String(ADMISSION_LIMITS.sessions)),
	MAX_SESSIONS_PER_ADDRESS: orOff(MOST_SESSIONS, ADMISSION_LIMITS.sessionsPerAddress),
	MAX_SESSIONS_PER_TOKEN: orOff(MOST_SESSIONS, ADMISSION_LIMITS.sessionsPerToken),
	HANDSHAKES_PER_MINUTE: orOff(MOST_PER_MINUTE, ADMISSION_LIMITS.handshakesPerMinute),
	REQUESTS_PER_MINUTE: orOff(MOST_PER_MINUTE, ADMISSION_LIMITS.requestsPerMinute),
	DRAIN_S: orOff(MOST_DRAIN_S, DRAIN_S),
	TTS_READY_S: v.optional(seconds(LEAST_READY_S, MOST_WAIT_S), String(SESSION_LIMITS.ttsTimeoutMs / 1000)),
	LLM_HEDGE_S: v.optional(seconds(0, MOST_WAIT_S), String(SESSION_LIMITS.llmHedgeMs / 1000))
};

type Values = v.InferOutput<v.ObjectSchema<typeof LIMIT_VALUES, undefined>>;

export interface LimitSettings extends AdmissionLimits {
	/** Those of a session that the environment may change. */
	readonly session: Pick<SessionLimits, 'drainMs' | 'ttsTimeoutMs' | 'llmHedgeMs'>;
}

export function toLimits(it: Values): LimitSettings {
	return {
		sessions: it.MAX_SESSIONS,
		sessionsPerAddress: it.MAX_SESSIONS_PER_ADDRESS,
		sessionsPerToken: it.MAX_SESSIONS_PER_TOKEN,
		handshakesPerMinute: it.HANDSHAKES_PER_MINUTE,
		requestsPerMinute: it.REQUESTS_PER_MINUTE,
		session: {
			drainMs: it.DRAIN_S * 1000,
			ttsTimeoutMs: it.TTS_READY_S * 1000,
			llmHedgeMs: it.LLM_HEDGE_S * 1000
		}
	};
}
