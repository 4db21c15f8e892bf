/** What the dev view plots of a talk: the worker sends it while that view is open, and otherwise does not look. */
import type { StateName } from '../turn/state.ts';

export interface Probe {
	/** `performance.timeOrigin + now()`. */
	readonly atMs: number;
	/** The turn core's. */
	readonly state: StateName;
	/** What the STT's pause head said last, 0 to 1; null before it has said anything. */
	readonly pause: number | null;
	/** Its average, which the turn core decides by. */
	readonly average: number;
	/** The turn may be over above this … */
	readonly endAbove: number;
	/** … and the answer gives way below that. */
	readonly stopBelow: number;
	/** There is an STT stream; how many steps of 80 ms it has made. */
	readonly listening: boolean;
	readonly steps: number;
	/** The relay has said welcome. */
	readonly linked: boolean;
	/** Written to the socket and not gone out yet. */
	readonly unsentBytes: number;
	/** For how long the relay has owed an answer. */
	readonly owedMs: number;
	/** Attempts to reach a relay since the last good connection. */
	readonly attempts: number;
	/** The reply under way, or the last one. */
	readonly reply: number;
	/** Received ahead of what sounds. */
	readonly bufferedMs: number;
	/** Of that, in the playback worklet; what it waits for after it ran dry; and how long it was silent for that in this reply. */
	readonly jitterMs: number;
	readonly targetMs: number;
	readonly gapMs: number;
	readonly gaps: number;
	/** The assistant's: 1 full, less ducked, 0 silent. */
	readonly gain: number;
}
