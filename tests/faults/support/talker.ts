/** A browser's side of one session over a real socket: says what it is told, keeps what it hears. */
import { once } from 'node:events';
import { WebSocket } from 'ws';
import {
	SESSION_PATH,
	SESSION_SUBPROTOCOL,
	decodeRelayMessage,
	encodeSession,
	type ClientMessage,
	type RelayMessage
} from '../../../src/lib/protocol/session.ts';

type Type = RelayMessage['type'];
type Of<T extends Type> = Extract<RelayMessage, { type: T }>;

export interface TalkerOptions {
	readonly headers?: Readonly<Record<string, string>>;
	readonly token?: string;
}

export class Talker {
	readonly heard: RelayMessage[] = [];
	readonly #socket: WebSocket;
	readonly #watchers = new Set<() => void>();
	#closed: { readonly code: number; readonly reason: string } | null = null;

	private constructor(socket: WebSocket) {
		this.#socket = socket;
		socket.on('message', (data: Buffer) => {
			const message = decodeRelayMessage(new Uint8Array(data));
			if (!message.ok) throw new Error(`the relay sent what no browser understands: ${message.reason}`);
			this.heard.push(message.value);
			this.#changed();
		});
		socket.on('error', () => undefined); // `close` follows
		socket.on('close', (code, reason) => {
			this.#closed = { code, reason: String(reason) };
			this.#changed();
		});
	}

	/** Connected; nothing said yet. Rejects where the handshake is refused. */
	static async connect(url: string, options: TalkerOptions = {}): Promise<Talker> {
		const socket = new WebSocket(url.replace(/^http/, 'ws') + SESSION_PATH, SESSION_SUBPROTOCOL, {
			headers: { ...options.headers },
			perMessageDeflate: false
		});
		const talker = new Talker(socket); // before it opens: the first message may come with the handshake
		await once(socket, 'open');
		return talker;
	}

	/** Connected and welcome. */
	static async welcome(url: string, options: TalkerOptions = {}): Promise<Talker> {
		const talker = await Talker.connect(url, options);
		talker.hello(options.token);
		await talker.next('welcome');
		return talker;
	}

	hello(token?: string): void {
		const more = token === undefined ? {} : { token };
		this.say({ type: 'hello', version: 1, client: 'test', language: 'en', ...more });
	}

	say(message: ClientMessage): void {
		this.#socket.send(encodeSession(message));
	}

	/** Bytes as they are. */
	raw(bytes: Uint8Array | string): void {
		this.#socket.send(bytes);
	}

	of<T extends Type>(type: T): Of<T>[] {
		return this.heard.filter((message): message is Of<T> => message.type === type);
	}

	/** The `count`th message of this type. Rejects where the connection ends without it. */
	async next<T extends Type>(type: T, count = 1): Promise<Of<T>> {
		await this.until(() => this.of(type).length >= count || this.#closed !== null);
		const message = this.of(type)[count - 1];
		if (message === undefined)
			throw new Error(`closed with ${this.#closed?.code} before ${type}: ${this.codes().join()}`);
		return message;
	}

	/** What it was told went wrong. */
	codes(): string[] {
		return this.of('problem').map(({ code }) => code);
	}

	async closed(): Promise<{ readonly code: number; readonly reason: string }> {
		await this.until(() => this.#closed !== null);
		return this.#closed ?? { code: 0, reason: '' };
	}

	until(condition: () => boolean): Promise<void> {
		if (condition()) return Promise.resolve();
		return new Promise((resolve) => {
			const watcher = (): void => {
				if (!condition()) return;
				this.#watchers.delete(watcher);
				resolve();
			};
			this.#watchers.add(watcher);
		});
	}

	/** Reads nothing any more: what the relay sends stays in the kernel, and then in the relay. */
	pause(): void {
		this.#socket.pause();
	}

	resume(): void {
		this.#socket.resume();
	}

	close(): void {
		this.#socket.close(1000);
	}

	/** Gone without a word. */
	vanish(): void {
		this.#socket.terminate();
	}

	#changed(): void {
		for (const watcher of this.#watchers) watcher();
	}
}
