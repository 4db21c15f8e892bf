/** A loudspeaker that plays what it is given at once and keeps nothing back, so that every gap shows. Milliseconds. */

/** What is shorter is a rounding of timers, and no ear hears it. */
const GAP_FROM_MS = 10;

export class Playout {
	#receivedMs = 0;
	/** When what was received will have sounded; null before the first sound. */
	#endsAtMs: number | null = null;
	#heldSinceMs: number | null = null;
	#gapMs = 0;
	#gaps = 0;

	get hasStarted(): boolean {
		return this.#endsAtMs !== null;
	}

	/** How long, and how often, the reply ran dry before more of it came. */
	get gaps(): { readonly count: number; readonly ms: number } {
		return { count: this.#gaps, ms: this.#gapMs };
	}

	begin(): void {
		this.#receivedMs = 0;
		this.#endsAtMs = null;
		this.#heldSinceMs = null;
		this.#gapMs = 0;
		this.#gaps = 0;
	}

	receive(ms: number, nowMs: number): void {
		const clockMs = this.#heldSinceMs ?? nowMs;
		const endsAtMs = this.#endsAtMs ?? clockMs;
		const dryMs = clockMs - endsAtMs;
		if (dryMs >= GAP_FROM_MS) {
			this.#gaps += 1;
			this.#gapMs += dryMs;
		}
		this.#endsAtMs = Math.max(endsAtMs, clockMs) + ms;
		this.#receivedMs += ms;
	}

	/** Of what was received only the first `ms` count, or what has sounded, if that is more. */
	cut(ms: number, nowMs: number): void {
		if (this.#endsAtMs === null) return;
		const keptMs = Math.min(this.#receivedMs, Math.max(ms, this.playedMs(nowMs)));
		this.#endsAtMs -= this.#receivedMs - keptMs;
		this.#receivedMs = keptMs;
	}

	hold(nowMs: number): void {
		this.#heldSinceMs ??= nowMs;
	}

	resume(nowMs: number): void {
		if (this.#heldSinceMs !== null && this.#endsAtMs !== null) this.#endsAtMs += nowMs - this.#heldSinceMs;
		this.#heldSinceMs = null;
	}

	playedMs(nowMs: number): number {
		if (this.#endsAtMs === null) return 0;
		return this.#receivedMs - Math.max(0, this.#endsAtMs - (this.#heldSinceMs ?? nowMs));
	}

	/** All that was received has sounded. */
	isDry(nowMs: number): boolean {
		return this.#endsAtMs !== null && (this.#heldSinceMs ?? nowMs) >= this.#endsAtMs;
	}
}
