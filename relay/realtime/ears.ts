/** The STT from the relay's side of things: asked for, lost, asked for again, and at the very start not for ever. */
import type { Problem } from '../../src/lib/protocol/problems.ts';
import type { RealtimeServerOutput } from '../../src/lib/protocol/realtime.ts';
import { errorEvent, upstreamWords } from './errors.ts';
import type { Listening } from './listening.ts';

/**
 * How long a conversation waits for its first ears, on the clock of the walls: two instances that do not answer at all, and
 * a third that does. What is said meanwhile is kept for 10 s (`FrameRing`), so a longer wait would begin with a lost word.
 */
export const FIRST_EARS_LIMIT_MS = 15_000;
/** Whoever runs a server that refuses us may mend it meanwhile. */
const REFUSED_RETRY_MS = 30_000;

export interface EarsHost {
	readonly listening: Pick<Listening, 'begin' | 'lost' | 'wasOpen'>;
	/** Of the walls. */
	nowMs(): number;
	/** In [0, 1). */
	chance(): number;
	/** Whether an answer was ever asked for: then there is a conversation also without ears. */
	hasTalked(): boolean;
	emit(event: RealtimeServerOutput): void;
	/** Nobody will ever listen. */
	over(why: Problem): void;
}

export class Ears {
	readonly #host: EarsHost;
	#askedMs: number | null = null;

	constructor(host: EarsHost) {
		this.#host = host;
	}

	/** Asks for a stream. */
	open(): void {
		this.#askedMs ??= this.#host.nowMs();
		this.#host.listening.begin();
	}

	/** The stream is lost, or there never was one. */
	trouble(problem: Problem): void {
		const { listening, chance, emit, hasTalked, over } = this.#host;
		const isNeverBack = problem.retry === 'never';
		const hasBegun = listening.wasOpen || hasTalked();
		if (!hasBegun && (isNeverBack || this.#waitedMs >= FIRST_EARS_LIMIT_MS)) return over(problem);
		emit(errorEvent('warning', problem.code, upstreamWords(problem)));
		// Up to half as long again, drawn: those that one STT drops must not come back in the same instant.
		const drawnMs = problem.retryAfterMs * (1 + chance() / 2);
		listening.lost(isNeverBack ? REFUSED_RETRY_MS : drawnMs);
	}

	get #waitedMs(): number {
		const nowMs = this.#host.nowMs();
		return nowMs - (this.#askedMs ?? nowMs);
	}
}
