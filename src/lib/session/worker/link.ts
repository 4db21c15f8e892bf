/**
 * The line to the relays: comes back by itself when one is lost, and moves to another in good time when one says that it
 * is going away.
 */
import { problem, type Problem } from '../../protocol/problems.ts';
import type { ClientMessage, RelayMessage, Welcome } from '../../protocol/session.ts';
import type { Failure } from '../view.ts';
import { backoffMs } from './backoff.ts';
import { Dial, type DialOptions } from './dial.ts';

/** What concerns the conversation; the rest is the link's own business. */
export type LegMessage = Exclude<RelayMessage, { type: 'welcome' | 'drain' }>;

/** Why nothing more is tried. */
export type LinkFailure = Extract<Failure, 'relay_away' | 'relay_refused' | 'code_needed' | 'code_wrong'>;

export interface LinkHost {
	/** The relay (the first or another) is there. */
	up(welcome: Welcome): void;
	message(message: LegMessage): void;
	/** It is gone and being looked for, or (`moves`) another is there already and `up` follows at once. */
	down(moves: boolean): void;
	/** It could not be reached at all, or does not want us: nothing more is tried. */
	failed(why: LinkFailure, problem: Problem | null): void;
	/** Whether nothing is cut if the relay changes now. */
	isQuiet(): boolean;
}

export interface LinkOptions extends DialOptions {
	readonly host: LinkHost;
	/** In [0, 1). */
	readonly chance: () => number;
}

/** A relay that never answered is given up after this many attempts, some 3 s; one that once did, never. */
const FIRST_ATTEMPTS = 5;
/** While audio flows, the relay answers 12 times a second: this much silence is a dead network, not a slow one. */
const SILENCE_LIMIT_MS = 8000;
/** A connection that held for so long was a good one: the next loss is a new trouble, and its back-off begins anew. */
const GOOD_AFTER_MS = 10_000;
/** Some 10 s of speech. Beyond it the network is slower than a voice: pages then wait in the ring instead. */
const MAX_BUFFERED_BYTES = 64 * 1024;

/** A relay that goes away is left so long before its time is over, in the middle of a turn if need be … */
const MOVE_BEFORE_MS = 500;
/** … or after half of it, if there is less than twice as much. */
const MOVE_AFTER_SHARE = 0.5;

export class Link {
	readonly #options: LinkOptions;
	/** Null while waiting before the next attempt, and at the end. */
	#dial: Dial | null = null;
	#cancelTimer: () => void = () => undefined;
	#attempt = 0;
	#everUp = false;
	#isUp = false;
	#closed = false;
	#upSinceMs = 0;
	/** When the relay is to be left, once it has said that it goes away. */
	#leaveAtMs: number | null = null;
	/** Who takes over then; null while nobody was found. */
	#next: Dial | null = null;
	#nextAttempt = 0;
	#cancelNext: () => void = () => undefined;
	#cancelLeave: () => void = () => undefined;

	constructor(options: LinkOptions) {
		this.#options = options;
		this.#open();
	}

	get isUp(): boolean {
		return this.#isUp;
	}

	/** Whether audio may be sent now, or had better wait. */
	get hasRoom(): boolean {
		return this.#isUp && this.#dial !== null && this.#dial.bufferedAmount < MAX_BUFFERED_BYTES;
	}

	/** Written to the relay and not gone out yet. */
	get unsentBytes(): number {
		return this.#dial?.bufferedAmount ?? 0;
	}

	/** For how long the relay has owed an answer. */
	get owedMs(): number {
		return this.#dial?.owedMs ?? 0;
	}

	/** Since the last good connection. */
	get attempts(): number {
		return this.#attempt;
	}

	/** Sends one message; false where there is nobody to send it to. */
	send(message: ClientMessage): boolean {
		if (!this.#isUp || this.#dial === null) return false;
		this.#dial.send(message);
		return true;
	}

	/** Call it while the relay answers what is sent: a connection that stays silent all the same is made anew. */
	checkAlive(): void {
		if (this.#isUp && this.#dial !== null && this.#dial.owedMs > SILENCE_LIMIT_MS) this.#dial.drop();
	}

	/** Call it when the person's leave to record has changed: whoever takes over may have been told the old one. */
	tellRecording(): void {
		this.#dial?.tellRecording();
		this.#next?.tellRecording();
	}

	/** If it is waiting before the next attempt, it does not wait. */
	hurry(): void {
		if (this.#dial === null && !this.#closed) this.#open();
	}

	/** Call it when `isQuiet` may have become true. */
	settle(): void {
		const welcome = this.#next?.welcome ?? null;
		if (!this.#isUp || this.#leaveAtMs === null || welcome === null) return;
		if (this.#options.nowMs() >= this.#leaveAtMs || this.#options.host.isQuiet()) this.#move(welcome);
	}

	/** Ends it for good. */
	close(): void {
		this.#closed = true;
		this.#isUp = false;
		this.#cancelTimer();
		this.#dial?.close();
		this.#dial = null;
		this.#next?.close();
		this.#stay();
	}

	#open(): void {
		this.#cancelTimer();
		this.#dial = this.#call();
	}

	#call(): Dial {
		const dial: Dial = new Dial(this.#options, {
			welcome: (welcome) => {
				if (dial === this.#dial) this.#up(welcome);
				else this.settle();
			},
			message: (message) => {
				if (dial === this.#dial) this.#take(message);
				else if (message.type === 'drain') this.#pass(dial);
			},
			gone: (cause) => {
				if (dial === this.#dial) this.#lost(cause);
				else this.#missed(cause);
			}
		});
		return dial;
	}

	#up(welcome: Welcome): void {
		this.#upSinceMs = this.#options.nowMs();
		this.#everUp = true;
		this.#isUp = true;
		this.#options.host.up(welcome);
	}

	#take(message: Exclude<RelayMessage, Welcome>): void {
		if (message.type === 'drain') this.#leave(message.withinMs);
		else this.#options.host.message(message);
	}

	/** The relay goes away: another is connected to beside it. A load balancer behind the same address gives another. */
	#leave(withinMs: number): void {
		const { nowMs, later } = this.#options;
		const inMs = Math.max(withinMs - MOVE_BEFORE_MS, withinMs * MOVE_AFTER_SHARE);
		const wasLeaving = this.#leaveAtMs !== null;
		this.#leaveAtMs = nowMs() + inMs;
		this.#cancelLeave();
		this.#cancelLeave = later(inMs, () => {
			this.settle();
		});
		if (!wasLeaving) this.#seek();
	}

	#seek(): void {
		this.#next = this.#call();
	}

	/** Nobody to take over, perhaps the same relay again: asks on until its time is nearly over. Then it is lost. */
	#missed(cause: Problem | null): void {
		this.#next = null;
		const { nowMs, later, chance } = this.#options;
		const waitMs = Math.max(cause?.retryAfterMs ?? 0, backoffMs(this.#nextAttempt, chance()));
		this.#nextAttempt += 1;
		if (cause?.retry === 'never' || this.#leaveAtMs === null || nowMs() + waitMs >= this.#leaveAtMs) return;
		this.#cancelNext = later(waitMs, () => {
			this.#seek();
		});
	}

	/** Who was found to take over goes away as well. */
	#pass(dial: Dial): void {
		dial.close();
		this.#missed(null);
	}

	#move(welcome: Welcome): void {
		const old = this.#dial;
		this.#dial = this.#next;
		this.#stay();
		this.#isUp = false;
		old?.close();
		this.#attempt = 0;
		this.#options.host.down(true);
		if (!this.#closed) this.#up(welcome);
	}

	/** Nothing is left, or it was. */
	#stay(): void {
		this.#cancelNext();
		this.#cancelLeave();
		this.#next = null;
		this.#nextAttempt = 0;
		this.#leaveAtMs = null;
	}

	#lost(cause: Problem | null): void {
		if (this.#closed) return;
		const { host, nowMs, chance, later } = this.#options;
		const wasUp = this.#isUp;
		const next = this.#next;
		this.#stay();
		this.#dial = null;
		this.#isUp = false;
		if (wasUp && nowMs() - this.#upSinceMs >= GOOD_AFTER_MS) this.#attempt = 0;
		if (cause?.retry === 'never') {
			next?.close();
			this.#give(this.#refusal(cause), cause);
			return;
		}
		// Somebody was being asked to take over.
		this.#dial = next;
		const welcome = next?.welcome ?? null;
		if (wasUp) host.down(welcome !== null);
		if (welcome !== null) this.#up(welcome);
		if (next !== null) return;
		if (!this.#everUp && this.#attempt + 1 >= FIRST_ATTEMPTS) {
			this.#give('relay_away', cause);
			return;
		}
		const waitMs = Math.max(cause?.retryAfterMs ?? 0, backoffMs(this.#attempt, chance()));
		this.#attempt += 1;
		this.#cancelTimer = later(waitMs, () => {
			this.#open();
		});
	}

	#refusal({ code }: Problem): LinkFailure {
		if (code !== 'unauthorized') return 'relay_refused';
		return this.#options.token == null ? 'code_needed' : 'code_wrong';
	}

	#give(why: LinkFailure, problem: Problem | null): void {
		this.#closed = true;
		this.#options.host.failed(why, problem);
	}
}

/** What is shown while the relay is looked for. */
export const RELAY_LOST: Problem = problem('relay', 'lost');
