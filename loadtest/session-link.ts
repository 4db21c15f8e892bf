/**
 * The way to the relays on `/v1/session`, as a browser has it: one that is lost is looked for again, and where one says
 * that it goes away, another is connected to beside it and moved to between two turns, or shortly before the time is over.
 */
import { SessionClient, type ClientEnd, type SessionClientOptions } from '../src/lib/client/index.ts';
import { PROBLEMS } from '../src/lib/protocol/problems.ts';
import type { ClientMessage, Welcome } from '../src/lib/protocol/session.ts';
import { backoffMs } from '../src/lib/session/worker/backoff.ts';

export interface SessionLinkHost {
	/** Takes what a new connection says, for as long as `isCurrent`. */
	listen(client: SessionClient, isCurrent: () => boolean): void;
	/** The first relay is there, or one again. */
	up(welcome: Welcome, isFirst: boolean): void;
	/** It is gone; `moves`: another is there already, and `up` follows at once. */
	down(moves: boolean): void;
	/** No other is looked for. */
	ended(end: ClientEnd): void;
	/** Whether nothing is cut if the relay changes now. */
	isQuiet(): boolean;
}

export interface SessionLinkOptions {
	readonly client: SessionClientOptions;
	readonly host: SessionLinkHost;
	readonly nowMs: () => number;
	/** Calls back once after `ms`; the answer cancels it. */
	readonly later: (ms: number, callback: () => void) => () => void;
	/** In [0, 1). */
	readonly chance: () => number;
}

/** One connection, or an attempt at one. */
interface Call {
	readonly client: SessionClient;
	welcome: Welcome | null;
	/** The relay has said that coming back would not help. */
	isUnwanted: boolean;
}

/** The browser's, of `src/lib/session/worker/link.ts`: a connection that held for so long was a good one. */
const GOOD_AFTER_MS = 10_000;
/** The browser's, too: a relay that goes away is left so long before its time is over … */
const MOVE_BEFORE_MS = 500;
/** … or after half of it, if there is less than twice as much. */
const MOVE_AFTER_SHARE = 0.5;
/** What a relay that was lost looks like; the rest is a fault of its own, which coming back would hide. */
const LOSSES: ReadonlySet<ClientEnd['why']> = new Set(['closed_there', 'refused', 'never_ready']);

const nothing = (): void => undefined;

export class SessionLink {
	readonly #options: SessionLinkOptions;
	/** Null while waiting before the next attempt, and at the end. */
	#call: Call | null = null;
	/** Who takes over from a relay that goes away; null where nobody does, or nobody was found yet. */
	#next: Call | null = null;
	#isUp = false;
	#wasEverUp = false;
	#isOver = false;
	#upSinceMs = 0;
	#attempt = 0;
	#nextAttempt = 0;
	#leaveAtMs: number | null = null;
	#cancelAttempt = nothing;
	#cancelNext = nothing;
	#cancelLeave = nothing;

	constructor(options: SessionLinkOptions) {
		this.#options = options;
		this.#call = this.#dial();
	}

	get isUp(): boolean {
		return this.#isUp;
	}

	/** False where there is nobody to send it to. */
	send(message: ClientMessage): boolean {
		return this.#isUp && this.#call !== null && this.#call.client.send(message);
	}

	/** Call it when `isQuiet` may have become true. */
	settle(): void {
		const next = this.#next;
		if (!this.#isUp || this.#leaveAtMs === null || next === null || next.welcome === null) return;
		if (this.#options.nowMs() < this.#leaveAtMs && !this.#options.host.isQuiet()) return;
		const old = this.#call;
		this.#forgetNext();
		this.#call = next;
		this.#isUp = false;
		this.#attempt = 0;
		old?.client.close();
		this.#options.host.down(true);
		this.#up(next.welcome);
	}

	/** Ends it; nothing more is said of it. */
	close(): void {
		if (this.#isOver) return;
		this.#isOver = true;
		this.#isUp = false;
		this.#cancelAttempt();
		this.#next?.client.close();
		this.#forgetNext();
		this.#call?.client.close();
		this.#call = null;
	}

	#dial(): Call {
		const { client: options, host } = this.#options;
		const client = new SessionClient(options);
		const call: Call = { client, welcome: null, isUnwanted: false };
		client.on('welcome', (welcome) => {
			call.welcome = welcome;
			if (call === this.#call) this.#up(welcome);
			else this.settle();
		});
		client.on('problem', ({ code, retry }) => {
			if (retry === 'never' && PROBLEMS[code].close !== null) call.isUnwanted = true;
		});
		client.on('drain', ({ withinMs }) => {
			if (call === this.#call) this.#leave(withinMs);
			// Who was found to take over goes away as well.
			else client.close();
		});
		host.listen(client, () => call === this.#call);
		void client.ended.then((end) => {
			if (call === this.#call) this.#lost(call, end);
			else if (call === this.#next) this.#missed();
		});
		return call;
	}

	#up(welcome: Welcome): void {
		if (this.#isOver || this.#isUp) return;
		const isFirst = !this.#wasEverUp;
		this.#isUp = true;
		this.#wasEverUp = true;
		this.#upSinceMs = this.#options.nowMs();
		this.#options.host.up(welcome, isFirst);
	}

	#lost(call: Call, end: ClientEnd): void {
		const { host, nowMs, later, chance } = this.#options;
		const wasUp = this.#isUp;
		const next = this.#next;
		this.#forgetNext();
		this.#isUp = false;
		this.#call = null;
		if (!this.#wasEverUp || call.isUnwanted || !LOSSES.has(end.why)) {
			this.#isOver = true;
			next?.client.close();
			host.ended(end);
			return;
		}
		if (wasUp && nowMs() - this.#upSinceMs >= GOOD_AFTER_MS) this.#attempt = 0;
		// Somebody was being asked to take over.
		this.#call = next;
		if (wasUp) host.down(next !== null && next.welcome !== null);
		if (next !== null) {
			if (next.welcome !== null) this.#up(next.welcome);
			return;
		}
		this.#cancelAttempt = later(backoffMs(this.#attempt++, chance()), () => {
			this.#call = this.#dial();
		});
	}

	#leave(withinMs: number): void {
		const { nowMs, later } = this.#options;
		const wasLeaving = this.#leaveAtMs !== null;
		const inMs = Math.max(withinMs - MOVE_BEFORE_MS, withinMs * MOVE_AFTER_SHARE);
		this.#leaveAtMs = nowMs() + inMs;
		this.#cancelLeave();
		this.#cancelLeave = later(inMs, () => this.settle());
		if (!wasLeaving) this.#next = this.#dial();
	}

	/** Nobody to take over, perhaps the same relay again: asks on until its time is nearly over. */
	#missed(): void {
		const { nowMs, later, chance } = this.#options;
		this.#next = null;
		const waitMs = backoffMs(this.#nextAttempt++, chance());
		if (this.#leaveAtMs === null || nowMs() + waitMs >= this.#leaveAtMs) return;
		this.#cancelNext = later(waitMs, () => {
			this.#next = this.#dial();
		});
	}

	/** Nothing is left, or it was. */
	#forgetNext(): void {
		this.#cancelNext();
		this.#cancelLeave();
		this.#next = null;
		this.#nextAttempt = 0;
		this.#leaveAtMs = null;
	}
}
