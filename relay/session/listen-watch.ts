/**
 * Finds out that an STT is stuck, which takes pages and answers pings but transcribes nothing any more. A model with pause
 * heads answers every page with a step. One without says nothing while nobody speaks, so it is asked for a sign of life
 * before it is given up.
 */
import { FRAME_MS } from '../../src/lib/protocol/moshi.ts';
import type { Clock } from './clock.ts';

export interface ListenWatchDeps {
	readonly clock: Clock;
	/** How long pages may stay without an answer. */
	readonly stallMs: number;
	/** How far the model's words trail the audio: a sign of life takes as much longer. */
	readonly delayMs: number;
	/** Asks the server for a sign of life. */
	probe(): void;
	/** Once. */
	stuck(): void;
}

/** The server's decoder keeps a page or two back: fewer than this may stay unanswered for ever, once no more come. */
const LEAST_PAGES = 6;
/** After so long without a page nothing was owed: the wait begins anew, or a burst would be late before it could be answered. */
const PAUSE_MS = 1000;

export class ListenWatch {
	readonly #deps: ListenWatchDeps;
	/** Pages without an answer; and since when nothing has come though there are some. */
	#pages = 0;
	#sinceMs = 0;
	#lastPageMs = 0;
	#steps = false;
	#probing = false;
	#cancelTimer: (() => void) | null = null;
	#over = false;

	constructor(deps: ListenWatchDeps) {
		this.#deps = deps;
	}

	/** Hot. A page went to the server. */
	page(): void {
		if (this.#over) return;
		const nowMs = this.#deps.clock.now();
		if (this.#pages++ === 0 || nowMs - this.#lastPageMs > PAUSE_MS) this.#sinceMs = nowMs;
		this.#lastPageMs = nowMs;
		this.#cancelTimer ??= this.#deps.clock.after(this.#deps.stallMs, () => this.#look());
	}

	/** Hot. A step came: it answers one page. */
	step(): void {
		this.#steps = true;
		if (this.#pages > 0) this.#pages--;
		this.#sinceMs = this.#deps.clock.now();
	}

	/** Anything else came. */
	answer(): void {
		this.#probing = false;
		this.#sinceMs = this.#deps.clock.now();
		if (!this.#steps) this.#pages = 0;
	}

	stop(): void {
		this.#over = true;
		this.#cancelTimer?.();
		this.#cancelTimer = null;
	}

	#look(): void {
		this.#cancelTimer = null;
		if (this.#over || this.#pages === 0) return; // the next page begins anew
		const { clock, stallMs, delayMs } = this.#deps;
		const patienceMs = this.#probing ? stallMs + delayMs : stallMs;
		// What is asked of a model without steps comes back only behind so much further audio.
		const leastPages = this.#probing ? LEAST_PAGES + Math.ceil(delayMs / FRAME_MS) : LEAST_PAGES;
		const leftMs = this.#sinceMs + patienceMs - clock.now();
		if (leftMs > 0) return this.#again(leftMs);
		if (this.#pages < leastPages) return this.#again(stallMs);
		if (!this.#steps && !this.#probing) {
			this.#probing = true;
			this.#pages = 0;
			return this.#deps.probe();
		}
		this.stop();
		this.#deps.stuck();
	}

	#again(ms: number): void {
		this.#cancelTimer = this.#deps.clock.after(ms, () => this.#look());
	}
}
