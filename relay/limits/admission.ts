/** How many may be here at once and how fast they may come: for the process, for an address, for a token. */
import type { ProblemCode } from '../../src/lib/protocol/problems.ts';
import { PROBLEMS } from '../../src/lib/protocol/problems.ts';
import { RateTable } from './rate-table.ts';

/** 0 switches a limit off, except for the first. */
export interface AdmissionLimits {
	/** Sessions of this process. */
	readonly sessions: number;
	/** Sessions of one address (of one /64 for IPv6), and of one token. */
	readonly sessionsPerAddress: number;
	readonly sessionsPerToken: number;
	/** Handshakes and other HTTP requests of one address. */
	readonly handshakesPerMinute: number;
	readonly requestsPerMinute: number;
}

/**
 * Twenty from one address are a small office behind one router, each with room for a connection that was lost a moment ago
 * and is not known to be. A browser that has lost its relay tries some ten times in the first minute; a page is sixty
 * requests. Whoever has more people behind one address, says so.
 */
export const ADMISSION_LIMITS: AdmissionLimits = {
	sessions: 200,
	sessionsPerAddress: 20,
	sessionsPerToken: 20,
	handshakesPerMinute: 120,
	requestsPerMinute: 1200
};

/** Where one connects from: `key` is what is counted. What comes from this very machine is not limited by address. */
export interface Caller {
	readonly key: string;
	readonly local: boolean;
}

export interface Refusal {
	readonly code: ProblemCode;
	readonly retryAfterMs: number;
}

const refusal = (code: ProblemCode): Refusal => ({ code, retryAfterMs: PROBLEMS[code].retryAfterMs });

/** One session's place. It counts until `leave`. */
export interface Place {
	/** It turned out whose it is: null, or why they may not have another. Call it once. */
	claim(subject: string): Refusal | null;
	/** Harmless twice. */
	leave(): void;
}

export class Admission {
	readonly #limits: AdmissionLimits;
	readonly #handshakes: RateTable;
	/** Who connects too fast is told so, but not without end either. */
	readonly #told: RateTable;
	readonly #requests: RateTable;
	readonly #byAddress = new Map<string, number>();
	readonly #bySubject = new Map<string, number>();
	#count = 0;

	constructor(limits: AdmissionLimits = ADMISSION_LIMITS) {
		this.#limits = limits;
		this.#handshakes = new RateTable(limits.handshakesPerMinute);
		this.#told = new RateTable(limits.handshakesPerMinute);
		this.#requests = new RateTable(limits.requestsPerMinute);
	}

	/** Sessions that have a place now. */
	get count(): number {
		return this.#count;
	}

	/** Keys that are held in memory: for the tests that nothing grows. */
	get keys(): number {
		return this.#byAddress.size + this.#bySubject.size + this.#handshakes.size + this.#told.size + this.#requests.size;
	}

	/** Counts one HTTP request: 0, or the milliseconds until the next may come. */
	request({ key, local }: Caller, nowMs: number): number {
		return local ? 0 : this.#requests.waitMs(key, nowMs);
	}

	/**
	 * Counts one handshake. `waitMs` is 0 or how long to stay away; then `tell` says whether the socket is opened to say so,
	 * since a browser cannot read why a handshake was refused. A flood is not worth a socket each.
	 */
	handshake({ key, local }: Caller, nowMs: number): { readonly waitMs: number; readonly tell: boolean } {
		const waitMs = local ? 0 : this.#handshakes.waitMs(key, nowMs);
		return { waitMs, tell: waitMs > 0 && this.#told.waitMs(key, nowMs) === 0 };
	}

	/** A place for one more session of `caller`, or why there is none. */
	enter({ key, local }: Caller): Place | Refusal {
		const { sessions, sessionsPerAddress, sessionsPerToken } = this.#limits;
		if (this.#count >= sessions) return refusal('too_many_sessions');
		if (!local && isFull(this.#byAddress, key, sessionsPerAddress)) return refusal('quota');
		let owner: string | null = null;
		let isHere = true;
		this.#count++;
		if (!local) change(this.#byAddress, key, 1);
		return {
			claim: (subject) => {
				if (!isHere || owner !== null) return null;
				if (isFull(this.#bySubject, subject, sessionsPerToken)) return refusal('quota');
				owner = subject;
				change(this.#bySubject, subject, 1);
				return null;
			},
			leave: () => {
				if (!isHere) return;
				isHere = false;
				this.#count--;
				if (!local) change(this.#byAddress, key, -1);
				if (owner !== null) change(this.#bySubject, owner, -1);
			}
		};
	}
}

const isFull = (counts: ReadonlyMap<string, number>, key: string, limit: number): boolean =>
	limit > 0 && (counts.get(key) ?? 0) >= limit;

function change(counts: Map<string, number>, key: string, by: 1 | -1): void {
	const count = (counts.get(key) ?? 0) + by;
	if (count > 0) counts.set(key, count);
	else counts.delete(key);
}
