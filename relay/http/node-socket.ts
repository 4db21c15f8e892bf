/** One accepted WebSocket of the node transport: `ws` behind our `Socket`. */
import type { WebSocket } from 'ws';
import type { Socket as TcpSocket } from 'node:net';
import type { Log } from '../log.ts';
import { openFastLane, type FastLane } from '../websocket/fast-lane.ts';
import { sendableCode, sendableReason } from './closing.ts';
import { GuardedHandler } from './guard.ts';
import type { SendResult, Socket, SocketHandler } from './transport.ts';

export interface SocketLimits {
	readonly maxMessageBytes: number;
	readonly maxBufferedBytes: number;
}

export class NodeSocket implements Socket {
	readonly remoteAddress: string;
	readonly #ws: WebSocket;
	readonly #tcp: TcpSocket;
	readonly #guard: GuardedHandler;
	readonly #limits: SocketLimits;
	readonly #lane: FastLane | null;
	#waiting = false;
	/** What was sent waits for the message that was announced behind it. */
	#corked = false;
	#bytesSeen = 0;
	#heardAtMs: number;

	constructor(ws: WebSocket, tcp: TcpSocket, remoteAddress: string, limits: SocketLimits, log: Log) {
		this.#ws = ws;
		this.#tcp = tcp;
		this.remoteAddress = remoteAddress;
		this.#limits = limits;
		this.#guard = new GuardedHandler(this, log);
		this.#heardAtMs = performance.now();
		this.#lane = openFastLane(ws, {
			side: 'server',
			maxBytes: limits.maxMessageBytes,
			message: (bytes) => this.#guard.message(bytes, false)
		});
		ws.on('message', (data, isBinary) => {
			if (Buffer.isBuffer(data)) this.#guard.message(data, !isBinary);
		});
		// `ws` answers a broken frame with the fitting close code by itself; the `close` event follows.
		ws.on('error', (error) => log.debug({ error }, 'socket error'));
		ws.on('close', (code) => this.#guard.finish(code));
	}

	open(open: (socket: Socket) => SocketHandler): void {
		this.#guard.open(open);
	}

	send(message: Uint8Array | string, more = false): SendResult {
		if (more && !this.#corked) this.#tcp.cork();
		this.#corked ||= more;
		const result = this.#write(message);
		if (this.#corked && (!more || result !== 'sent')) {
			this.#corked = false;
			this.#tcp.uncork();
		}
		if (result === 'sent' && !this.#corked && this.#ws.bufferedAmount > 0) this.#waiting = true;
		return result;
	}

	#write(message: Uint8Array | string): SendResult {
		if (this.#guard.over || this.#ws.readyState !== this.#ws.OPEN) return 'closed';
		const before = this.#ws.bufferedAmount;
		const size = typeof message === 'string' ? Buffer.byteLength(message) : message.byteLength;
		if (before > 0 && before + size > this.#limits.maxBufferedBytes) return 'full';
		if (typeof message === 'string') this.#ws.send(message, this.#flushed);
		else if (this.#lane !== null) this.#lane.send(message, this.#flushed);
		// A copy: `ws` keeps a reference for as long as the kernel's buffer is full, and the caller may reuse its bytes.
		else this.#ws.send(Buffer.from(message), this.#flushed);
		return 'sent';
	}

	readonly #flushed = (error?: Error | null): void => {
		if (error || !this.#waiting || this.#ws.bufferedAmount > 0) return;
		this.#waiting = false;
		this.#guard.drained();
	};

	bufferedBytes(): number {
		return this.#guard.over ? 0 : this.#ws.bufferedAmount;
	}

	close(code: number, reason: string, lastWord?: Uint8Array): void {
		if (this.#guard.over) return;
		const sendable = sendableCode(code);
		this.#guard.finish(sendable);
		if (lastWord !== undefined && this.#ws.readyState === this.#ws.OPEN) this.#ws.send(Buffer.from(lastWord));
		this.#ws.close(sendable, sendableReason(reason));
	}

	/** Drops a peer that sent nothing, not even a pong, for `idleMs`; asks one that is half-way there. */
	checkIdle(nowMs: number, idleMs: number): void {
		const seen = this.#tcp.bytesRead;
		if (seen !== this.#bytesSeen) {
			this.#bytesSeen = seen;
			this.#heardAtMs = nowMs;
		}
		const silentMs = nowMs - this.#heardAtMs;
		if (silentMs >= idleMs) this.#ws.terminate();
		else if (silentMs >= idleMs / 2 && this.#ws.readyState === this.#ws.OPEN) this.#ws.ping();
	}
}
