/**
 * Back-pressure from a browser to the voice that speaks to it. A TTS is faster than real time: where the network is not, its
 * sound would pile up here. So the relay stops reading it while the browser has enough to read, and the TTS waits.
 */
import type { Clock } from './clock.ts';

/** Some ten seconds of sound: enough that no reply runs dry over it, on top of what the kernel holds. */
export const HIGH_BYTES = 64 * 1024;
/**
 * A browser that does not read so much in this time reads slower than people talk: it is told, and comes back to a fresh
 * connection. Less than the 30 s after which moshi-server drops a peer that answers no ping.
 */
export const SLOW_MS = 10_000;

/** What can be asked to wait. Both are harmless at any time. */
export interface Source {
	pause(): void;
	resume(): void;
}

export interface FlowDeps {
	/** What waits to be sent to the browser. */
	readonly bufferedBytes: () => number;
	readonly clock: Clock;
	/** Called at most once. */
	readonly tooSlow: () => void;
}

export class Flow {
	readonly #deps: FlowDeps;
	readonly #sources = new Set<Source>();
	#cancelTimer: (() => void) | null = null;
	#closed = false;

	constructor(deps: FlowDeps) {
		this.#deps = deps;
	}

	/** `source` waits whenever the browser does not keep up, until `signal` aborts. */
	join(source: Source, signal: AbortSignal): void {
		if (signal.aborted || this.#closed) return;
		this.#sources.add(source);
		signal.addEventListener('abort', () => this.#sources.delete(source), { once: true });
		if (this.#cancelTimer !== null) source.pause();
	}

	/** Sound was sent. */
	sent(): void {
		const { bufferedBytes, clock, tooSlow } = this.#deps;
		if (this.#closed || this.#cancelTimer !== null || bufferedBytes() <= HIGH_BYTES) return;
		this.#cancelTimer = clock.after(SLOW_MS, tooSlow);
		for (const source of this.#sources) source.pause();
	}

	/** The browser has read everything. */
	drained(): void {
		if (this.#cancelTimer === null) return;
		this.#cancelTimer();
		this.#cancelTimer = null;
		for (const source of this.#sources) source.resume();
	}

	/** The session is over, perhaps in the middle of `sent`'s own frame: nothing is begun any more. */
	close(): void {
		this.#closed = true;
		this.#cancelTimer?.();
		this.#sources.clear();
	}
}
