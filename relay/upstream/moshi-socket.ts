/**
 * One WebSocket to a moshi-server, from the handshake to the close: waits for `Ready`, tells failures apart, bounds what
 * waits to be sent, and ends exactly once. `stt.ts` and `tts.ts` say what the frames mean.
 */
import type { ClientRequest } from 'node:http';
import { WebSocket, type RawData } from 'ws';
import { API_KEY_HEADER, NO_FREE_CHANNELS, decodeSttOut } from '../../src/lib/protocol/moshi.ts';
import { peekType } from '../../src/lib/protocol/msgpack.ts';
import { CLOSE } from '../../src/lib/protocol/problems.ts';
import { lookupOf } from '../discovery/instance.ts';
import { openFastLane, type FastLane } from '../websocket/fast-lane.ts';
import { placeOf } from '../discovery/instance-name.ts';
import { UpstreamError, givenUp, networkFailure, statusFailure } from './failure.ts';
import { Heartbeat, HEARTBEAT_MS } from './heartbeat.ts';
import type { ConnectionSight, See } from './sight.ts';

export interface MoshiTarget {
	readonly url: URL;
	readonly apiKey: string;
	/** The instance's IP address; null or absent: what the name in `url` means. */
	readonly address?: string | null | undefined;
	/**
	 * `text`: a server of the simple dialect, whose messages are text (told as UTF-8), and which is ready as soon as it has
	 * taken the WebSocket. Default: a moshi-server.
	 */
	readonly speaks?: 'moshi' | 'text';
}

export interface ConnectOptions {
	/**
	 * The one way to end it, at any moment: before `Ready` the promise rejects; afterwards the listener hears nothing more,
	 * the server is told goodbye, and frees the slot as soon as it reads that.
	 */
	readonly signal: AbortSignal;
	/** From the first packet to `Ready`. */
	readonly timeoutMs: number;
	/**
	 * Called when the server is there: when it has taken the WebSocket, and over TLS, where that takes three times as long
	 * and the server is often far away, also when it has taken the connection.
	 */
	readonly connected?: (() => void) | undefined;
	/** Called at most once, where it fails after `Ready`: for whoever chooses among instances. The listener is told too. */
	readonly failed?: ((cause: UpstreamError) => void) | undefined;
	/** Most bytes that may wait to be sent; default MAX_BUFFERED_BYTES. */
	readonly maxBufferedBytes?: number;
	/** After so long without a word it is pinged, and after as long again given up; default HEARTBEAT_MS. */
	readonly heartbeatMs?: number;
	readonly see?: See | undefined;
}

export interface MoshiListener {
	/** One binary message, never `Ready`. */
	frame(bytes: Uint8Array): void;
	/** Exactly once, unless we ended it ourselves. null: the server said goodbye properly. */
	ended(cause: UpstreamError | null): void;
}

/** One page is some 450 bytes on this wire: this is a minute of audio that the server did not read. */
export const MAX_BUFFERED_BYTES = 512 * 1024;
/** The largest frame is 80 ms of Opus at its ceiling (5,100 bytes) as an array (two bytes each) in two pages. */
const MAX_FRAME_BYTES = 64 * 1024;
/** moshi-server lets up to 10 messages of a slot's earlier client slip through; more is another protocol. */
const MAX_STRAYS = 32;
/** Frames that arrive in the same packet as `Ready`, before the caller's promise has resolved. */
const MAX_EARLY = 64;
/** A server that does not answer our close frame is cut off after this. */
const CLOSE_PATIENCE_MS = 1000;

/** What an `Error` message means. Its text is looked at for one code only and goes no further. */
export function errorFrame(bytes: Uint8Array): UpstreamError {
	const decoded = decodeSttOut(bytes);
	if (decoded.ok && decoded.value.type === 'Error' && decoded.value.message === NO_FREE_CHANNELS) {
		return new UpstreamError('at_capacity', 'no free channels');
	}
	return new UpstreamError('protocol', 'the server reported an error');
}

/** Connects and waits for `Ready`. Rejects with UpstreamError only. */
export function connectMoshi(target: MoshiTarget, options: ConnectOptions): Promise<MoshiSocket> {
	return new Promise((resolve, reject) => {
		if (options.signal.aborted) return reject(givenUp());
		const sight = options.see?.(placeOf({ url: target.url.href, address: target.address }));
		let socket: WebSocket;
		try {
			socket = new WebSocket(target.url, {
				headers: target.apiKey === '' ? {} : { [API_KEY_HEADER]: target.apiKey },
				perMessageDeflate: false,
				maxPayload: MAX_FRAME_BYTES,
				...(target.url.protocol === 'wss:' ? { finishRequest: tellConnected(options.connected) } : {}),
				...lookupOf(target.address)
			});
		} catch {
			// A key or an address that cannot even be written down.
			sight?.failed('protocol');
			return reject(new UpstreamError('protocol', 'the connection could not be set up'));
		}
		new MoshiSocket(socket, target.speaks ?? 'moshi', options, sight, resolve, reject);
	});
}

/** For `ws`, which has the handshake's request finished by this. */
const tellConnected =
	(connected: (() => void) | undefined) =>
	(request: ClientRequest): void => {
		if (connected !== undefined) request.once('socket', (socket) => socket.once('connect', connected));
		request.end();
	};

export class MoshiSocket {
	readonly #socket: WebSocket;
	readonly #isText: boolean;
	/** From the handshake on. */
	#lane: FastLane | null = null;
	readonly #maxBufferedBytes: number;
	readonly #signal: AbortSignal;
	readonly #sight: ConnectionSight | undefined;
	readonly #failed: ConnectOptions['failed'];
	readonly #abort = (): void => {
		const reason: unknown = this.#signal.reason;
		// The search for an instance has lost patience with this one: that is a failure, a change of mind is not.
		if (reason instanceof UpstreamError) this.#settle(reason, true);
		else this.#settle(givenUp(), false);
	};
	readonly #resolve: (socket: MoshiSocket) => void;
	readonly #reject: (cause: UpstreamError) => void;
	readonly #heartbeatMs: number;
	#readyTimer: NodeJS.Timeout | undefined;
	/** From `Ready` on. */
	#heartbeat: Heartbeat | null = null;
	#phase: 'connecting' | 'open' | 'over' = 'connecting';
	#strays = 0;
	#early: Uint8Array[] = [];
	#listener: MoshiListener | null = null;
	/** How it ended, until the listener has been told. */
	#end: { readonly cause: UpstreamError | null } | null = null;
	#failure: UpstreamError | null = null;

	/** For `connectMoshi` alone. */
	constructor(
		socket: WebSocket,
		speaks: 'moshi' | 'text',
		options: ConnectOptions,
		sight: ConnectionSight | undefined,
		resolve: (socket: MoshiSocket) => void,
		reject: (cause: UpstreamError) => void
	) {
		this.#socket = socket;
		this.#isText = speaks === 'text';
		this.#maxBufferedBytes = options.maxBufferedBytes ?? MAX_BUFFERED_BYTES;
		this.#heartbeatMs = options.heartbeatMs ?? HEARTBEAT_MS;
		this.#signal = options.signal;
		this.#failed = options.failed;
		this.#sight = sight;
		this.#resolve = resolve;
		this.#reject = reject;
		this.#readyTimer = setTimeout(
			() => this.fail(new UpstreamError('timed_out', 'not ready in time')),
			options.timeoutMs
		);
		this.#signal.addEventListener('abort', this.#abort, { once: true });
		socket.on('open', () => {
			const message = (bytes: Uint8Array): void => this.#message(bytes, true);
			this.#lane = openFastLane(socket, { side: 'client', maxBytes: MAX_FRAME_BYTES, message });
			if (this.#phase !== 'connecting') return;
			options.connected?.();
			if (this.#isText) this.#ready();
		});
		socket.on('unexpected-response', (_request, response) => {
			this.fail(statusFailure(response.statusCode ?? 0, response.headers['retry-after']));
		});
		socket.on('error', (error) => {
			this.#failure ??= this.#phase === 'connecting' ? networkFailure(error) : streamFailure(error);
		});
		socket.on('close', (code) => this.#closed(code));
		socket.on('message', (data, isBinary) => this.#message(bytesOf(data), isBinary));
		socket.on('ping', () => this.#heartbeat?.heard());
		socket.on('pong', () => this.#heartbeat?.heard());
	}

	/** From now on frames go to `listener`: first those that came already, in order. Call it once. */
	start(listener: MoshiListener): void {
		if (this.#signal.aborted) return;
		this.#listener = listener;
		const early = this.#early;
		this.#early = [];
		for (const frame of early) {
			// One of them may have been the end of it.
			if (this.#listener === listener) listener.frame(frame);
		}
		this.#tellEnd();
	}

	/** False from its end on, though nobody may have been told of that yet. */
	get isOpen(): boolean {
		return this.#phase === 'open';
	}

	/** False where it is over already, or where the server reads so slowly that this ended it. */
	send(bytes: Uint8Array): boolean {
		if (this.#phase !== 'open') return false;
		if (this.#socket.bufferedAmount + bytes.byteLength > this.#maxBufferedBytes) {
			this.fail(new UpstreamError('timed_out', 'the server does not read what it is sent'));
			return false;
		}
		if (this.#lane !== null && this.#socket.readyState === WebSocket.OPEN) this.#lane.send(bytes);
		else this.#socket.send(bytes, { binary: true });
		return true;
	}

	/** Reads nothing more, not even a ping, until `resume`: the server has to wait. */
	pause(): void {
		if (this.#phase !== 'open') return;
		this.#heartbeat?.pause();
		this.#socket.pause();
	}

	resume(): void {
		this.#heartbeat?.resume();
		this.#socket.resume();
	}

	/** It said goodbye properly and should not have: for whoever chooses among instances. */
	blame(cause: UpstreamError): void {
		this.#failed?.(cause);
	}

	/** Ends it as failed: the listener is told, the server cut off. */
	fail(cause: UpstreamError): void {
		this.#settle(cause, true);
	}

	#message(bytes: Uint8Array, isBinary: boolean): void {
		if (this.#phase === 'over') return;
		this.#heartbeat?.heard();
		if (isBinary === this.#isText) {
			return this.fail(new UpstreamError('protocol', isBinary ? 'a binary message' : 'a text message'));
		}
		if (this.#phase === 'connecting') return this.#beforeReady(bytes);
		if (this.#listener !== null) return this.#listener.frame(bytes);
		if (this.#early.length >= MAX_EARLY) return this.fail(new UpstreamError('protocol', 'too much at once'));
		this.#early.push(bytes);
	}

	#beforeReady(bytes: Uint8Array): void {
		switch (peekType(bytes)) {
			case 'Ready':
				return this.#ready();
			case 'Error':
				return this.fail(errorFrame(bytes));
			case undefined:
				return this.fail(new UpstreamError('protocol', 'not a message of this protocol'));
			default:
				if (++this.#strays > MAX_STRAYS) this.fail(new UpstreamError('protocol', 'no Ready came'));
		}
	}

	#ready(): void {
		clearTimeout(this.#readyTimer);
		this.#readyTimer = undefined;
		this.#phase = 'open';
		this.#heartbeat = new Heartbeat({
			everyMs: this.#heartbeatMs,
			ask: () => this.#socket.ping(),
			dead: () => this.fail(new UpstreamError('timed_out', 'nobody is there any more'))
		});
		this.#sight?.ready();
		this.#resolve(this);
	}

	#closed(code: number): void {
		if (this.#isText && code === CLOSE.tryAgainLater) this.#failure ??= new UpstreamError('at_capacity', 'it is full');
		const clean = this.#failure === null && this.#phase === 'open' && (code === 1000 || code === 1005);
		this.#settle(clean ? null : (this.#failure ?? new UpstreamError('lost', 'the connection ended')), true);
	}

	/** The one way out. `tell` is false where the end is our own wish. */
	#settle(cause: UpstreamError | null, tell: boolean): void {
		if (this.#phase === 'over') return;
		const wasConnecting = this.#phase === 'connecting';
		this.#phase = 'over';
		if (tell && cause !== null) this.#sight?.failed(cause.code);
		else this.#sight?.ended();
		clearTimeout(this.#readyTimer);
		this.#heartbeat?.stop();
		this.#signal.removeEventListener('abort', this.#abort);
		if (tell && cause !== null) this.#socket.terminate();
		else this.#sayGoodbye();
		if (wasConnecting) return this.#reject(cause ?? givenUp());
		if (!tell) {
			this.#early = [];
			this.#listener = null;
			return;
		}
		if (cause !== null) this.#failed?.(cause);
		this.#end = { cause };
		this.#tellEnd();
	}

	#tellEnd(): void {
		if (this.#end === null || this.#listener === null) return;
		const { cause } = this.#end;
		const listener = this.#listener;
		this.#end = null;
		this.#listener = null;
		listener.ended(cause);
	}

	#sayGoodbye(): void {
		if (this.#socket.readyState === WebSocket.CLOSED) return;
		const patience = setTimeout(() => this.#socket.terminate(), CLOSE_PATIENCE_MS);
		this.#socket.once('close', () => clearTimeout(patience));
		this.#socket.resume(); // its goodbye comes after whatever was not read
		this.#socket.close(1000);
	}
}

/** An error of the stream itself: ours to name only where the server broke the WebSocket protocol. */
function streamFailure(error: unknown): UpstreamError {
	const code = error instanceof Error && 'code' in error ? error.code : undefined;
	return typeof code === 'string' && code.startsWith('WS_ERR_')
		? new UpstreamError('protocol', 'a broken WebSocket frame')
		: new UpstreamError('lost', 'the connection ended');
}

function bytesOf(data: RawData): Uint8Array {
	if (Array.isArray(data)) return Buffer.concat(data);
	return data instanceof ArrayBuffer ? new Uint8Array(data) : data;
}
