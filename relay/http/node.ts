/** The transport on node:http and `ws`: runs wherever Node runs. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket as TcpSocket } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type ServerOptions, type WebSocket } from 'ws';
import { seldom } from '../limits/seldom.ts';
import type { Log } from '../log.ts';
import { answer, decide, GOING_AWAY } from './guard.ts';
import { wantsWebSocket } from './handshake.ts';
import * as limits from './limits.ts';
import { headOf, readBody, respond } from './node-request.ts';
import { NodeSocket } from './node-socket.ts';
import type { WireResponse } from './response.ts';
import type { App, Listening, ListenOptions, Socket, SocketHandler, Transport } from './transport.ts';

export function createNodeTransport(log: Log): Transport {
	return {
		name: 'node',
		listen: (app, options) => new NodeServer(app, options, log).listen()
	};
}

class NodeServer {
	readonly #app: App;
	readonly #options: ListenOptions;
	readonly #log: Log;
	readonly #http: Server;
	readonly #webSockets: WebSocketServer;
	readonly #subprotocols = new WeakMap<IncomingMessage, string>();
	readonly #sockets = new Set<NodeSocket>();
	readonly #connections = new Set<TcpSocket>();
	#closing = false;

	constructor(app: App, options: ListenOptions, log: Log) {
		this.#app = app;
		this.#options = options;
		this.#log = log;
		this.#http = createServer(
			{
				maxHeaderSize: limits.MAX_HEADER_BYTES,
				headersTimeout: limits.HEADERS_TIMEOUT_MS,
				requestTimeout: limits.REQUEST_TIMEOUT_MS,
				connectionsCheckingInterval: limits.TIMEOUT_CHECK_MS,
				keepAliveTimeout: limits.HTTP_IDLE_MS,
				// A page of 80 ms must not wait for the next one to fill a TCP segment.
				noDelay: true,
				shouldUpgradeCallback: (request) => wantsWebSocket(headOf(request).headers)
			},
			(request, response) => void this.#request(request, response)
		);
		this.#http.setTimeout(limits.HTTP_IDLE_MS);
		this.#http.maxConnections = options.maxConnections ?? limits.MAX_CONNECTIONS;
		const tellCut = seldom(
			() => performance.now(),
			(times, why) => log.warn({ times, why }, 'cut connections')
		);
		this.#http.on('drop', () => tellCut('too_many'));
		this.#http.on('upgrade', (request, socket, rest) => void this.#upgrade(request, socket, rest));
		this.#http.on('connection', (socket) => {
			this.#connections.add(socket);
			socket.once('close', () => this.#connections.delete(socket));
		});
		// `closeTimeout` is younger than the types of `ws`.
		const settings: ServerOptions & { readonly closeTimeout: number } = {
			noServer: true,
			clientTracking: false,
			perMessageDeflate: false, // Opus does not compress, and MessagePack of a few bytes does not either.
			maxPayload: options.maxMessageBytes,
			maxFragments: limits.MAX_FRAGMENTS,
			closeTimeout: limits.CLOSE_TIMEOUT_MS,
			handleProtocols: (_offered, request) => this.#subprotocols.get(request) ?? false
		};
		this.#webSockets = new WebSocketServer(settings);
	}

	async listen(): Promise<Listening> {
		const { host, port } = this.#options;
		await new Promise<void>((resolve, reject) => {
			this.#http.once('error', reject);
			this.#http.listen({ host, port }, () => {
				this.#http.off('error', reject);
				resolve();
			});
		});
		this.#http.on('error', (error) => this.#log.error({ error }, 'listening socket failed'));
		const idleMs = this.#options.idleTimeoutS * 1000;
		const sweep = setInterval(() => this.#sweep(idleMs), idleMs / 4);
		sweep.unref();
		const address = this.#http.address();
		return {
			port: typeof address === 'object' && address !== null ? address.port : port,
			close: () => {
				clearInterval(sweep);
				return this.#close();
			}
		};
	}

	#sweep(idleMs: number): void {
		const nowMs = performance.now();
		for (const socket of this.#sockets) socket.checkIdle(nowMs, idleMs);
	}

	async #request(request: IncomingMessage, response: ServerResponse): Promise<void> {
		const head = headOf(request);
		const wire = await answer(this.#app, { ...head, readBody: (maxBytes) => readBody(request, maxBytes) }, this.#log);
		respond(request, response, wire, this.#closing);
	}

	async #upgrade(request: IncomingMessage, socket: Duplex, rest: Buffer): Promise<void> {
		// Until `ws` takes over, nobody else listens, and an unheard `error` ends the process.
		const ignore = (): void => void socket.destroy();
		socket.on('error', ignore);
		const head = headOf(request);
		const decision = await decide(this.#app, head, this.#log);
		if (socket.destroyed) return;
		if (!decision.accept) return refuse(socket, decision.refusal);
		if (this.#closing) return refuse(socket, GOING_AWAY);
		if (decision.subprotocol !== null) this.#subprotocols.set(request, decision.subprotocol);
		this.#webSockets.handleUpgrade(request, socket, rest, (ws) => {
			socket.off('error', ignore);
			this.#accept(ws, request.socket, head.remoteAddress, (it) => decision.open(it));
		});
	}

	/** Apart from the handshake, or what listens to the socket would keep the request with its headers for as long. */
	#accept(ws: WebSocket, tcp: TcpSocket, remoteAddress: string, open: (socket: Socket) => SocketHandler): void {
		const accepted = new NodeSocket(ws, tcp, remoteAddress, this.#options, this.#log);
		this.#sockets.add(accepted);
		ws.once('close', () => this.#sockets.delete(accepted));
		accepted.open(open);
	}

	async #close(): Promise<void> {
		this.#closing = true;
		const closed = new Promise<void>((resolve) => this.#http.close(() => resolve()));
		for (const socket of this.#sockets) socket.close(1001, 'going away');
		this.#http.closeIdleConnections();
		const cut = setTimeout(() => {
			for (const connection of this.#connections) connection.destroy();
		}, limits.CLOSE_TIMEOUT_MS);
		await closed;
		clearTimeout(cut);
	}
}

/** Answers a handshake with an ordinary response and ends the connection. */
function refuse(socket: Duplex, wire: WireResponse): void {
	const lines = wire.headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
	const length = wire.bodiless ? '' : `content-length: ${wire.body.byteLength}\r\n`;
	socket.once('finish', () => setTimeout(() => socket.destroy(), limits.LINGER_MS).unref());
	socket.write(`HTTP/1.1 ${wire.statusLine}\r\n${lines}${length}connection: close\r\n\r\n`, 'latin1');
	socket.end(wire.body);
}
