/** Everyone who talks over one of the relay's protocols: let in, counted, and let go when the relay goes away. */
import { randomUUID } from 'node:crypto';
import { PROBLEMS, type ProblemCode } from '../../src/lib/protocol/problems.ts';
import type { Refusal, Visit } from '../access/door.ts';
import type { Socket, SocketHandler } from '../http/transport.ts';
import { seldom } from '../limits/seldom.ts';
import { systemClock } from './clock.ts';
import { SESSION_LIMITS, type SessionDeps } from './deps.ts';

const DRAINING: Refusal = { code: 'draining', retryAfterMs: PROBLEMS.draining.retryAfterMs };

/** What is the protocol's own about it. */
export interface Manners<Guest extends SocketHandler> {
	/** For the log: who was turned away. */
	readonly called: string;
	/** Tells why, and when to come again. */
	refuse(socket: Socket, refusal: Refusal): void;
	/** The relay is going away: asks the guest to leave within so many milliseconds. */
	drain(guest: Guest, withinMs: number): void;
	/** It did not. */
	end(guest: Guest, code: ProblemCode): void;
}

export class Guests<Guest extends SocketHandler> {
	readonly #deps: Pick<SessionDeps, 'log' | 'watch' | 'clock' | 'limits'>;
	readonly #manners: Manners<Guest>;
	readonly #here = new Set<Guest>();
	readonly #turnedAway: (code: ProblemCode) => void;
	#closing: Promise<void> | null = null;
	#everyoneLeft: () => void = () => undefined;

	constructor(deps: Pick<SessionDeps, 'log' | 'watch' | 'clock' | 'limits'>, manners: Manners<Guest>) {
		this.#deps = deps;
		this.#manners = manners;
		const clock = deps.clock ?? systemClock;
		this.#turnedAway = seldom(
			() => clock.now(),
			(times, code) => deps.log.warn({ times, code, sessions: this.#here.size }, `turned ${manners.called} away`)
		);
	}

	get count(): number {
		return this.#here.size;
	}

	/** True from the call of `close` on: nobody is let in any more. */
	get draining(): boolean {
		return this.#closing !== null;
	}

	/** For a socket that has just opened: the guest that `make` makes of it, or one who is told why there is no room. */
	open(socket: Socket, visit: Visit, make: (id: string, gone: () => void) => Guest): SocketHandler {
		// Whoever is refused at the handshake cannot see why, and who waits without a word thinks that it is broken.
		let evict = (): void => undefined;
		const refusal = this.draining ? DRAINING : visit.enter(() => evict());
		if (refusal !== null) {
			this.#turnedAway(refusal.code);
			this.#deps.watch?.refused(refusal.code);
			this.#manners.refuse(socket, refusal);
			return DEAF;
		}
		const gone = (): void => {
			visit.leave();
			this.#here.delete(guest);
			if (this.#here.size === 0) this.#everyoneLeft();
		};
		let guest: Guest;
		try {
			guest = make(randomUUID(), gone);
		} catch (error) {
			visit.leave(); // nobody else will: the transport closes a socket that nobody handles
			throw error;
		}
		this.#here.add(guest);
		evict = () => {
			this.#turnedAway('too_many_sessions');
			this.#deps.watch?.refused('too_many_sessions');
			this.#manners.end(guest, 'too_many_sessions');
		};
		return guest;
	}

	/** Lets nobody in any more, asks everyone to leave, and ends those who are left after `limits.drainMs`. */
	close(): Promise<void> {
		return (this.#closing ??= this.#drain());
	}

	async #drain(): Promise<void> {
		if (this.#here.size === 0) return;
		const { drainMs } = { ...SESSION_LIMITS, ...this.#deps.limits };
		const left = new Promise<void>((resolve) => (this.#everyoneLeft = resolve));
		for (const guest of this.#here) this.#manners.drain(guest, drainMs);
		const cancel = (this.#deps.clock ?? systemClock).after(drainMs, () => {
			for (const guest of this.#here) this.#manners.end(guest, 'draining');
			this.#everyoneLeft(); // their close handshakes are the transport's to wait for
		});
		await left;
		cancel();
	}
}

/** Nothing is heard or kept of who was turned away. */
const DEAF: SocketHandler = { message: () => undefined, closed: () => undefined };
