/**
 * Finds out that nobody is at the other end of a connection any more. One that was cut without a goodbye looks open for ever
 * to whoever has nothing to send: a voice that waits for its reply, above all.
 */

/** A server that lives pongs within a round trip. Whoever is gone is known to be after three times this at most: 7.5 s. */
export const HEARTBEAT_MS = 2500;

export interface HeartbeatDeps {
	readonly everyMs: number;
	/** Nothing was heard for a while: asks for a sign of life. */
	ask(): void;
	/** Once: none came. */
	dead(): void;
}

export class Heartbeat {
	readonly #deps: HeartbeatDeps;
	#timer: NodeJS.Timeout | undefined;
	#wasHeard = true;
	#wasAsked = false;
	#isPaused = false;

	/** Beats until `stop`. */
	constructor(deps: HeartbeatDeps) {
		this.#deps = deps;
		this.#again();
	}

	/** Hot. Anything came. */
	heard(): void {
		this.#wasHeard = true;
	}

	/** Nothing is read: it cannot be known. */
	pause(): void {
		this.#isPaused = true;
	}

	resume(): void {
		this.#isPaused = false;
		this.#wasHeard = true;
	}

	stop(): void {
		clearTimeout(this.#timer);
	}

	/** Each beat is set by the one before: a process that stood still hears what has come meanwhile before it gives anybody up. */
	#again(): void {
		this.#timer = setTimeout(() => this.#beat(), this.#deps.everyMs);
	}

	#beat(): void {
		if (this.#wasHeard || this.#isPaused) {
			this.#wasHeard = this.#wasAsked = false;
			return this.#again();
		}
		if (this.#wasAsked) return this.#deps.dead();
		this.#wasAsked = true;
		this.#again();
		this.#deps.ask();
	}
}
