/** One accepted WebSocket of uWebSockets.js behind our `Socket`. */
import type { Log } from '../log.ts';
import { sendableCode, sendableReason } from './closing.ts';
import { GuardedHandler } from './guard.ts';
import type { SendResult, Socket, SocketHandler } from './transport.ts';
import type { UwsWebSocket } from './uws-api.ts';

const DROPPED = 2;

export class UwsSocket implements Socket {
	readonly remoteAddress: string;
	readonly #guard: GuardedHandler;
	readonly #maxBufferedBytes: number;
	readonly #open: (socket: Socket) => SocketHandler;
	/** Valid from `opened` to `ended`: a touch after that ends the process. */
	#ws: UwsWebSocket | null = null;
	#waiting = false;

	constructor(open: (socket: Socket) => SocketHandler, remoteAddress: string, maxBufferedBytes: number, log: Log) {
		this.#open = open;
		this.remoteAddress = remoteAddress;
		this.#maxBufferedBytes = maxBufferedBytes;
		this.#guard = new GuardedHandler(this, log);
	}

	send(message: Uint8Array | string): SendResult {
		const ws = this.#ws;
		if (ws === null || this.#guard.over) return 'closed';
		const isText = typeof message === 'string';
		const before = ws.getBufferedAmount();
		const size = isText ? Buffer.byteLength(message) : message.byteLength;
		if (before > 0 && before + size > this.#maxBufferedBytes) return 'full';
		const status = ws.send(message, !isText, true);
		if (status === DROPPED) return 'full';
		if (ws.getBufferedAmount() > 0) this.#waiting = true;
		return 'sent';
	}

	bufferedBytes(): number {
		return this.#guard.over ? 0 : (this.#ws?.getBufferedAmount() ?? 0);
	}

	close(code: number, reason: string, lastWord?: Uint8Array): void {
		if (this.#guard.over) return;
		const sendable = sendableCode(code);
		this.#guard.finish(sendable);
		if (lastWord !== undefined) this.#ws?.send(lastWord, true, true);
		this.#ws?.end(sendable, sendableReason(reason));
	}

	// The native side's events.

	opened(ws: UwsWebSocket): void {
		this.#ws = ws;
		this.#guard.open(this.#open);
	}

	received(message: ArrayBuffer, isBinary: boolean): void {
		this.#guard.message(new Uint8Array(message), !isBinary);
	}

	drain(): void {
		if (!this.#waiting || (this.#ws?.getBufferedAmount() ?? 1) > 0) return;
		this.#waiting = false;
		this.#guard.drained();
	}

	ended(code: number): void {
		this.#ws = null;
		this.#guard.finish(code);
	}
}
