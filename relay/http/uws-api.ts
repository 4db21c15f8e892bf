/**
 * What Parley uses of uWebSockets.js (v20.52), in our own words: the package is not on the npm registry, so its types
 * cannot be a dependency. `isUws` looks at the module before anything trusts these types.
 */

export interface UwsResponse {
	writeStatus(status: string): UwsResponse;
	writeHeader(name: string, value: string): UwsResponse;
	end(body: Uint8Array, closeConnection: boolean): UwsResponse;
	/**
	 * Call it without arguments and write the length as a header: given a length, the native side waits for the body it
	 * will never get, and drops the connection at its next request; given `undefined`, it makes a length of it.
	 */
	endWithoutBody(): UwsResponse;
	/** Stops, and goes on, reading this request's body. */
	pause(): void;
	resume(): void;
	close(): void;
	/** The response must not be touched after this was called. */
	onAborted(handler: () => void): UwsResponse;
	/** `chunk` is emptied when the handler returns. */
	onData(handler: (chunk: ArrayBuffer, isLast: boolean) => void): UwsResponse;
	getRemoteAddressAsText(): ArrayBuffer;
	/** Writes outside the route's own call must happen in here. */
	cork(write: () => void): void;
	upgrade(userData: object, key: string, protocol: string, extensions: string, context: object): void;
}

/** Lives on the native stack: gone when the route's handler returns or awaits. */
export interface UwsRequest {
	getMethod(): string;
	getUrl(): string;
	getQuery(): string | undefined;
	forEachHeader(each: (name: string, value: string) => void): void;
}

export interface UwsWebSocket {
	/**
	 * 1 sent, 0 buffered, 2 dropped. `isCompressible` must be true though nothing is compressed: without it, a message of
	 * 16 KiB or more is written past the native side's buffer, and its builds of 2023 lose bytes of it, or all of it, where
	 * the kernel takes only a part.
	 */
	send(message: Uint8Array | string, isBinary: boolean, isCompressible: true): number;
	getBufferedAmount(): number;
	/** Sends a close frame; the `close` handler is called before this returns. */
	end(code: number, reason: string): void;
	getUserData(): unknown;
}

export interface UwsBehavior {
	readonly maxPayloadLength: number;
	/** 0: no limit of its own. */
	readonly maxBackpressure: number;
	readonly idleTimeout: number;
	readonly sendPingsAutomatically: boolean;
	readonly compression: number;
	upgrade(response: UwsResponse, request: UwsRequest, context: object): void;
	open(ws: UwsWebSocket): void;
	message(ws: UwsWebSocket, message: ArrayBuffer, isBinary: boolean): void;
	drain(ws: UwsWebSocket): void;
	close(ws: UwsWebSocket, code: number, reason: ArrayBuffer): void;
}

export interface UwsApp {
	any(pattern: string, handler: (response: UwsResponse, request: UwsRequest) => void): UwsApp;
	ws(pattern: string, behavior: UwsBehavior): UwsApp;
	listen(host: string, port: number, options: number, done: (socket: object | false) => void): UwsApp;
	/** Ends every connection at once, the listening socket too. */
	close(): UwsApp;
}

export interface Uws {
	App(): UwsApp;
	us_socket_local_port(socket: object): number;
	us_listen_socket_close(socket: object): void;
	readonly DISABLED: number;
	/** Without it, two servers on one port share it silently. */
	readonly LIBUS_LISTEN_EXCLUSIVE_PORT: number;
}

const FUNCTIONS = ['App', 'us_socket_local_port', 'us_listen_socket_close'] as const;
const NUMBERS = ['DISABLED', 'LIBUS_LISTEN_EXCLUSIVE_PORT'] as const;

/** Whether `module` offers what we use. The rest of the API is held to its types by the conformance suite. */
export function isUws(module: unknown): module is Uws {
	if (typeof module !== 'object' || module === null) return false;
	const has = (name: string, type: string): boolean => name in module && typeof Reflect.get(module, name) === type;
	return FUNCTIONS.every((name) => has(name, 'function')) && NUMBERS.every((name) => has(name, 'number'));
}
