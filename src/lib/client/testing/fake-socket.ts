/** A socket whose other end is the test. */
import type { ClientSocket } from '../socket.ts';

type Listener = (event: { readonly data: unknown; readonly code: number; readonly reason: string }) => void;

export class FakeSocket implements ClientSocket {
	binaryType = 'blob';
	bufferedAmount = 0;
	readonly sent: (string | Uint8Array<ArrayBuffer>)[] = [];
	closedWith: number | undefined;
	readonly #listeners = new Map<string, Listener[]>();

	addEventListener(type: string, listener: Listener): void {
		this.#listeners.set(type, [...(this.#listeners.get(type) ?? []), listener]);
	}

	send(data: string | Uint8Array<ArrayBuffer>): void {
		this.sent.push(data);
	}

	close(code?: number): void {
		this.closedWith = code;
	}

	open(): void {
		this.#fire('open', {});
	}

	say(data: unknown): void {
		this.#fire('message', { data });
	}

	fail(): void {
		this.#fire('error', {});
	}

	/** The other end closes, or the network. */
	vanish(code = 1006, reason = ''): void {
		this.#fire('close', { code, reason });
	}

	#fire(type: string, event: Partial<Parameters<Listener>[0]>): void {
		for (const listener of this.#listeners.get(type) ?? []) listener({ data: null, code: 0, reason: '', ...event });
	}
}
