/** One connection to a relay: says hello, waits for the welcome, and checks whatever comes in. */
import { CLOSE, PROBLEMS, type Problem } from '../../protocol/problems.ts';
import { MAX_MESSAGE_BYTES } from '../../protocol/msgpack.ts';
import {
	decodeRelayMessage,
	encodeSession,
	SESSION_SUBPROTOCOL,
	SESSION_VERSION,
	type ClientMessage,
	type RelayMessage,
	type Welcome
} from '../../protocol/session.ts';

/** The part of a WebSocket that a dial uses. */
export interface SocketLike {
	binaryType: 'arraybuffer' | 'blob';
	readonly bufferedAmount: number;
	onopen: ((event: Event) => void) | null;
	onmessage: ((event: MessageEvent<unknown>) => void) | null;
	onclose: ((event: CloseEvent) => void) | null;
	send(data: Uint8Array<ArrayBuffer>): void;
	close(code?: number): void;
}

export interface DialHost {
	welcome(welcome: Welcome): void;
	/** After the welcome; before it, problems alone. */
	message(message: Exclude<RelayMessage, Welcome>): void;
	/** It is over, and not by `close`. The problem with which the relay ended it, where it told one. */
	gone(problem: Problem | null): void;
}

export interface DialOptions {
	readonly url: string;
	readonly language: 'en' | 'fr';
	readonly client: string;
	/** For a relay that asks for one. */
	readonly token?: string | null;
	/** Whether the person agrees to be recorded, as of now. */
	readonly recording?: () => boolean;
	/** What the recordings of this conversation have in common; null for as long as nobody agreed to any. */
	readonly recordingId?: () => string | null;
	readonly connect: (url: string, subprotocol: string) => SocketLike;
	readonly nowMs: () => number;
	/** Calls back once after `ms`; the answer cancels it. */
	readonly later: (ms: number, callback: () => void) => () => void;
}

/** From connecting to `welcome`. A relay answers within one round trip; 5 s is a very slow phone. */
const WELCOME_LIMIT_MS = 5000;

export class Dial {
	readonly #options: DialOptions;
	readonly #host: DialHost;
	readonly #socket: SocketLike;
	#cancelTimer: () => void;
	#welcome: Welcome | null = null;
	#over = false;
	/** When the first message was sent that nothing has come after; null while nothing is owed. */
	#owedSinceMs: number | null = null;
	/** What this relay was told of the person's leave to record. */
	#saidRecording = false;
	/** Why the relay ends this connection. */
	#lastProblem: Problem | null = null;

	constructor(options: DialOptions, host: DialHost) {
		this.#options = options;
		this.#host = host;
		const { connect, url, later } = options;
		const socket = connect(url, SESSION_SUBPROTOCOL);
		this.#socket = socket;
		socket.binaryType = 'arraybuffer';
		socket.onopen = () => {
			this.#hello();
		};
		socket.onmessage = ({ data }) => {
			this.#receive(data);
		};
		socket.onclose = () => {
			this.#lose();
		};
		this.#cancelTimer = later(WELCOME_LIMIT_MS, () => {
			this.drop();
		});
	}

	/** Null before the relay has said it. */
	get welcome(): Welcome | null {
		return this.#welcome;
	}

	get bufferedAmount(): number {
		return this.#socket.bufferedAmount;
	}

	/** For how long the relay has owed an answer to what was sent. */
	get owedMs(): number {
		return this.#owedSinceMs === null ? 0 : this.#options.nowMs() - this.#owedSinceMs;
	}

	send(message: ClientMessage): void {
		this.#owedSinceMs ??= this.#options.nowMs();
		this.#socket.send(encodeSession(message));
	}

	/** Call it when the person's leave to record has changed: who was let in is told, who was not yet will be. */
	tellRecording(): void {
		const recording = this.#options.recording?.() ?? false;
		if (this.#welcome === null || recording === this.#saidRecording) return;
		this.#saidRecording = recording;
		this.send({ type: 'consent', recording, ...this.#recordingId() });
	}

	/** Ends it; nothing more is heard of it. */
	close(): void {
		this.#detach();
		this.#socket.close(CLOSE.normal);
	}

	/** Ends it from our side as if it had been lost. */
	drop(): void {
		this.#socket.close(CLOSE.normal);
		this.#lose();
	}

	#hello(): void {
		const { client, language, token = null, recording } = this.#options;
		this.#saidRecording = recording?.() ?? false;
		this.#socket.send(
			encodeSession({
				type: 'hello',
				version: SESSION_VERSION,
				client,
				language,
				...(token === null ? {} : { token }),
				...(this.#saidRecording ? { recording: true } : {}),
				...this.#recordingId()
			})
		);
	}

	#recordingId(): { readonly recordingId?: string } {
		const recordingId = this.#options.recordingId?.() ?? null;
		return recordingId === null ? {} : { recordingId };
	}

	#receive(data: unknown): void {
		this.#owedSinceMs = null;
		if (!(data instanceof ArrayBuffer) || data.byteLength > MAX_MESSAGE_BYTES) {
			this.drop();
			return;
		}
		const message = decodeRelayMessage(new Uint8Array(data));
		// A relay that does not speak the protocol is no relay: look for another.
		if (message.ok) this.#take(message.value);
		else this.drop();
	}

	#take(message: RelayMessage): void {
		if (message.type === 'welcome') {
			this.#cancelTimer();
			this.#welcome = message;
			this.tellRecording();
			this.#host.welcome(message);
			return;
		}
		// A problem of a leg, or of one message, is no reason to stay away when the connection is lost later.
		if (message.type === 'problem' && PROBLEMS[message.code].close !== null) this.#lastProblem = message;
		if (this.#welcome !== null || message.type === 'problem') this.#host.message(message);
	}

	#lose(): void {
		if (this.#over) return;
		this.#detach();
		this.#host.gone(this.#lastProblem);
	}

	#detach(): void {
		this.#over = true;
		this.#cancelTimer();
		this.#socket.onopen = null;
		this.#socket.onmessage = null;
		this.#socket.onclose = null;
	}
}
