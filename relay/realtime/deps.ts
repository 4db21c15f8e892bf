/** What realtime sessions need from outside: what every session needs, and how their turns are taken. */
import type { PolicyName } from '../../src/lib/turn/options.ts';
import type { NewsDesk } from '../news.ts';
import type { SessionDeps, SessionLimits } from '../session/deps.ts';

export interface RealtimeDeps extends SessionDeps {
	/** Where the client asks for none. */
	readonly policy: PolicyName;
	readonly news: NewsDesk;
	/** In [0, 1). Default: `Math.random`. */
	readonly chance?: () => number;
	/** Wall time, for the prompt. Default: now. */
	readonly today?: () => Date;
}

/**
 * The microphone of Unmute's web app comes in 25 to 50 events a second, so there is room for four times real time; as text
 * it is a third larger than as bytes.
 */
export const REALTIME_LIMITS = {
	messagesPerS: 200,
	messagesAtOnce: 1000,
	bytesPerS: 512 * 1024,
	bytesAtOnce: 4 << 20
} as const satisfies Partial<SessionLimits>;

/**
 * How much sound is taken: ten times real time for ever, and five minutes at once, for whoever sends a recording. Bytes are no
 * measure of it: of the smallest packets an hour fits into a second's worth, and every 80 ms cost the STT the same.
 */
export const SOUND_LIMITS = { framesPerS: 125, framesAtOnce: 3750 } as const;
