/**
 * A node:http server on this machine only, that can refuse connections and that leaves nothing behind when it closes.
 * The three engines stand on it; STT and TTS through `serveSlots` in server.ts, the LLM directly.
 */
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { EngineOptions, FaultName } from './engine.ts';

/** A client that opens a connection and never finishes its request is dropped after this. */
const REQUEST_TIMEOUT_MS = 10_000;

export interface Loopback {
	readonly server: Server;
	readonly port: number;
	/** The fault in force, from the options or the last `setFault`. `refuse` is dealt with here, the rest is the engine's. */
	fault(): FaultName | null;
	setFault(fault: FaultName | null): void;
	/** Destroys every connection, upgraded and half-open ones too, and resolves when the port is free. Twice is harmless. */
	close(): Promise<void>;
}

/** Listens on `options.host`:`options.port` (default 127.0.0.1, any free port). Rejects when the port is taken. */
export async function listenLoopback(
	options: EngineOptions,
	answer: (request: IncomingMessage, response: ServerResponse) => void
): Promise<Loopback> {
	let fault: FaultName | null = options.fault ?? null;
	// server.closeAllConnections() forgets upgraded sockets and those that never sent a request: we count them ourselves.
	const sockets = new Set<Socket>();
	const server = createServer({ requestTimeout: REQUEST_TIMEOUT_MS, headersTimeout: REQUEST_TIMEOUT_MS }, answer);
	server.on('connection', (socket) => {
		if (fault === 'refuse') {
			// A reset, not a polite end: that is what a dead server's kernel answers.
			socket.resetAndDestroy();
			return;
		}
		sockets.add(socket);
		// A client that vanishes is no error of ours.
		socket.on('error', () => socket.destroy());
		socket.on('close', () => sockets.delete(socket));
	});
	server.on('clientError', (_error, socket) => socket.destroy());
	await new Promise<void>((resolve, reject) => {
		server.once('error', reject);
		server.listen(options.port ?? 0, options.host ?? '127.0.0.1', () => {
			server.removeListener('error', reject);
			resolve();
		});
	});
	const address = server.address();
	if (address === null || typeof address === 'string') throw new Error('the engine listens on no TCP port');
	let closing: Promise<void> | undefined;
	return {
		server,
		port: address.port,
		fault: () => fault,
		setFault(next) {
			fault = next;
		},
		close() {
			closing ??= new Promise((resolve) => {
				server.close(() => resolve());
				for (const socket of sockets) socket.destroy();
			});
			return closing;
		}
	};
}
