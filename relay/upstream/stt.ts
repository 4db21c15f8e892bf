/** The speech-to-text leg: pages in, steps and words out. See docs/protocols.md for moshi-server's side of it. */
import { STT_PATH, decodeSttOut, encodeMoshi, encodeOggOpus } from '../../src/lib/protocol/moshi.ts';
import { peekType } from '../../src/lib/protocol/msgpack.ts';
import { upstreamUrl } from './address.ts';
import { UpstreamError } from './failure.ts';
import { connectMoshi, errorFrame, type ConnectOptions, type MoshiSocket } from './moshi-socket.ts';

export interface SttEndpoint {
	/** `ws://HOST:PORT`, without the route. */
	readonly url: string;
	readonly apiKey: string;
	/** The instance's IP address; null or absent: what the name in `url` means. */
	readonly address?: string | null;
}

export interface SttListener {
	/** A `Step` as it came, undecoded: the browser reads it. Valid during the call. */
	step(frame: Uint8Array): void;
	/** Never empty. Seconds on the stream's clock. */
	word(text: string, startS: number): void;
	endWord(stopS: number): void;
	/** A marker came back: the audio before it is transcribed, or was overtaken by another client's. */
	marker?(id: number): void;
	/** Once, unless the signal aborted. A recogniser never ends a stream by itself, so this is always a failure. */
	ended(cause: UpstreamError): void;
}

/** An open stream of a recogniser, whatever it speaks, until its signal aborts. */
export interface SttLeg {
	/** Call it once; what arrived since it was ready comes first. */
	start(listener: SttListener): void;
	/** OpusHead and OpusTags. Valid during the call. */
	sendHead(head: Uint8Array): void;
	/** One checked page of exactly 80 ms. Valid during the call. */
	sendPage(page: Uint8Array): void;
	/** Asks for a sign of life, where the recogniser's steps are none. */
	sendMarker(): void;
	/** Ends it as failed: the listener is told, the server cut off. For who sees that nothing moves any more. */
	fail(cause: UpstreamError): void;
}

/** Connects and waits for a slot. Rejects with UpstreamError only. */
export type ConnectStt = (endpoint: SttEndpoint, options: ConnectOptions) => Promise<SttLeg>;

/** The marker that `sendMarker` sends; others that come back are somebody else's. */
export const PROBE_MARKER = 1;

/** A `Step` is some 60 bytes. */
const MAX_STEP_BYTES = 1024;

/** Connects and waits for a slot. Rejects with UpstreamError only. */
export async function connectStt(endpoint: SttEndpoint, options: ConnectOptions): Promise<MoshiSttLeg> {
	const url = upstreamUrl(endpoint.url, STT_PATH);
	return new MoshiSttLeg(await connectMoshi({ ...endpoint, url }, options));
}

/**
 * A moshi-server's. Nothing keeps it alive but the pages: the server drops a peer after 20 s of silence, and the browser
 * sends a page every 80 ms for as long as it listens.
 */
export class MoshiSttLeg implements SttLeg {
	readonly #socket: MoshiSocket;

	constructor(socket: MoshiSocket) {
		this.#socket = socket;
	}

	start(listener: SttListener): void {
		this.#socket.start({
			frame: (bytes) => this.#frame(bytes, listener),
			ended: (cause) => listener.ended(cause ?? this.#farewell())
		});
	}

	/** In a message of their own. */
	sendHead(head: Uint8Array): void {
		this.#socket.send(encodeOggOpus(head));
	}

	/** Any other length takes the whole server down (see `check-page.ts`). */
	sendPage(page: Uint8Array): void {
		this.#socket.send(encodeOggOpus(page, Buffer.allocUnsafe));
	}

	/**
	 * Asks for a sign of life. It comes back once the model's delay has passed in further audio; with other clients active it
	 * may come early, so it tells that the server works, and not where.
	 */
	sendMarker(id = PROBE_MARKER): void {
		this.#socket.send(encodeMoshi({ type: 'Marker', id }));
	}

	/** An `Audio` message, encoded. */
	sendAudio(message: Uint8Array): void {
		this.#socket.send(message);
	}

	fail(cause: UpstreamError): void {
		this.#socket.fail(cause);
	}

	#farewell(): UpstreamError {
		const cause = new UpstreamError('lost', 'the server ended the stream');
		this.#socket.blame(cause);
		return cause;
	}

	#frame(bytes: Uint8Array, listener: SttListener): void {
		const type = peekType(bytes);
		if (type === 'Step') {
			if (bytes.byteLength <= MAX_STEP_BYTES) return listener.step(bytes);
			return this.#socket.fail(new UpstreamError('protocol', 'a step that is too long'));
		}
		if (type === 'Error') return this.#socket.fail(errorFrame(bytes));
		const decoded = decodeSttOut(bytes);
		if (!decoded.ok) return this.#socket.fail(new UpstreamError('protocol', decoded.reason));
		const message = decoded.value;
		switch (message.type) {
			case 'Step': // its type was not the first key
				return listener.step(bytes);
			case 'Word':
				// The first word of every stream is empty.
				if (message.text !== '') listener.word(message.text, message.start_time);
				return;
			case 'EndWord':
				return listener.endWord(message.stop_time);
			case 'Marker':
				return listener.marker?.(message.id);
			case 'Ready':
				return;
			case 'Error':
				return this.#socket.fail(errorFrame(bytes));
		}
	}
}
