/** The socket to the relay: says hello, checks what comes in, and comes back by itself when it is lost. */
import { CLOSE, problem, PROBLEMS, type Problem } from '../../protocol/problems.ts';
import { MAX_MESSAGE_BYTES } from '../../protocol/msgpack.ts';
import {
	decodeRelayMessage,
	encodeSession,
	SESSION_SUBPROTOCOL,
	SESSION_VERSION,
	type ClientMessage,
	type RelayMessage,
	type Welcome
} from '../../protocol/session.ts';
import { backoffMs } from './backoff.ts';

/** The part of a WebSocket that the link uses. */
export interface SocketLike {
	binaryType: 'arraybuffer' | 'blob';
	readonly bufferedAmount: number;
	onopen: ((event: Event) => void) | null;
	onmessage: ((event: MessageEvent<unknown>) => void) | null;
	onclose: ((event: CloseEvent) => void) | null;
	send(data: Uint8Array<ArrayBuffer>): void;
	close(code?: number): void;
}

export interface LinkHost {
	/** The relay (the first or another) is there. */
	up(welcome: Welcome): void;
	message(message: Exclude<RelayMessage, Welcome>): void;
	/** It is gone and being looked for. */
	down(): void;
	/** It could not be reached at all, or does not want us: nothing more is tried. */
	failed(why: 'relay_away' | 'relay_refused', problem: Problem | null): void;
}

export interface LinkOptions {
	readonly url: string;
	readonly language: 'en' | 'fr';
	readonly client: string;
	readonly host: LinkHost;
	readonly connect: (url: string, subprotocol: string) => SocketLike;
	readonly nowMs: () => number;
	/** Calls back once after `ms`; the answer cancels it. */
	readonly later: (ms: number, callback: () => void) => () => void;
	/** In [0, 1). */
	readonly chance: () => number;
}

/** A relay that never answered is given up after this many attempts, some 3 s; one that once did, never. */
const FIRST_ATTEMPTS = 5;
/** From connecting to `welcome`. A relay answers within one round trip; 5 s is a very slow phone. */
const WELCOME_LIMIT_MS = 5000;
/** While audio flows, the relay answers 12 times a second: this much silence is a dead network, not a slow one. */
const SILENCE_LIMIT_MS = 8000;
/** A connection that held for so long was a good one: the next loss is a new trouble, and its back-off begins anew. */
const GOOD_AFTER_MS = 10_000;
/** Some 10 s of speech. Beyond it the network is slower than a voice: pages then wait in the ring instead. */
const MAX_BUFFERED_BYTES = 64 * 1024;

export class Link {
	readonly #options: LinkOptions;
	#socket: SocketLike | null = null;
	#cancelTimer: () => void = () => undefined;
	#attempt = 0;
	#everUp = false;
	#isUp = false;
	#closed = false;
	#upSinceMs = 0;
	/** When the first message was sent that nothing has come after; null while nothing is owed. */
	#owedSinceMs: number | null = null;
	/** Why the relay ends this connection. */
	#lastProblem: Problem | null = null;

	constructor(options: LinkOptions) {
		this.#options = options;
		this.#open();
	}

	get isUp(): boolean {
		return this.#isUp;
	}

	/** Whether audio may be sent now, or had better wait. */
	get hasRoom(): boolean {
		return this.#isUp && this.#socket !== null && this.#socket.bufferedAmount < MAX_BUFFERED_BYTES;
	}

	/** Sends one message; false where there is nobody to send it to. */
	send(message: ClientMessage): boolean {
		if (!this.#isUp || this.#socket === null) return false;
		this.#owedSinceMs ??= this.#options.nowMs();
		this.#socket.send(encodeSession(message));
		return true;
	}

	/** Call it while the relay answers what is sent: a connection that stays silent all the same is made anew. */
	checkAlive(): void {
		if (!this.#isUp || this.#owedSinceMs === null) return;
		if (this.#options.nowMs() - this.#owedSinceMs > SILENCE_LIMIT_MS) this.#drop();
	}

	/** If it is waiting before the next attempt, it does not wait. */
	hurry(): void {
		if (this.#socket === null && !this.#closed) this.#open();
	}

	/** Ends it for good. */
	close(): void {
		this.#closed = true;
		this.#isUp = false;
		this.#cancelTimer();
		const socket = this.#detach();
		socket?.close(CLOSE.normal);
	}

	#open(): void {
		this.#cancelTimer();
		const { connect, url, client, language, later } = this.#options;
		const socket = connect(url, SESSION_SUBPROTOCOL);
		this.#socket = socket;
		this.#lastProblem = null;
		this.#owedSinceMs = null;
		socket.binaryType = 'arraybuffer';
		socket.onopen = () => {
			socket.send(encodeSession({ type: 'hello', version: SESSION_VERSION, client, language }));
		};
		socket.onmessage = ({ data }) => {
			this.#receive(data);
		};
		socket.onclose = () => {
			this.#lost();
		};
		this.#cancelTimer = later(WELCOME_LIMIT_MS, () => {
			this.#drop();
		});
	}

	#receive(data: unknown): void {
		this.#owedSinceMs = null;
		if (!(data instanceof ArrayBuffer) || data.byteLength > MAX_MESSAGE_BYTES) {
			this.#drop();
			return;
		}
		const message = decodeRelayMessage(new Uint8Array(data));
		// A relay that does not speak the protocol is no relay: look for another.
		if (!message.ok) {
			this.#drop();
			return;
		}
		this.#take(message.value);
	}

	#take(message: RelayMessage): void {
		if (message.type === 'welcome') {
			this.#cancelTimer();
			this.#upSinceMs = this.#options.nowMs();
			this.#everUp = true;
			this.#isUp = true;
			this.#options.host.up(message);
			return;
		}
		// A problem of a leg, or of one message, is no reason to stay away when the connection is lost later.
		if (message.type === 'problem' && PROBLEMS[message.code].close !== null) this.#lastProblem = message;
		if (this.#isUp || message.type === 'problem') this.#options.host.message(message);
		if (message.type === 'drain') this.#drop();
	}

	/** Ends this socket from our side and goes on as if it had been lost. */
	#drop(): void {
		this.#socket?.close(CLOSE.normal);
		this.#lost();
	}

	#lost(): void {
		if (this.#detach() === null || this.#closed) return;
		this.#cancelTimer();
		const wasUp = this.#isUp;
		this.#isUp = false;
		if (wasUp && this.#options.nowMs() - this.#upSinceMs >= GOOD_AFTER_MS) this.#attempt = 0;
		const problem = this.#lastProblem;
		if (problem?.retry === 'never') {
			this.#give('relay_refused', problem);
			return;
		}
		if (wasUp) this.#options.host.down();
		if (!this.#everUp && this.#attempt + 1 >= FIRST_ATTEMPTS) {
			this.#give('relay_away', problem);
			return;
		}
		const waitMs = Math.max(problem?.retryAfterMs ?? 0, backoffMs(this.#attempt, this.#options.chance()));
		this.#attempt += 1;
		this.#cancelTimer = this.#options.later(waitMs, () => {
			this.#open();
		});
	}

	#give(why: 'relay_away' | 'relay_refused', problem: Problem | null): void {
		this.#closed = true;
		this.#options.host.failed(why, problem);
	}

	/** Lets go of the socket, so that nothing it still says is heard; answers it. */
	#detach(): SocketLike | null {
		const socket = this.#socket;
		this.#socket = null;
		if (socket !== null) {
			socket.onopen = null;
			socket.onmessage = null;
			socket.onclose = null;
		}
		return socket;
	}
}

/** What is shown while the relay is looked for. */
export const RELAY_LOST: Problem = problem('relay', 'lost');
