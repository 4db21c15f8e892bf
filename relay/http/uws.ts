/**
 * The transport on uWebSockets.js. Its rules, each of which costs the process if broken: copy the request before
 * anything else, register `onAborted` at once, never touch a response after it was called or a socket after `close`,
 * cork what is written outside the route's own call.
 */
import type { Log } from '../log.ts';
import { StartError } from '../start-error.ts';
import { answer, decide, GOING_AWAY } from './guard.ts';
import { wantsWebSocket } from './handshake.ts';
import { HeaderCollector, plainAddress, splitTarget } from './head.ts';
import { CLOSE_TIMEOUT_MS, IDLE_TIMEOUT_S, LINGER_MS } from './limits.ts';
import { toWire, type WireResponse } from './response.ts';
import type { App, Listening, ListenOptions, RequestHead, Transport } from './transport.ts';
import type { Uws, UwsRequest, UwsResponse, UwsWebSocket } from './uws-api.ts';
import { UwsBody } from './uws-body.ts';
import { UwsSocket } from './uws-socket.ts';

/** After the last answer and close frame were handed to the kernel: time for it to send them before sockets are cut. */
const FLUSH_MS = 200;

export function createUwsTransport(uws: Uws, log: Log): Transport {
	return {
		name: 'uws',
		listen: (app, options) => new UwsServer(uws, app, options, log).listen()
	};
}

class UwsServer {
	readonly #uws: Uws;
	readonly #app: App;
	readonly #options: ListenOptions;
	readonly #log: Log;
	readonly #sockets = new Set<UwsSocket>();
	#requests = 0;
	#closing = false;
	#allAnswered: () => void = () => undefined;

	constructor(uws: Uws, app: App, options: ListenOptions, log: Log) {
		this.#uws = uws;
		this.#app = app;
		this.#options = options;
		this.#log = log;
	}

	listen(): Promise<Listening> {
		const { host, port, maxMessageBytes, idleTimeoutS } = this.#options;
		// The native side copies the properties of what `upgrade` was given; the object itself does not come back.
		const socketOf = (ws: UwsWebSocket): UwsSocket | null => {
			const data = ws.getUserData();
			const socket: unknown = typeof data === 'object' && data !== null && 'socket' in data ? data.socket : null;
			return socket instanceof UwsSocket ? socket : null;
		};
		const server = this.#uws
			.App()
			.ws('/*', {
				maxPayloadLength: maxMessageBytes,
				maxBackpressure: 0, // `UwsSocket.send` holds the limit, so that nothing over it is queued.
				idleTimeout: Math.min(Math.max(Math.ceil(idleTimeoutS), IDLE_TIMEOUT_S.min), IDLE_TIMEOUT_S.max),
				sendPingsAutomatically: true,
				compression: this.#uws.DISABLED,
				upgrade: (response, request, context) => this.#upgrade(response, request, context),
				open: (ws) => {
					const socket = socketOf(ws);
					if (socket === null) return;
					this.#sockets.add(socket);
					socket.opened(ws);
				},
				message: (ws, message, isBinary) => socketOf(ws)?.received(message, isBinary),
				drain: (ws) => socketOf(ws)?.drain(),
				close: (ws, code) => {
					const socket = socketOf(ws);
					if (socket === null) return;
					this.#sockets.delete(socket);
					socket.ended(code);
				}
			})
			.any('/*', (response, request) => {
				const head = copyHead(response, request);
				if (wantsWebSocket(head.headers)) this.#refuseHandshake(response, head);
				else this.#request(response, head);
			});
		return new Promise((resolve, reject) => {
			server.listen(host, port, this.#uws.LIBUS_LISTEN_EXCLUSIVE_PORT, (token) => {
				// The native side does not say why.
				if (token === false) {
					const either = 'The port is in use or not allowed to this user, or HOST is no address of this machine.';
					return reject(new StartError(`Cannot listen on ${host}, port ${port}. ${either} Set PORT or HOST.`));
				}
				resolve({
					port: this.#uws.us_socket_local_port(token),
					close: async () => {
						this.#closing = true;
						this.#uws.us_listen_socket_close(token);
						await this.#drain();
						server.close();
					}
				});
			});
		});
	}

	#request(response: UwsResponse, head: RequestHead): void {
		const { headers } = head;
		const declared = Number(headers['content-length'] ?? 0);
		const body = new UwsBody(response, declared > 0 || headers['transfer-encoding'] !== undefined);
		const reply = this.#track(response, () => body.abort());
		const request = { ...head, readBody: (maxBytes: number) => body.read(maxBytes, declared) };
		void answer(this.#app, request, this.#log).then(async (wire) => {
			await body.pass(LINGER_MS);
			body.finish();
			reply(wire, head.method, body.unread);
		});
	}

	/** A handshake that the native side does not see as one: not a GET, or its key is malformed. */
	#refuseHandshake(response: UwsResponse, head: RequestHead): void {
		const reply = this.#track(response, () => undefined);
		void decide(this.#app, head, this.#log).then((decision) => {
			reply(decision.accept ? toWire({ status: 400 }) : decision.refusal, head.method, true);
		});
	}

	#upgrade(response: UwsResponse, request: UwsRequest, context: object): void {
		const head = copyHead(response, request);
		// Any request with a key comes here; only one that asks for WebSocket is a handshake.
		if (!wantsWebSocket(head.headers)) return this.#request(response, head);
		let aborted = false;
		const reply = this.#track(response, () => (aborted = true));
		void decide(this.#app, head, this.#log).then(async (decision) => {
			// The decision may have fallen inside another connection's event, and the native side takes whatever is upgraded
			// during one for that connection: the process ends. Between two events nobody's is under way.
			await new Promise(setImmediate);
			if (aborted) return;
			if (!decision.accept) return reply(decision.refusal, head.method, true);
			if (this.#closing) return reply(GOING_AWAY, head.method, true);
			this.#answered();
			const { maxBufferedBytes } = this.#options;
			const socket = new UwsSocket((it) => decision.open(it), head.remoteAddress, maxBufferedBytes, this.#log);
			const key = head.headers['sec-websocket-key'] ?? '';
			response.cork(() => response.upgrade({ socket }, key, decision.subprotocol ?? '', '', context));
		});
	}

	/** Watches for the peer's going, counts the request, and answers the function that replies to it once. */
	#track(response: UwsResponse, aborted: () => void): (wire: WireResponse, method: string, close: boolean) => void {
		let over = false;
		this.#requests++;
		response.onAborted(() => {
			if (over) return;
			over = true;
			aborted();
			this.#answered();
		});
		return (wire, method, close) => {
			if (over) return;
			over = true;
			response.cork(() => write(response, wire, method === 'HEAD', close || this.#closing));
			this.#answered();
		};
	}

	#answered(): void {
		this.#requests--;
		if (this.#requests === 0) this.#allAnswered();
	}

	async #drain(): Promise<void> {
		const quiet = this.#requests === 0 && this.#sockets.size === 0;
		for (const socket of this.#sockets) socket.close(1001, 'going away');
		if (this.#requests > 0) {
			await new Promise<void>((resolve) => {
				this.#allAnswered = resolve;
				setTimeout(resolve, CLOSE_TIMEOUT_MS);
			});
		}
		if (!quiet) await new Promise((resolve) => setTimeout(resolve, FLUSH_MS));
	}
}

function copyHead(response: UwsResponse, request: UwsRequest): RequestHead {
	const headers = new HeaderCollector();
	request.forEachHeader((name, value) => headers.add(name, value));
	const query = request.getQuery() ?? '';
	return {
		method: request.getMethod().toUpperCase(),
		...splitTarget(query === '' ? request.getUrl() : `${request.getUrl()}?${query}`),
		headers: headers.all(),
		remoteAddress: plainAddress(Buffer.from(response.getRemoteAddressAsText()).toString('latin1'))
	};
}

function write(response: UwsResponse, wire: WireResponse, isHead: boolean, close: boolean): void {
	response.writeStatus(wire.statusLine);
	for (const [name, value] of wire.headers) response.writeHeader(name, value);
	if (!wire.bodiless && !isHead) {
		response.end(wire.body, close);
		return;
	}
	if (isHead && !wire.bodiless) response.writeHeader('content-length', String(wire.body.byteLength));
	if (close) response.writeHeader('connection', 'close');
	response.endWithoutBody();
}
