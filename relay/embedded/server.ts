/**
 * What the embedded STT and TTS engines share: moshi-server's face, on a loopback port.
 *
 * - `GET /api/build_info` and `GET /api/modules_info` (JSON; `used_slots` and `total_slots` are strings), open to all.
 * - One WebSocket route. The key in the header `kyutai-api-key`, or in the query `auth_id` where the header is absent;
 *   a wrong one is HTTP 401 before the upgrade.
 * - Slots: a client too many gets `Error{"no free channels"}` and a close; a route whose format has no messages
 *   (`plain`) just loses its connection.
 * - A ping after every 10 s in which nothing was sent; a peer from which nothing comes, pongs included, is dropped.
 * - The faults of engine.ts. The engine itself only does two things for them: it marks its audio and word messages
 *   with `client.sendContent`, and it takes `client.slowdown` times as long.
 *
 * The engine gives `open(client)`, called once per accepted client, and gets bytes through the handler it returns:
 *
 *     const slots = await serveSlots(options, {
 *       type: 'stt', path: STT_PATH, quietMs: 20_000, mutenessMs: 120_000,
 *       open(client) {
 *         client.send(encodeMoshi({ type: 'Ready' }));
 *         return { message: (bytes) => { … client.sendContent(bytes) … }, gone: () => { … } };
 *       }
 *     });
 *
 * A slot is free as soon as the client leaves or the engine calls `client.close()`; `client.signal` aborts at the same
 * moment. A handler that throws costs its own client the connection and nobody else anything.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { API_KEY_HEADER, DEFAULT_API_KEY, NO_FREE_CHANNELS, encodeMoshi } from '../../src/lib/protocol/moshi.ts';
import { SlotClient, closePolitely } from './client.ts';
import type { EngineClient } from './client.ts';
import type { Engine, EngineOptions } from './engine.ts';
import { listenLoopback } from './loopback.ts';

export type { EngineClient } from './client.ts';

/** moshi-server's SEND_PING_EVERY. */
const PING_EVERY_MS = 10_000;
const DEFAULT_SLOTS = 4;
/** Room for a cloned voice's embeddings; the protocol's own limit on a message is smaller and is checked by its decoder. */
const MAX_PAYLOAD_BYTES = 4 << 20;

/** What an engine wants to know about one client after it was let in. */
export interface ClientHandler {
	/** One binary WebSocket message. */
	message(bytes: Uint8Array): void;
	/** One text WebSocket message; ignored where absent. */
	text?(text: string): void;
	/** Once, when the slot is free again, whoever ended it. */
	gone?(): void;
}

export interface SlotService {
	/** `type` in modules_info: moshi-server's `batched_asr` or `py`. */
	readonly type: string;
	/** The WebSocket route, without a query. */
	readonly path: string;
	/** A peer from which nothing at all, not even a pong, came for so long is dropped. */
	readonly quietMs: number;
	/** A peer from which no message (pongs aside) came for so long is dropped; default: never. */
	readonly mutenessMs?: number;
	/** Pings after this long without sending; default moshi-server's 10 s. Tests shorten it. */
	readonly pingEveryMs?: number;
	/** True where the client's format knows no `Error` message, so that a full house just drops it. */
	plain?(query: URLSearchParams): boolean;
	/** Where a full house says so before the upgrade: HTTP 503. */
	readonly refusesWhenFull?: boolean;
	/** A route the engine refuses, e.g. an unknown format: an HTTP status instead of an upgrade. */
	refusal?(query: URLSearchParams): number | undefined;
	open(client: EngineClient): ClientHandler;
}

/** Starts the server; resolves when it listens, rejects when it cannot. */
export async function serveSlots(options: EngineOptions, service: SlotService): Promise<Engine> {
	const totalSlots = options.slots ?? DEFAULT_SLOTS;
	const clients = new Set<SlotClient>();
	const loopback = await listenLoopback(options, answer);
	const sockets = new WebSocketServer({
		noServer: true,
		maxPayload: MAX_PAYLOAD_BYTES,
		perMessageDeflate: false
	});
	loopback.server.on('upgrade', upgrade);

	function answer(request: IncomingMessage, response: ServerResponse): void {
		const path = pathAndQuery(request).path;
		if (path === '/api/build_info') return sendJson(response, { engine: service.type, build_date: '', git_hash: '' });
		if (path === '/api/modules_info') {
			const usedSlots = loopback.fault() === 'full' ? totalSlots : clients.size;
			return sendJson(response, [
				{
					type: service.type,
					path: service.path,
					used_slots: String(usedSlots),
					total_slots: String(totalSlots)
				}
			]);
		}
		// A plain GET on the socket's route lacks the upgrade headers: axum, under moshi-server, answers 400.
		response.writeHead(path === service.path ? 400 : 404).end();
	}

	function upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
		const { path, query } = pathAndQuery(request);
		const fault = loopback.fault();
		if (path !== service.path) return refuse(socket, 404);
		if (fault === 'unauthorized' || !isAuthorized(request, query)) return refuse(socket, 401);
		const refusal = service.refusal?.(query);
		if (refusal !== undefined) return refuse(socket, refusal);
		const isFull = fault === 'full' || clients.size >= totalSlots;
		if (isFull && service.refusesWhenFull === true) return refuse(socket, 503);
		sockets.handleUpgrade(request, socket, head, (webSocket) => {
			// ws reports a broken frame or an over-long message here and then closes by itself.
			webSocket.on('error', () => undefined);
			if (isFull || clients.size >= totalSlots) {
				if (service.plain?.(query) === true) return webSocket.terminate();
				webSocket.send(encodeMoshi({ type: 'Error', message: NO_FREE_CHANNELS }));
				return closePolitely(webSocket);
			}
			const client = new SlotClient(webSocket, query, fault, {
				pingEveryMs: service.pingEveryMs ?? PING_EVERY_MS,
				quietMs: service.quietMs,
				mutenessMs: service.mutenessMs ?? Infinity
			});
			clients.add(client);
			client.signal.addEventListener('abort', () => clients.delete(client), { once: true });
			client.attach(service.open);
		});
	}

	return {
		url: `ws://${options.host ?? '127.0.0.1'}:${loopback.port}`,
		port: loopback.port,
		setFault: loopback.setFault,
		usedSlots: () => clients.size,
		async close() {
			for (const client of clients) client.cut();
			sockets.close();
			await loopback.close();
		}
	};
}

function pathAndQuery(request: IncomingMessage): { path: string; query: URLSearchParams } {
	const target = request.url ?? '/';
	const mark = target.indexOf('?');
	return mark < 0
		? { path: target, query: new URLSearchParams() }
		: { path: target.slice(0, mark), query: new URLSearchParams(target.slice(mark + 1)) };
}

/** The header wins over the query, as in moshi-server: a wrong header with a right query is still refused. */
function isAuthorized(request: IncomingMessage, query: URLSearchParams): boolean {
	const header = request.headers[API_KEY_HEADER];
	return (header ?? query.get('auth_id')) === DEFAULT_API_KEY;
}

function sendJson(response: ServerResponse, body: object): void {
	response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

const REASONS: Readonly<Record<number, string>> = {
	400: 'Bad Request',
	401: 'Unauthorized',
	404: 'Not Found',
	503: 'Service Unavailable'
};

function refuse(socket: Duplex, status: number): void {
	socket.end(`HTTP/1.1 ${status} ${REASONS[status] ?? 'Error'}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
}
