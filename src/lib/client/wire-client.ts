/** What both clients are: a connection whose messages are told to who listens to their type. */
import type { RealtimeFault } from '../protocol/realtime.ts';
import { Connection, type ClientEnd, type ClientState } from './connection.ts';
import { Listeners } from './listeners.ts';
import { connectGlobally, endpoint, type Connect } from './socket.ts';

export interface ClientOptions {
	/** `ws://HOST:PORT`, with the path or without. */
	readonly url: string;
	/** The global WebSocket where absent. */
	readonly connect?: Connect;
	/** From connecting to ready; default 10 s. */
	readonly readyLimitMs?: number;
	/** What may wait in the socket; default 1 MiB, some minutes of speech. */
	readonly maxBufferedBytes?: number;
}

const READY_LIMIT_MS = 10_000;
const MAX_BUFFERED_BYTES = 1 << 20;

export abstract class WireClient<M extends { readonly type: string }> {
	readonly #connection: Connection;
	readonly #listeners = new Listeners<M>();

	constructor(options: ClientOptions, path: string, subprotocol: string) {
		this.#connection = new Connection(
			{
				url: endpoint(options.url, path),
				subprotocol,
				connect: options.connect ?? connectGlobally,
				readyLimitMs: options.readyLimitMs ?? READY_LIMIT_MS,
				maxBufferedBytes: options.maxBufferedBytes ?? MAX_BUFFERED_BYTES
			},
			{
				opened: () => {
					this.opened();
				},
				received: (data) => {
					this.received(data);
				}
			}
		);
	}

	get state(): ClientState {
		return this.#connection.state;
	}

	/** True once messages may be sent and are heard, false where the connection ended before. Never rejects. */
	get ready(): Promise<boolean> {
		return this.#connection.whenReady;
	}

	/** How it ended. Never rejects. */
	get ended(): Promise<ClientEnd> {
		return this.#connection.whenEnded;
	}

	/** Calls `listener` with every message of this type; the answer takes it off again. */
	on<T extends M['type']>(type: T, listener: (message: Extract<M, { readonly type: T }>) => void): () => void {
		return this.#listeners.on(type, listener);
	}

	close(): void {
		this.#connection.end({ why: 'closed_here' });
	}

	/** The socket is open. */
	protected abstract opened(): void;
	/** Whatever came over it. */
	protected abstract received(data: unknown): void;

	protected isReady(): void {
		this.#connection.ready();
	}

	/** False where there is nobody to send it to. */
	protected transmit(data: string | Uint8Array<ArrayBuffer>): boolean {
		return this.#connection.send(data);
	}

	protected tell(message: M): void {
		this.#listeners.tell(message);
	}

	/** The server said something that is not of the protocol: it is left. */
	protected refuse(fault: Pick<RealtimeFault, 'code' | 'param'>): void {
		this.#connection.end({ why: 'bad_message', fault });
	}
}
