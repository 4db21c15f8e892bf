/** A moshi-server that does what a test says, one connection at a time. */
import { createServer, type IncomingMessage } from 'node:http';
import { WebSocketServer, type WebSocket } from 'ws';
import { encodeMoshi, type SttOut, type TtsOut } from '../../../src/lib/protocol/moshi.ts';

export interface MoshiClient {
	readonly request: IncomingMessage;
	readonly socket: WebSocket;
	/** Every binary message so far. */
	readonly received: readonly Uint8Array[];
	send(...messages: readonly (SttOut | TtsOut | Uint8Array)[]): void;
	/** Resolves with the first `count` messages, once there are so many. */
	messages(count: number): Promise<readonly Uint8Array[]>;
	/** Resolves with the close code once the client has gone. */
	readonly gone: Promise<number>;
}

export interface MoshiServer {
	readonly url: string;
	/** Every client that was let in, in order. */
	readonly clients: readonly MoshiClient[];
	/** Handshakes seen, refused ones too. */
	attempts(): number;
	close(): Promise<void>;
}

/** `refusal(attempt)` answers an HTTP status instead of letting that attempt (from 1) in. */
export async function serveMoshi(
	open: (client: MoshiClient, number: number) => void,
	refusal: (attempt: number) => number | null = () => null
): Promise<MoshiServer> {
	const clients: MoshiClient[] = [];
	let attempts = 0;
	const http = createServer();
	const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });
	http.on('upgrade', (request, socket, head) => {
		const status = refusal(++attempts);
		if (status !== null) {
			socket.end(`HTTP/1.1 ${status} No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
			return;
		}
		sockets.handleUpgrade(request, socket, head, (webSocket) => {
			const client = scripted(request, webSocket);
			clients.push(client);
			open(client, clients.length);
		});
	});
	await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
	const address = http.address();
	if (address === null || typeof address === 'string') throw new Error('no port');
	return {
		url: `ws://127.0.0.1:${address.port}`,
		clients,
		attempts: () => attempts,
		close() {
			for (const { socket } of clients) socket.terminate();
			sockets.close();
			return new Promise((resolve) => {
				http.close(() => resolve());
				http.closeAllConnections();
			});
		}
	};
}

function scripted(request: IncomingMessage, socket: WebSocket): MoshiClient {
	const received: Uint8Array[] = [];
	let waiting: { count: number; resolve: (messages: readonly Uint8Array[]) => void }[] = [];
	socket.on('error', () => undefined);
	socket.on('message', (data) => {
		received.push(Buffer.isBuffer(data) ? data : new Uint8Array());
		for (const { count, resolve } of waiting) if (received.length >= count) resolve(received.slice(0, count));
		waiting = waiting.filter(({ count }) => received.length < count);
	});
	return {
		request,
		socket,
		received,
		send(...messages) {
			for (const message of messages) socket.send(message instanceof Uint8Array ? message : encodeMoshi(message));
		},
		messages: (count) =>
			received.length >= count
				? Promise.resolve(received.slice(0, count))
				: new Promise((resolve) => waiting.push({ count, resolve })),
		gone: new Promise((resolve) => socket.on('close', resolve))
	};
}
