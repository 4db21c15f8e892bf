/** A client of `/api/tts_streaming` for tests: keeps everything it is sent, and waits for events instead of time. */
import WebSocket from 'ws';
import { decodeTtsOut, encodeMoshi, TTS_PATH } from '../../../src/lib/protocol/moshi.ts';
import type { TtsIn, TtsOut } from '../../../src/lib/protocol/moshi.ts';
import type { Engine } from '../engine.ts';

export type TtsText = Extract<TtsOut, { type: 'Text' }>;

export interface TtsClient {
	readonly socket: WebSocket;
	/** Every message as it came. */
	readonly raw: Uint8Array[];
	/** Those that are messages of the protocol. */
	readonly messages: TtsOut[];
	words(): TtsText[];
	send(...messages: TtsIn[]): void;
	say(...texts: string[]): void;
	/** Resolves once `holds()`; rejects if the socket closes before. */
	until(holds: () => boolean): Promise<void>;
	/** The close code, 1006 where there was no close frame. Never rejects. */
	readonly closed: Promise<number>;
	/** The HTTP status of a refused upgrade, or null. Known when `closed` has resolved. */
	refusedWith(): number | null;
}

/** Connects; `query` is added to the path, `key` goes in the header. Resolves at once: use `until` or `closed`. */
export function connectTts(
	engine: Engine,
	query = 'format=PcmMessagePack',
	key: string | null = 'public_token'
): TtsClient {
	const socket = new WebSocket(`${engine.url}${TTS_PATH}?${query}`, {
		headers: key === null ? {} : { 'kyutai-api-key': key }
	});
	const raw: Uint8Array[] = [];
	const messages: TtsOut[] = [];
	const checks = new Set<() => void>();
	let status: number | null = null;
	let isClosed = false;
	const unsent: TtsIn[] = [];
	socket.on('message', (data: Buffer) => {
		raw.push(data);
		const decoded = decodeTtsOut(data);
		if (decoded.ok) messages.push(decoded.value);
		for (const check of checks) check();
	});
	socket.on('open', () => {
		for (const message of unsent.splice(0)) socket.send(encodeMoshi(message));
	});
	socket.on('error', () => undefined);
	socket.on('unexpected-response', (_request, response) => {
		status = response.statusCode ?? 0;
		response.resume();
		// With a listener here, ws leaves the ending to us.
		socket.terminate();
	});
	const closed = new Promise<number>((resolve) => {
		socket.on('close', (code) => {
			isClosed = true;
			resolve(code);
			for (const check of checks) check();
		});
	});
	const send = (...more: TtsIn[]): void => {
		for (const message of more) {
			if (socket.readyState === WebSocket.CONNECTING) unsent.push(message);
			else socket.send(encodeMoshi(message));
		}
	};
	return {
		socket,
		raw,
		messages,
		words: () => messages.filter((message) => message.type === 'Text'),
		send,
		say: (...texts) => send(...texts.map((text): TtsIn => ({ type: 'Text', text }))),
		until: (holds) =>
			new Promise((resolve, reject) => {
				const check = (): void => {
					if (holds()) resolve();
					else if (isClosed) reject(new Error('the socket closed first'));
					else return;
					checks.delete(check);
				};
				checks.add(check);
				check();
			}),
		closed,
		refusedWith: () => status
	};
}

/** All samples of `Audio` messages in a row. */
export function samplesOf(messages: readonly TtsOut[]): Float32Array {
	return Float32Array.from(messages.flatMap((message) => (message.type === 'Audio' ? message.pcm : [])));
}
