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

/**
 * Connections that have not begun to talk wait apart from the sessions, or whoever says nothing could fill the house: as many
 * as there may be sessions, so that all who lost another relay may come at once, and never fewer than this.
 */
const LEAST_WAITING = 50;

/** One connection's place: among those who wait until `begin`, a session's from then on. It counts until `leave`. */
export interface Place {
	/** It talks: null, or why there is no session for it. Harmless twice. */
	begin(): Refusal | null;
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
	/** In the order in which they came. */
	readonly #waiting = new Set<() => void>();
	readonly #mostWaiting: number;
	#count = 0;

	constructor(limits: AdmissionLimits = ADMISSION_LIMITS) {
		this.#limits = limits;
		this.#mostWaiting = Math.max(LEAST_WAITING, limits.sessions);
		this.#handshakes = new RateTable(limits.handshakesPerMinute);
		this.#told = new RateTable(limits.handshakesPerMinute);
		this.#requests = new RateTable(limits.requestsPerMinute);
	}

	/** Sessions that have begun. */
	get count(): number {
		return this.#count;
	}

	/** Connections that have not begun to talk. */
	get waiting(): number {
		return this.#waiting.size;
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

	/**
	 * A place for one more connection of `caller`, or why there is none. Where too many wait, the one that has waited for
	 * longest has to go, and its `evict` is called: who means to talk says so within a round trip, however many come.
	 */
	enter({ key, local }: Caller, evict: () => void): Place | Refusal {
		const { sessions, sessionsPerAddress, sessionsPerToken } = this.#limits;
		if (this.#count >= sessions) return refusal('too_many_sessions');
		if (!local && isFull(this.#byAddress, key, sessionsPerAddress)) return refusal('quota');
		this.#makeRoom();
		let owner: string | null = null;
		let stage: 'waiting' | 'here' | 'gone' = 'waiting';
		let isCounted = !local;
		const leave = (): void => {
			if (stage === 'here') this.#count--;
			this.#waiting.delete(go);
			stage = 'gone';
			if (isCounted) change(this.#byAddress, key, -1);
			isCounted = false;
			if (owner !== null) change(this.#bySubject, owner, -1);
			owner = null;
		};
		const go = (): void => {
			stage = 'gone'; // its address is counted until it has left
			evict();
		};
		this.#waiting.add(go);
		if (!local) change(this.#byAddress, key, 1);
		return {
			begin: () => {
				if (stage === 'here') return null;
				if (stage === 'gone' || this.#count >= sessions) return refusal('too_many_sessions');
				stage = 'here';
				this.#waiting.delete(go);
				this.#count++;
				return null;
			},
			claim: (subject) => {
				if (stage === 'gone' || owner !== null) return null;
				if (isFull(this.#bySubject, subject, sessionsPerToken)) return refusal('quota');
				owner = subject;
				change(this.#bySubject, subject, 1);
				return null;
			},
			leave
		};
	}

	#makeRoom(): void {
		const [oldest] = this.#waiting;
		if (oldest === undefined || this.#waiting.size < this.#mostWaiting) return;
		this.#waiting.delete(oldest);
		oldest();
	}
}

const isFull = (counts: ReadonlyMap<string, number>, key: string, limit: number): boolean =>
	limit > 0 && (counts.get(key) ?? 0) >= limit;

function change(counts: Map<string, number>, key: string, by: 1 | -1): void {
	const count = (counts.get(key) ?? 0) + by;
	if (count > 0) counts.set(key, count);
	else counts.delete(key);
}
