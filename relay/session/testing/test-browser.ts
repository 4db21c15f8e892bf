/** A browser without a network: what the relay sends it is decoded and kept, what it says is spoiled after the call. */
import type { ClientMessage, RelayMessage } from '../../../src/lib/protocol/session.ts';
import { SESSION_PATH, decodeRelayMessage, encodeSession } from '../../../src/lib/protocol/session.ts';
import type { Socket, SocketHandler } from '../../http/transport.ts';
import type { Sessions } from '../index.ts';

type Type = RelayMessage['type'];
type Of<T extends Type> = Extract<RelayMessage, { type: T }>;

export class TestBrowser implements Socket {
	readonly remoteAddress = '192.0.2.7';
	readonly received: RelayMessage[] = [];
	/** How the relay closed, once it did. */
	closedWith: { readonly code: number; readonly reason: string } | null = null;
	/** Reads nothing any more: the next message does not fit the send buffer. */
	full = false;
	readonly #handler: SocketHandler;
	#gone = false;
	#watchers: (() => void)[] = [];

	constructor(sessions: Sessions) {
		const head = { method: 'GET', path: SESSION_PATH, query: '', remoteAddress: this.remoteAddress };
		const decision = sessions.upgrade({ ...head, headers: { 'sec-websocket-protocol': 'other, parley.1' } });
		if (!decision.accept) throw new Error('the upgrade was refused');
		this.#handler = decision.open(this);
	}

	send(message: Uint8Array | string): 'sent' | 'full' | 'closed' {
		if (this.#gone || this.closedWith !== null) return 'closed';
		if (this.full) return 'full';
		if (typeof message === 'string') throw new Error('parley.1 is binary');
		const decoded = decodeRelayMessage(Uint8Array.from(message));
		if (!decoded.ok) throw new Error(`the relay sent what no browser understands: ${decoded.reason}`);
		this.received.push(decoded.value);
		this.#changed();
		return 'sent';
	}

	bufferedBytes(): number {
		return 0;
	}

	close(code: number, reason: string, lastWord?: Uint8Array): void {
		if (this.closedWith !== null) throw new Error('closed twice');
		this.full = false; // there is room for that one
		if (lastWord !== undefined) this.send(lastWord);
		this.closedWith = { code, reason };
		queueMicrotask(() => this.#leave(code));
	}

	say(message: ClientMessage | { readonly type: 'hello'; readonly version: number; readonly client: string }): void {
		this.raw(encodeSession(message));
	}

	raw(bytes: Uint8Array, isText = false): void {
		if (this.#gone || this.closedWith !== null) throw new Error('says something on a closed connection');
		const lent = Uint8Array.from(bytes);
		this.#handler.message(lent, isText);
		lent.fill(0xee); // valid during the call only
	}

	hello(language: 'en' | 'fr' = 'en'): void {
		this.say({ type: 'hello', version: 1, client: 'test', language });
	}

	/** Gone without a word. */
	vanish(): void {
		this.#leave(1006);
	}

	of<T extends Type>(type: T): Of<T>[] {
		return this.received.filter((message): message is Of<T> => message.type === type);
	}

	/** The `count`th message of this type, once it is there. */
	async next<T extends Type>(type: T, count = 1): Promise<Of<T>> {
		await this.until(() => this.of(type).length >= count);
		const message = this.of(type)[count - 1];
		if (message === undefined) throw new Error('impossible');
		return message;
	}

	async closed(): Promise<{ readonly code: number; readonly reason: string }> {
		await this.until(() => this.#gone);
		if (this.closedWith === null) throw new Error('the relay did not close');
		return this.closedWith;
	}

	until(condition: () => boolean): Promise<void> {
		if (condition()) return Promise.resolve();
		return new Promise((resolve) => {
			this.#watchers.push(() => {
				if (condition()) resolve();
			});
		});
	}

	#leave(code: number): void {
		if (this.#gone) return;
		this.#gone = true;
		this.#handler.closed(code);
		this.#changed();
	}

	#changed(): void {
		for (const watcher of this.#watchers) watcher();
	}
}
