/** How many and how fast, as the environment says it. */
import * as v from 'valibot';
import { ADMISSION_LIMITS, type AdmissionLimits } from '../limits/admission.ts';
import { wholeNumber } from './values.ts';

/** Above this, file descriptors (three or four a session) and one core's message rate are spent. */
const MOST_SESSIONS = 10_000;
const MOST_PER_MINUTE = 1_000_000;
/** A turn's end is a few seconds away; longer than this, whoever stops the relay kills it. */
const DRAIN_S = 10;
const MOST_DRAIN_S = 600;

const orOff = (most: number, fallback: number) => v.optional(wholeNumber(0, most), String(fallback));

export const LIMIT_VALUES = {
	MAX_SESSIONS: v.optional(wholeNumber(1, MOST_SESSIONS), String(ADMISSION_LIMITS.sessions)),
	MAX_SESSIONS_PER_ADDRESS: orOff(MOST_SESSIONS, ADMISSION_LIMITS.sessionsPerAddress),
	MAX_SESSIONS_PER_TOKEN: orOff(MOST_SESSIONS, ADMISSION_LIMITS.sessionsPerToken),
	HANDSHAKES_PER_MINUTE: orOff(MOST_PER_MINUTE, ADMISSION_LIMITS.handshakesPerMinute),
	REQUESTS_PER_MINUTE: orOff(MOST_PER_MINUTE, ADMISSION_LIMITS.requestsPerMinute),
	DRAIN_S: orOff(MOST_DRAIN_S, DRAIN_S)
};

type Values = v.InferOutput<v.ObjectSchema<typeof LIMIT_VALUES, undefined>>;

export interface LimitSettings extends AdmissionLimits {
	readonly drainMs: number;
}

export function toLimits(it: Values): LimitSettings {
	return {
		sessions: it.MAX_SESSIONS,
		sessionsPerAddress: it.MAX_SESSIONS_PER_ADDRESS,
		sessionsPerToken: it.MAX_SESSIONS_PER_TOKEN,
		handshakesPerMinute: it.HANDSHAKES_PER_MINUTE,
		requestsPerMinute: it.REQUESTS_PER_MINUTE,
		drainMs: it.DRAIN_S * 1000
	};
}
