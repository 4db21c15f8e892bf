/** A client of `/v1/realtime`, Unmute's protocol: of Parley, or of Unmute's own backend. The server takes the turns. */
import { decodeBase64, encodeBase64 } from '../protocol/base64.ts';
import {
	decodeRealtimeServerEvent,
	encodeRealtimeClientEvent,
	REALTIME_PATH,
	REALTIME_SUBPROTOCOL,
	type RealtimeClientInput,
	type RealtimeServerEvent
} from '../protocol/realtime.ts';
import { Connection, type ClientEnd, type ClientState } from './connection.ts';
import { Listeners } from './listeners.ts';
import { connectGlobally, endpoint, type Connect } from './socket.ts';

export interface ClientOptions {
	/** `ws://HOST:PORT`, with the path or without. */
	readonly url: string;
	/** The global WebSocket where absent. */
	readonly connect?: Connect;
	/** From connecting to ready; default 10 s. */
	readonly readyLimitMs?: number;
	/** What may wait in the socket; default 1 MiB, some minutes of speech. */
	readonly maxBufferedBytes?: number;
}

export const READY_LIMIT_MS = 10_000;
export const MAX_BUFFERED_BYTES = 1 << 20;

export class RealtimeClient {
	readonly #connection: Connection;
	readonly #listeners = new Listeners<RealtimeServerEvent>();

	constructor(options: ClientOptions) {
		this.#connection = new Connection(
			{
				url: endpoint(options.url, REALTIME_PATH),
				subprotocol: REALTIME_SUBPROTOCOL,
				connect: options.connect ?? connectGlobally,
				readyLimitMs: options.readyLimitMs ?? READY_LIMIT_MS,
				maxBufferedBytes: options.maxBufferedBytes ?? MAX_BUFFERED_BYTES
			},
			{
				opened: () => {
					this.#connection.ready();
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

	/** True once events may be sent, false where the connection ended before. Never rejects. */
	get ready(): Promise<boolean> {
		return this.#connection.whenReady;
	}

	/** How it ended. Never rejects. */
	get ended(): Promise<ClientEnd> {
		return this.#connection.whenEnded;
	}

	/** Calls `listener` with every event of this type; the answer takes it off again. */
	on<T extends RealtimeServerEvent['type']>(
		type: T,
		listener: (event: Extract<RealtimeServerEvent, { type: T }>) => void
	): () => void {
		return this.#listeners.on(type, listener);
	}

	/** False where there is nobody to send it to. */
	send(event: RealtimeClientInput): boolean {
		return this.#connection.send(encodeRealtimeClientEvent(event));
	}

	/** Ogg-Opus pages, or 16-bit samples where the session says `pcm16`. */
	append(audio: Uint8Array): boolean {
		return this.send({ type: 'input_audio_buffer.append', audio: encodeBase64(audio) });
	}

	close(): void {
		this.#connection.end({ why: 'closed_here' });
	}

	#receive(data: unknown): void {
		if (typeof data !== 'string') {
			this.#connection.end({ why: 'bad_message', fault: { code: 'invalid_json', param: null } });
			return;
		}
		const event = decodeRealtimeServerEvent(data);
		if (event.ok) this.#listeners.tell(event.value);
		// A newer server may say more than is known here.
		else if (event.fault.code !== 'unknown_type' || event.fault.param === null) {
			this.#connection.end({ why: 'bad_message', fault: event.fault });
		}
	}
}

/** The bytes of a `response.audio.delta`, parts of one Ogg-Opus stream; none where the server sent something else. */
export function audioOf(
	event: Extract<RealtimeServerEvent, { type: 'response.audio.delta' }>
): Uint8Array<ArrayBuffer> {
	return decodeBase64(event.delta) ?? new Uint8Array(0);
}
