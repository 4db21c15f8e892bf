/** A wire-tap between the relay and a WebSocket engine: passes every message on, and keeps what the engine said. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { WebSocket, WebSocketServer, type RawData } from 'ws';

/** One connection of the relay's: the engine's binary messages in order. */
export interface Tapped {
	readonly url: string;
	readonly fromEngine: Uint8Array[];
}

export interface Tap {
	/** In the engine's place. */
	readonly url: string;
	readonly connections: Tapped[];
	close(): Promise<void>;
}

/** With `ws`'s default `binaryType`, a message is one Buffer. */
const bytesOf = (data: RawData): Uint8Array => {
	if (!Buffer.isBuffer(data)) throw new TypeError('expected a Buffer');
	return new Uint8Array(data);
};

export async function tap(engineUrl: string): Promise<Tap> {
	const connections: Tapped[] = [];
	const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
	await once(server, 'listening');
	server.on('connection', (relay, request) => {
		const tapped: Tapped = { url: request.url ?? '', fromEngine: [] };
		connections.push(tapped);
		const key = request.headers['kyutai-api-key'];
		const engine = new WebSocket(engineUrl + tapped.url, {
			headers: typeof key === 'string' ? { 'kyutai-api-key': key } : {}
		});
		const waiting: Uint8Array[] = [];
		relay.on('message', (data) => {
			if (engine.readyState === WebSocket.OPEN) engine.send(bytesOf(data));
			else waiting.push(bytesOf(data));
		});
		engine.on('open', () => {
			for (const data of waiting.splice(0)) engine.send(data);
		});
		engine.on('message', (data) => {
			const bytes = bytesOf(data);
			tapped.fromEngine.push(bytes);
			relay.send(bytes);
		});
		engine.on('close', () => {
			relay.close();
		});
		relay.on('close', () => {
			engine.close();
		});
		engine.on('error', () => {
			relay.terminate();
		});
		relay.on('error', () => {
			engine.terminate();
		});
	});
	const { port } = server.address() as AddressInfo;
	return {
		url: `ws://127.0.0.1:${String(port)}`,
		connections,
		async close() {
			for (const client of server.clients) client.terminate();
			server.close();
			await once(server, 'close');
		}
	};
}
