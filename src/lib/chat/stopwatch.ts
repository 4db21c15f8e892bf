/**
 * Time measured between events. The clock is the caller's: every `nowMs` is in milliseconds, of any origin, and monotonic.
 * Should it step back all the same, no time has passed.
 */

const between = (fromMs: number, toMs: number): number => Math.max(0, toMs - fromMs);

/** Starts once, stops once. */
export class Stopwatch {
	#startedMs: number | null;
	#stoppedMs: number | null = null;

	/** Runs from `startMs`; where that is absent, from the first `startIfNotStarted`. */
	constructor(startMs?: number) {
		this.#startedMs = startMs ?? null;
	}

	get started(): boolean {
		return this.#startedMs !== null;
	}

	/** Does nothing where it was started before, even if it was stopped since. */
	startIfNotStarted(nowMs: number): void {
		this.#startedMs ??= nowMs;
	}

	/** Milliseconds since the start, up to the stop if there was one; 0 before the start. */
	time(nowMs: number): number {
		return this.#startedMs === null ? 0 : between(this.#startedMs, this.#stoppedMs ?? nowMs);
	}

	/** Stops, and answers the milliseconds since the start; null where it is not running. */
	stop(nowMs: number): number | null {
		if (this.#startedMs === null || this.#stoppedMs !== null) return null;
		this.#stoppedMs = nowMs;
		return this.time(nowMs);
	}
}

/** What went wrong, for the programmer: neither happens to a caller that keeps to its own phases. */
export class PhaseError extends Error {
	readonly code: 'unknown_phase' | 'duplicate_phase' | 'out_of_order' | 'incomplete';

	constructor(code: PhaseError['code'], message: string) {
		super(message);
		this.name = 'PhaseError';
		this.code = code;
	}
}

/**
 * Times the moments at which the phases of one thing are reached, in their order. All times are milliseconds since the
 * start: `startMs` where it was given, else the moment of the first phase, which then reads 0.
 */
export class PhasesStopwatch<const Phase extends string> {
	readonly #phases: readonly Phase[];
	readonly #reachedMs = new Map<Phase, number>();
	#startMs: number | null;

	/** Throws PhaseError `duplicate_phase`. */
	constructor(phases: readonly Phase[], startMs?: number) {
		const twice = phases.find((phase, index) => phases.indexOf(phase) !== index);
		if (twice !== undefined) throw new PhaseError('duplicate_phase', `phase "${twice}" is named twice`);
		this.#phases = [...phases];
		this.#startMs = startMs ?? null;
	}

	/**
	 * The phase is reached; does nothing where it was before.
	 * Throws PhaseError `unknown_phase`, or `out_of_order` where the phase before it was not reached.
	 */
	timePhaseIfNotStarted(phase: Phase, nowMs: number): void {
		const index = this.#indexOf(phase);
		if (this.#reachedMs.has(phase)) return;
		const previous = this.#phases[index - 1];
		if (previous !== undefined && !this.#reachedMs.has(previous))
			throw new PhaseError('out_of_order', `phase "${phase}" was reached before "${previous}"`);
		this.#startMs ??= nowMs;
		this.#reachedMs.set(phase, nowMs);
	}

	/** Milliseconds from the start to the phase; null where it was not reached. Throws PhaseError `unknown_phase`. */
	getTimeForPhase(phase: Phase): number | null {
		this.#indexOf(phase);
		const reachedMs = this.#reachedMs.get(phase);
		return reachedMs === undefined || this.#startMs === null ? null : between(this.#startMs, reachedMs);
	}

	/** Every phase's time, in order. Throws PhaseError `incomplete` where one was not reached. */
	phaseDict(): Record<Phase, number> {
		return this.#dict((phase) => {
			const time = this.getTimeForPhase(phase);
			if (time === null) throw new PhaseError('incomplete', `phase "${phase}" was not reached`);
			return time;
		});
	}

	/** Every phase's time, in order; null for those not reached. */
	phaseDictPartial(): Record<Phase, number | null> {
		return this.#dict((phase) => this.getTimeForPhase(phase));
	}

	/** Begins anew, with no phase reached. */
	reset(startMs?: number): void {
		this.#reachedMs.clear();
		this.#startMs = startMs ?? null;
	}

	#indexOf(phase: Phase): number {
		const index = this.#phases.indexOf(phase);
		if (index < 0) throw new PhaseError('unknown_phase', `there is no phase "${phase}"`);
		return index;
	}

	#dict<T>(timeOf: (phase: Phase) => T): Record<Phase, T> {
		// A record with every phase, by construction.
		return Object.fromEntries(this.#phases.map((phase) => [phase, timeOf(phase)])) as Record<Phase, T>;
	}
}
