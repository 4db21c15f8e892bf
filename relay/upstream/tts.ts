/** The text-to-speech leg: words in, Ogg-Opus frames and spoken words out. See docs/protocols.md for moshi-server's side. */
import { TTS_PATH, decodeTtsOut, encodeMoshi } from '../../src/lib/protocol/moshi.ts';
import { peekType } from '../../src/lib/protocol/msgpack.ts';
import { upstreamUrl } from './address.ts';
import { UpstreamError } from './failure.ts';
import { MAX_BUFFERED_BYTES, connectMoshi, errorFrame, type ConnectOptions, type MoshiSocket } from './moshi-socket.ts';

export interface TtsEndpoint {
	/** `ws://HOST:PORT`, without the route. */
	readonly url: string;
	readonly apiKey: string;
	/** The instance's IP address; null or absent: what the name in `url` means. */
	readonly address?: string | null;
}

export interface TtsConnectOptions extends ConnectOptions {
	/** An unknown one silently becomes the server's default voice. '' asks for none. */
	readonly voice: string;
	/** A cloned voice instead: the `Voice` message as the cloning server answered it, sent before any text. */
	readonly custom?: Uint8Array;
}

/** The guidance that Unmute asks for; today's server ignores it, other builds read it. */
const CFG_ALPHA = '1.5';

export interface TtsListener {
	/** An `OggOpus` message as it came, undecoded; the first ones hold the header pages. Valid during the call. */
	audio(frame: Uint8Array): void;
	/** A word that was spoken; never empty. Seconds on the reply's audio clock. */
	text(text: string, startS: number, stopS: number): void;
	/** Once, unless the signal aborted. null: everything that was asked for has been spoken. */
	ended(cause: UpstreamError | null): void;
}

/** A voice for one reply, whatever it speaks. Aborting its signal cuts the speech and frees the slot. */
export interface TtsLeg {
	/** False once it has ended, whoever ended it. */
	readonly isOpen: boolean;
	/** Call it once; what arrived since it was ready comes first. */
	start(listener: TtsListener): void;
	/** Whole words only: half a word is mispronounced. */
	say(text: string): void;
	/** No more text. */
	finish(): void;
	/** Nothing more is read, so that the server has to wait, until `resume`. */
	pause(): void;
	resume(): void;
	/** Ends it as failed: the listener is told, the server cut off. For who sees that nothing moves any more. */
	fail(cause: UpstreamError): void;
	/** Its goodbye came too early, as who counts the words can tell: the next search had better pass it over. */
	blame(cause: UpstreamError): void;
}

/** Connects and waits for a slot. Rejects with UpstreamError only. */
export type ConnectTts = (endpoint: TtsEndpoint, options: TtsConnectOptions) => Promise<TtsLeg>;

/** Connects and waits for a slot. Rejects with UpstreamError only. */
export async function connectTts(endpoint: TtsEndpoint, options: TtsConnectOptions): Promise<TtsLeg> {
	return new MoshiTtsLeg(await openTts(endpoint, options, 'OggOpusMessagePack'));
}

/** The WebSocket itself, `Ready`, and a cloned voice on its way where there is one. Rejects with UpstreamError only. */
export async function openTts(
	endpoint: TtsEndpoint,
	options: TtsConnectOptions,
	format: 'OggOpusMessagePack' | 'PcmMessagePack'
): Promise<MoshiSocket> {
	const url = upstreamUrl(endpoint.url, TTS_PATH);
	if (options.voice !== '') url.searchParams.set('voice', options.voice);
	url.searchParams.set('format', format);
	url.searchParams.set('cfg_alpha', CFG_ALPHA);
	const { custom } = options;
	if (custom === undefined) return connectMoshi({ ...endpoint, url }, options);
	// Under way when the first words come: it must not take their room.
	const maxBufferedBytes = (options.maxBufferedBytes ?? MAX_BUFFERED_BYTES) + custom.byteLength;
	const socket = await connectMoshi({ ...endpoint, url }, { ...options, maxBufferedBytes });
	socket.send(custom);
	return socket;
}

/** A moshi-server's stream. */
export class MoshiTtsLeg implements TtsLeg {
	readonly #socket: MoshiSocket;
	#finished = false;

	constructor(socket: MoshiSocket) {
		this.#socket = socket;
	}

	get isOpen(): boolean {
		return this.#socket.isOpen;
	}

	start(listener: TtsListener): void {
		this.#socket.start({
			frame: (bytes) => this.#frame(bytes, listener),
			ended: (cause) => listener.ended(cause ?? this.#farewell())
		});
	}

	say(text: string): void {
		this.#socket.send(encodeMoshi({ type: 'Text', text }));
	}

	/** Without it the last words are never spoken; the server closes once they are. */
	finish(): void {
		if (this.#finished) return;
		this.#finished = true;
		this.#socket.send(encodeMoshi({ type: 'Eos' }));
	}

	pause(): void {
		this.#socket.pause();
	}

	resume(): void {
		this.#socket.resume();
	}

	fail(cause: UpstreamError): void {
		this.#socket.fail(cause);
	}

	blame(cause: UpstreamError): void {
		this.#socket.blame(cause);
	}

	/** A proper goodbye is a proper end only after we said that the text is over. */
	#farewell(): UpstreamError | null {
		if (this.#finished) return null;
		const cause = new UpstreamError('lost', 'the server ended the stream');
		this.blame(cause);
		return cause;
	}

	#frame(bytes: Uint8Array, listener: TtsListener): void {
		const type = peekType(bytes);
		if (type === 'OggOpus') return listener.audio(bytes);
		if (type === 'Error') return this.#socket.fail(errorFrame(bytes));
		const decoded = decodeTtsOut(bytes);
		if (!decoded.ok) return this.#socket.fail(new UpstreamError('protocol', decoded.reason));
		const message = decoded.value;
		switch (message.type) {
			case 'OggOpus': // its type was not the first key
				return listener.audio(bytes);
			case 'Text':
				// The first one is empty.
				if (message.text !== '') listener.text(message.text, message.start_s, message.stop_s);
				return;
			case 'Ready':
				return;
			case 'Audio':
				return this.#socket.fail(new UpstreamError('protocol', 'raw audio where Opus was asked for'));
			case 'Error':
				return this.#socket.fail(errorFrame(bytes));
		}
	}
}
