/**
 * The small interface that both transports fill: uWebSockets.js (`uws.ts`) and node:http with `ws` (`node.ts`).
 * One conformance suite (`tests/conformance/transport.test.ts`) holds them to the same behaviour.
 */

export type Method = 'GET' | 'HEAD' | 'POST' | 'OPTIONS' | 'PUT' | 'DELETE' | 'PATCH';

/** The head of a request: copied from the transport before anything asynchronous happens. Header names are lower case. */
export interface RequestHead {
	readonly method: string;
	/** Path without the query, still percent-encoded. */
	readonly path: string;
	/** The query without `?`, possibly empty. */
	readonly query: string;
	readonly headers: Readonly<Record<string, string>>;
	/** The peer's address, as text; '' where unknown. */
	readonly remoteAddress: string;
}

export type ReadBodyResult =
	| { readonly ok: true; readonly bytes: Uint8Array<ArrayBuffer> }
	| { readonly ok: false; readonly reason: 'too_big' | 'aborted' };

export interface HttpRequest extends RequestHead {
	/** Reads the body, at most `maxBytes`. Call it at most once. */
	readBody(maxBytes: number): Promise<ReadBodyResult>;
}

export interface HttpResponse {
	readonly status: number;
	readonly headers?: Readonly<Record<string, string>>;
	/** Sent whole; HEAD gets its length and no bytes. */
	readonly body?: string | Uint8Array;
}

/** `sent`: gone or buffered within the limit. `full`: over the limit, nothing was queued. `closed`: nobody there. */
export type SendResult = 'sent' | 'full' | 'closed';

export interface Socket {
	readonly remoteAddress: string;
	/**
	 * Sends one message: binary for bytes, text for a string. The bytes may be reused once this returns. `more`: another
	 * follows before this turn is over, and where the transport can, they go out in one piece with it.
	 */
	send(message: Uint8Array | string, more?: boolean): SendResult;
	bufferedBytes(): number;
	/**
	 * Starts the closing handshake; `closed` follows exactly once. `lastWord` is sent before it, as binary, even where the
	 * buffer is full: a peer that reads too slowly learns so once it has read the rest.
	 */
	close(code: number, reason: string, lastWord?: Uint8Array): void;
}

/** What the application does with one socket. Its methods are never called after `closed`. */
export interface SocketHandler {
	/** `message` is valid during the call only: copy what is kept. */
	message(message: Uint8Array, isText: boolean): void;
	/** The send buffer is empty again after it was not. */
	drained?(): void;
	/** Called exactly once, however the connection ended. 1006 where the peer vanished. */
	closed(code: number): void;
}

export type UpgradeDecision =
	| { readonly accept: true; readonly subprotocol: string | null; open(socket: Socket): SocketHandler }
	| { readonly accept: false; readonly response: HttpResponse };

/** What a transport serves. Neither may throw; a rejected promise becomes a 500 and a log line. */
export interface App {
	request(request: HttpRequest): HttpResponse | Promise<HttpResponse>;
	/** A WebSocket handshake. */
	upgrade(head: RequestHead): UpgradeDecision | Promise<UpgradeDecision>;
}

export interface ListenOptions {
	readonly host: string;
	/** 0 lets the system choose. */
	readonly port: number;
	/** Largest WebSocket message taken, in bytes; a larger one closes with 1009 (or 1006 where the transport drops it). */
	readonly maxMessageBytes: number;
	/** Most bytes a socket may have waiting before `send` answers `full`. */
	readonly maxBufferedBytes: number;
	/** Connections at a time; one more is cut before it is heard. Only node:http can; default MAX_CONNECTIONS. */
	readonly maxConnections?: number;
	/** Pings are sent and a peer silent for this long is dropped, in seconds. */
	readonly idleTimeoutS: number;
}

export interface Listening {
	readonly port: number;
	/** Stops accepting and closes every connection with 1001. */
	close(): Promise<void>;
}

export interface Transport {
	readonly name: 'uws' | 'node';
	listen(app: App, options: ListenOptions): Promise<Listening>;
}
