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
import { WireClient, type ClientOptions } from './wire-client.ts';

export interface SessionClientOptions extends ClientOptions {
	/** What the relay's operator reads; default `parley client`. */
	readonly client?: string;
	readonly language?: 'en' | 'fr';
	/** Where the relay asks for one. */
	readonly token?: string;
}

type Of<T extends RelayMessage['type']> = Extract<RelayMessage, { type: T }>;

export class SessionClient extends WireClient<RelayMessage> {
	readonly #hello: ClientMessage;

	constructor(options: SessionClientOptions) {
		super(options, SESSION_PATH, SESSION_SUBPROTOCOL);
		const { client = 'parley client', language = 'en', token } = options;
		const more = token === undefined ? {} : { token };
		this.#hello = { type: 'hello', version: SESSION_VERSION, client, language, ...more };
	}

	/** False where there is nobody to send it to. */
	send(message: ClientMessage): boolean {
		return this.transmit(encodeSession(message));
	}

	protected opened(): void {
		this.send(this.#hello);
	}

	protected received(data: unknown): void {
		const isMessage = data instanceof ArrayBuffer && data.byteLength <= MAX_MESSAGE_BYTES;
		const message = isMessage ? decodeRelayMessage(new Uint8Array(data)) : null;
		if (message?.ok !== true) return this.refuse({ code: 'invalid_field', param: null });
		// First, so that who waits for the welcome has heard it once it is ready.
		this.tell(message.value);
		if (message.value.type === 'welcome') this.isReady();
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
