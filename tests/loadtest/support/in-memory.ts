/** Sockets without a network, on whatever clock `setTimeout` has: with a false one, hours of talk take seconds and are exact. */
import { EventEmitter } from 'node:events';
import type { ClientSocket, Connect } from '../../../src/lib/client/index.ts';

/** The part of a server's socket that scripts use: those of `ws` have it too. */
export interface ScriptSocket {
	on(event: 'message', listener: (data: Buffer) => void): unknown;
	on(event: 'error' | 'close', listener: () => void): unknown;
	send(data: string | Uint8Array): void;
	close(code?: number): void;
	terminate(): void;
}

class Pair {
	readonly client: ClientSocket;
	readonly server: ScriptSocket;
	readonly #delayMs: number;
	readonly #atClient = new EventEmitter();
	readonly #atServer = new EventEmitter();
	#isOver = false;

	constructor(delayMs: number) {
		this.#delayMs = delayMs;
		this.client = {
			binaryType: 'arraybuffer',
			bufferedAmount: 0,
			addEventListener: (type: string, listener: (event: { data: unknown; code: number; reason: string }) => void) =>
				void this.#atClient.on(type, listener),
			send: (data) => this.#tell(this.#atServer, 'message', Buffer.from(data)),
			close: (code = 1000) => this.end(code)
		};
		this.server = {
			on: (event: string, listener: (data: Buffer) => void) => this.#atServer.on(event, listener),
			send: (data) =>
				this.#tell(this.#atClient, 'message', { data: typeof data === 'string' ? data : new Uint8Array(data).buffer }),
			close: (code = 1000) => this.end(code),
			terminate: () => this.end(1006)
		};
	}

	open(): void {
		this.#tell(this.#atClient, 'open', {});
	}

	end(code: number): void {
		if (this.#isOver) return;
		this.#tell(this.#atClient, 'close', { code, reason: '' });
		this.#tell(this.#atServer, 'close', Buffer.alloc(0));
		this.#isOver = true;
	}

	#tell(end: EventEmitter, event: string, what: unknown): void {
		if (!this.#isOver) setTimeout(() => end.emit(event, what), this.#delayMs);
	}
}

/** Whoever connects is given to `accept`, unless that answers false: then there is no handshake. `delayMs`: of each way. */
export function inMemory(accept: (socket: ScriptSocket) => unknown, delayMs = 0): Connect {
	return () => {
		const pair = new Pair(delayMs);
		setTimeout(() => {
			if (accept(pair.server) === false) pair.end(1006);
			else pair.open();
		}, delayMs);
		return pair.client;
	};
}
