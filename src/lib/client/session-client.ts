/** A client of `/v1/session`, Parley's own protocol `parley.1`: whoever uses it takes the turns, with `src/lib/turn`. */
import { decodeSttOut, decodeTtsOut } from '../protocol/moshi.ts';
import { MAX_MESSAGE_BYTES } from '../protocol/msgpack.ts';
import {
	decodeRelayMessage,
	encodeSession,
	SESSION_PATH,
	SESSION_SUBPROTOCOL,
	SESSION_VERSION,
	type ClientMessage,
	type RelayMessage
} from '../protocol/session.ts';
import { Connection, type ClientEnd, type ClientState } from './connection.ts';
import { Listeners } from './listeners.ts';
import { MAX_BUFFERED_BYTES, READY_LIMIT_MS, type ClientOptions } from './realtime-client.ts';
import { connectGlobally, endpoint } from './socket.ts';

export interface SessionClientOptions extends ClientOptions {
	/** What the relay's operator reads; default `parley client`. */
	readonly client?: string;
	readonly language?: 'en' | 'fr';
	/** Where the relay asks for one. */
	readonly token?: string;
}

type Of<T extends RelayMessage['type']> = Extract<RelayMessage, { type: T }>;

export class SessionClient {
	readonly #connection: Connection;
	readonly #listeners = new Listeners<RelayMessage>();

	constructor(options: SessionClientOptions) {
		const { client = 'parley client', language = 'en', token } = options;
		this.#connection = new Connection(
			{
				url: endpoint(options.url, SESSION_PATH),
				subprotocol: SESSION_SUBPROTOCOL,
				connect: options.connect ?? connectGlobally,
				readyLimitMs: options.readyLimitMs ?? READY_LIMIT_MS,
				maxBufferedBytes: options.maxBufferedBytes ?? MAX_BUFFERED_BYTES
			},
			{
				opened: () => {
					const more = token === undefined ? {} : { token };
					this.send({ type: 'hello', version: SESSION_VERSION, client, language, ...more });
				},
				received: (data) => {
					this.#receive(data);
				}
			}
		);
	}

	get state(): ClientState {
		return this.#connection.state;
	}

	/** True once the relay has said welcome, false where the connection ended before. Never rejects. */
	get ready(): Promise<boolean> {
		return this.#connection.whenReady;
	}

	/** How it ended. Never rejects. */
	get ended(): Promise<ClientEnd> {
		return this.#connection.whenEnded;
	}

	/** Calls `listener` with every message of this type; the answer takes it off again. */
	on<T extends RelayMessage['type']>(type: T, listener: (message: Of<T>) => void): () => void {
		return this.#listeners.on(type, listener);
	}

	/** False where there is nobody to send it to. */
	send(message: ClientMessage): boolean {
		return this.#connection.send(encodeSession(message));
	}

	close(): void {
		this.#connection.end({ why: 'closed_here' });
	}

	#receive(data: unknown): void {
		if (!(data instanceof ArrayBuffer) || data.byteLength > MAX_MESSAGE_BYTES) {
			this.#connection.end({ why: 'bad_message', fault: { code: 'invalid_field', param: null } });
			return;
		}
		const message = decodeRelayMessage(new Uint8Array(data));
		if (!message.ok) {
			this.#connection.end({ why: 'bad_message', fault: { code: 'invalid_field', param: null } });
			return;
		}
		// First, so that who waits for the welcome has heard it once it is ready.
		this.#listeners.tell(message.value);
		if (message.value.type === 'welcome') this.#connection.ready();
	}
}

/** The STT's prediction, 0 to 1, that a pause of 2 s starts here; null where the frame is no step. */
export function pauseOf({ frame }: Of<'step'>): number | null {
	const decoded = decodeSttOut(frame);
	if (!decoded.ok || decoded.value.type !== 'Step') return null;
	// A model without that head predicts no pause.
	return Math.min(1, Math.max(0, decoded.value.prs[2] ?? 0));
}

/** The Ogg-Opus pages of a reply's audio; none where the frame holds none. */
export function pagesOf({ frame }: Of<'replyAudio'>): Uint8Array {
	const decoded = decodeTtsOut(frame);
	return decoded.ok && decoded.value.type === 'OggOpus' ? decoded.value.data : new Uint8Array(0);
}
