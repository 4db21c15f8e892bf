/** One connection of either client: opens, becomes ready, ends; exactly once each, and never throws on the way. */
import type { RealtimeFault } from '../protocol/realtime.ts';
import type { ClientSocket, Connect } from './socket.ts';

export type ClientState = 'connecting' | 'ready' | 'closed';

/** How a connection ended. */
export type ClientEnd =
	/** `close()` was called. */
	| { readonly why: 'closed_here' }
	/** The server closed it, or the network did (code 1006). */
	| { readonly why: 'closed_there'; readonly code: number; readonly reason: string }
	/** There was no handshake: nobody listens there, or it does not let us in. */
	| { readonly why: 'refused' }
	/** It was not ready in time. */
	| { readonly why: 'never_ready' }
	/** The server said something that is not of the protocol. */
	| { readonly why: 'bad_message'; readonly fault: Pick<RealtimeFault, 'code' | 'param'> }
	/** The server reads more slowly than we send. */
	| { readonly why: 'too_slow' };

export interface ConnectionOptions {
	readonly url: string;
	readonly subprotocol: string;
	readonly connect: Connect;
	readonly readyLimitMs: number;
	readonly maxBufferedBytes: number;
}

export interface ConnectionHost {
	/** The socket is open; the host says `ready` when the protocol is. */
	opened(): void;
	received(data: unknown): void;
}

const NORMAL_CLOSURE = 1000;

export class Connection {
	readonly #socket: ClientSocket;
	readonly #maxBufferedBytes: number;
	readonly #timer: ReturnType<typeof setTimeout>;
	readonly #ready = Promise.withResolvers<boolean>();
	readonly #ended = Promise.withResolvers<ClientEnd>();
	#state: ClientState = 'connecting';
	#isOpen = false;

	constructor(options: ConnectionOptions, host: ConnectionHost) {
		const { url, subprotocol, connect, readyLimitMs, maxBufferedBytes } = options;
		this.#maxBufferedBytes = maxBufferedBytes;
		const socket = connect(url, subprotocol);
		this.#socket = socket;
		this.#timer = setTimeout(() => {
			this.end({ why: 'never_ready' });
		}, readyLimitMs);
		socket.binaryType = 'arraybuffer';
		socket.addEventListener('open', () => {
			this.#isOpen = true;
			if (this.#state !== 'closed') host.opened();
		});
		socket.addEventListener('message', ({ data }) => {
			if (this.#state !== 'closed') host.received(data);
		});
		// `close` follows, and says more.
		socket.addEventListener('error', () => undefined);
		socket.addEventListener('close', ({ code, reason }) => {
			this.end(this.#isOpen ? { why: 'closed_there', code, reason } : { why: 'refused' });
		});
	}

	get state(): ClientState {
		return this.#state;
	}

	/** True once it is ready, false where it ended before. */
	get whenReady(): Promise<boolean> {
		return this.#ready.promise;
	}

	get whenEnded(): Promise<ClientEnd> {
		return this.#ended.promise;
	}

	ready(): void {
		if (this.#state !== 'connecting') return;
		this.#state = 'ready';
		clearTimeout(this.#timer);
		this.#ready.resolve(true);
	}

	/**
	 * Hands one message to the socket; false where there is none any more. Nothing is queued here, and a server that lets
	 * more than `maxBufferedBytes` pile up in the socket is left.
	 */
	send(data: string | Uint8Array<ArrayBuffer>): boolean {
		if (!this.#isOpen || this.#state === 'closed') return false;
		if (this.#socket.bufferedAmount > this.#maxBufferedBytes) {
			this.end({ why: 'too_slow' });
			return false;
		}
		this.#socket.send(data);
		return true;
	}

	end(why: ClientEnd): void {
		if (this.#state === 'closed') return;
		this.#state = 'closed';
		clearTimeout(this.#timer);
		this.#socket.close(NORMAL_CLOSURE);
		this.#ready.resolve(false);
		this.#ended.resolve(why);
	}
}
