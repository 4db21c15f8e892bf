/** A request's body under uWebSockets.js: it must be listened to at once, though the application may ask for it later. */
import type { ReadBodyResult } from './transport.ts';
import type { UwsResponse } from './uws-api.ts';

export class UwsBody {
	readonly #response: UwsResponse;
	#chunks: Uint8Array[] = [];
	#size = 0;
	#ended: boolean;
	#aborted = false;
	#finished = false;
	#paused = false;
	/** Set while what comes is let pass by. */
	#passed: (() => void) | null = null;
	#waiting: { readonly maxBytes: number; readonly resolve: (result: ReadBodyResult) => void } | null = null;

	/** Call it in the route's handler: data before `onData` would be lost. `expected`: whether the request has a body. */
	constructor(response: UwsResponse, expected: boolean) {
		this.#response = response;
		this.#ended = !expected;
		if (!expected) return;
		response.onData((chunk, isLast) => {
			this.#take(chunk, isLast);
		});
		// What one read of the kernel brought still comes; after that nothing does, until somebody wants it.
		this.#pause();
	}

	/** Bytes may still be on their way: the connection cannot take another request. */
	get unread(): boolean {
		return !this.#ended;
	}

	read(maxBytes: number, declaredBytes: number): Promise<ReadBodyResult> {
		if (this.#aborted) return Promise.resolve({ ok: false, reason: 'aborted' });
		if (declaredBytes > maxBytes || this.#size > maxBytes) return Promise.resolve({ ok: false, reason: 'too_big' });
		if (this.#ended) return Promise.resolve({ ok: true, bytes: Buffer.concat(this.#chunks) });
		return new Promise((resolve) => {
			this.#waiting = { maxBytes, resolve };
			this.#resume();
		});
	}

	/**
	 * Lets what still comes pass by, to its end or for `ms`. Where the connection is cut while its peer still sends, the peer
	 * gets a reset, and with it loses the answer that says why.
	 */
	pass(ms: number): Promise<void> {
		if (this.#ended || this.#aborted) return Promise.resolve();
		this.#chunks = [];
		return new Promise((resolve) => {
			const timer = setTimeout(() => this.#passed?.(), ms);
			this.#passed = () => {
				this.#passed = null;
				clearTimeout(timer);
				resolve();
			};
			this.#resume();
		});
	}

	abort(): void {
		this.#aborted = true;
		this.#passed?.();
		this.#settle({ ok: false, reason: 'aborted' });
	}

	/** Call it right before the answer: afterwards the response is gone, and what still comes of the body with it. */
	finish(): void {
		if (this.#aborted || this.#finished) return;
		this.#finished = true;
		this.#chunks = [];
		// What is paused is the connection, and its next request must come through.
		this.#resume();
	}

	#pause(): void {
		this.#paused = true;
		this.#response.pause();
	}

	/** Only what was paused: otherwise it confuses the native side's polling. */
	#resume(): void {
		if (!this.#paused) return;
		this.#paused = false;
		this.#response.resume();
	}

	#take(chunk: ArrayBuffer, isLast: boolean): void {
		if (this.#finished) return;
		this.#size += chunk.byteLength;
		this.#ended = isLast;
		if (this.#passed !== null) {
			if (isLast) this.#passed();
			return;
		}
		const waiting = this.#waiting;
		if (waiting !== null && this.#size > waiting.maxBytes) {
			this.#pause();
			return this.#settle({ ok: false, reason: 'too_big' });
		}
		this.#chunks.push(new Uint8Array(chunk.slice(0)));
		if (isLast) this.#settle({ ok: true, bytes: Buffer.concat(this.#chunks) });
	}

	#settle(result: ReadBodyResult): void {
		const waiting = this.#waiting;
		if (waiting === null) return;
		this.#waiting = null;
		this.#chunks = [];
		waiting.resolve(result);
	}
}
