/** One client of an embedded engine that holds a slot: its socket, its watchdog, and the faults it suffers. */
import type { WebSocket } from 'ws';
import type { FaultName } from './engine.ts';
import type { ClientHandler } from './server.ts';

/** The fault `slow`: a fifth of the normal pace. */
const SLOWDOWN = 5;
/** The faults that come in the middle of a stream come after so many audio or word messages. */
const CONTENT_BEFORE_FAULT: Readonly<Partial<Record<FaultName, number>>> = {
	diesMidStream: 3,
	leaves: 3,
	hangs: 3,
	halfOpen: 3,
	garbage: 2
};
/** 0xc1 is the one byte that MessagePack never uses, and no Ogg page begins with it. */
const GARBAGE = new Uint8Array(37).fill(0xc1);
/** Below this much waiting to be sent a client counts as keeping up: some three seconds of Opus, or 6 frames of PCM. */
const BACK_PRESSURE_BYTES = 64 * 1024;

/** A peer that does not answer our close frame is cut off after this. */
const CLOSE_PATIENCE_MS = 2000;

/** What an engine sees of a client. */
export interface EngineClient {
	/** The query of the request, e.g. `voice` and `format`. */
	readonly query: URLSearchParams;
	/** 1, or 5 under the fault `slow`: how many times as long everything shall take. */
	readonly slowdown: number;
	/** Aborts at the moment the slot is free again, whoever ended it. */
	readonly signal: AbortSignal;
	/** Sends a message that is neither audio nor a word, such as `Ready`. Nothing happens once the client is gone. */
	send(message: Uint8Array | string): void;
	/** Sends an audio or word message: those that `diesMidStream` and `garbage` count. */
	sendContent(message: Uint8Array | string): void;
	/** Resolves at once while the client keeps up, else when it has read what waits for it, or has gone. */
	drained(): Promise<void>;
	/** Frees the slot at once and closes the socket after what was sent, with no code, as moshi-server does. */
	close(): void;
}

export interface Patience {
	readonly pingEveryMs: number;
	readonly quietMs: number;
	readonly mutenessMs: number;
}

export class SlotClient implements EngineClient {
	readonly query: URLSearchParams;
	readonly slowdown: number;
	readonly signal: AbortSignal;
	readonly #socket: WebSocket;
	readonly #fault: FaultName | null;
	readonly #patience: Patience;
	readonly #gone = new AbortController();
	readonly #watchdog: NodeJS.Timeout;
	#contentMessages = 0;
	/** Says nothing any more, by a fault. */
	#isMute = false;
	#lastSentMs = performance.now();
	#lastHeardMs = performance.now();
	#lastMessageMs = performance.now();
	#whenDrained: (() => void)[] = [];

	constructor(socket: WebSocket, query: URLSearchParams, fault: FaultName | null, patience: Patience) {
		this.#socket = socket;
		this.query = query;
		this.#fault = fault;
		this.#patience = patience;
		this.slowdown = fault === 'slow' ? SLOWDOWN : 1;
		this.signal = this.#gone.signal;
		// Twice per period: a ping is then at most half a period late.
		this.#watchdog = setInterval(() => this.#watch(), patience.pingEveryMs / 2);
		this.#watchdog.unref();
		socket.on('close', () => this.#leave());
		socket.on('pong', () => (this.#lastHeardMs = performance.now()));
		socket.on('ping', () => (this.#lastHeardMs = performance.now()));
	}

	/** Hands the client to its engine. Under `never` the engine is not even told: the client is accepted, and that is all. */
	attach(open: (client: EngineClient) => ClientHandler): void {
		let handler: ClientHandler | undefined;
		if (this.#fault !== 'never') this.#guard(() => (handler = open(this)));
		this.#socket.on('message', (data, isBinary) => {
			this.#lastHeardMs = this.#lastMessageMs = performance.now();
			if (this.signal.aborted || handler === undefined) return;
			const bytes = bytesOf(data);
			const listener = handler;
			this.#guard(() => {
				if (isBinary) listener.message(bytes);
				else listener.text?.(new TextDecoder().decode(bytes));
			});
		});
		const gone = (): void => this.#guard(() => handler?.gone?.());
		if (this.signal.aborted) gone();
		else this.signal.addEventListener('abort', gone, { once: true });
	}

	send(message: Uint8Array | string): void {
		this.#write(message, () => this.#release());
	}

	sendContent(message: Uint8Array | string): void {
		const suffers = this.#fault !== null && ++this.#contentMessages === CONTENT_BEFORE_FAULT[this.#fault];
		if (suffers && this.#fault === 'diesMidStream') {
			// Dies once this message has left, or it would die with us; the slot is free now.
			this.#write(message, () => this.#socket.terminate());
			this.#leave();
			return;
		}
		this.send(message);
		if (suffers) this.#suffer();
	}

	drained(): Promise<void> {
		if (this.signal.aborted || this.#socket.bufferedAmount <= BACK_PRESSURE_BYTES) return Promise.resolve();
		return new Promise((resolve) => this.#whenDrained.push(resolve));
	}

	close(): void {
		// Gone already, perhaps dying by a fault, or stuck by one: a polite close would spoil that.
		if (this.signal.aborted || this.#isMute) return;
		this.#leave();
		closePolitely(this.#socket);
	}

	/** Ends the connection without a word. */
	cut(): void {
		this.#leave();
		this.#socket.terminate();
	}

	#suffer(): void {
		switch (this.#fault) {
			case 'garbage':
				return this.send(GARBAGE);
			case 'leaves':
				return this.close();
			case 'halfOpen':
				this.#isMute = true;
				return this.#socket.pause(); // reads no ping and no goodbye
			case 'hangs':
				this.#isMute = true;
		}
	}

	#write(message: Uint8Array | string, written: () => void): void {
		if (this.signal.aborted || this.#isMute) return;
		this.#lastSentMs = performance.now();
		this.#socket.send(message, { binary: typeof message !== 'string' }, written);
	}

	#leave(): void {
		clearInterval(this.#watchdog);
		if (!this.signal.aborted) this.#gone.abort();
		this.#release();
	}

	#release(): void {
		if (!this.signal.aborted && this.#socket.bufferedAmount > BACK_PRESSURE_BYTES) return;
		const waiting = this.#whenDrained;
		this.#whenDrained = [];
		for (const resolve of waiting) resolve();
	}

	#watch(): void {
		const nowMs = performance.now();
		const { pingEveryMs, quietMs, mutenessMs } = this.#patience;
		if (nowMs - this.#lastHeardMs > quietMs || nowMs - this.#lastMessageMs > mutenessMs) return this.cut();
		// Under `never` not even a ping: the client has to notice by itself.
		if (this.#fault !== 'never' && !this.#isMute && nowMs - this.#lastSentMs >= pingEveryMs) {
			this.#lastSentMs = nowMs;
			this.#socket.ping();
		}
	}

	/** An engine's mistake ends this client, not the process. */
	#guard(run: () => void): void {
		try {
			run();
		} catch (error) {
			process.emitWarning(error instanceof Error ? error : String(error));
			this.cut();
		}
	}
}

function bytesOf(data: Buffer | ArrayBuffer | Buffer[]): Uint8Array {
	if (Array.isArray(data)) return Buffer.concat(data);
	return data instanceof ArrayBuffer ? new Uint8Array(data) : data;
}

/** Sends a close frame and waits a little for the answer: a stuck peer must not keep the socket. */
export function closePolitely(socket: WebSocket): void {
	socket.close();
	const patience = setTimeout(() => socket.terminate(), CLOSE_PATIENCE_MS);
	patience.unref();
	socket.once('close', () => clearTimeout(patience));
}
