/** One request of the node transport: its head, its body read once and bounded, and its answer. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { HeaderCollector, plainAddress, splitTarget } from './head.ts';
import { LINGER_MS } from './limits.ts';
import type { WireResponse } from './response.ts';
import type { ReadBodyResult, RequestHead } from './transport.ts';

export function headOf(request: IncomingMessage): RequestHead {
	const headers = new HeaderCollector();
	const raw = request.rawHeaders;
	for (let i = 0; i + 1 < raw.length; i += 2) headers.add(raw[i] ?? '', raw[i + 1] ?? '');
	return {
		method: request.method ?? 'GET',
		...splitTarget(request.url ?? '/'),
		headers: headers.all(),
		remoteAddress: plainAddress(request.socket.remoteAddress ?? '')
	};
}

export function readBody(request: IncomingMessage, maxBytes: number): Promise<ReadBodyResult> {
	if (Number(request.headers['content-length'] ?? 0) > maxBytes)
		return Promise.resolve({ ok: false, reason: 'too_big' });
	if (request.destroyed && !request.complete) return Promise.resolve({ ok: false, reason: 'aborted' });
	return new Promise((resolve) => {
		const chunks: Buffer[] = [];
		let size = 0;
		const take = (chunk: Buffer): void => {
			size += chunk.byteLength;
			if (size <= maxBytes) {
				chunks.push(chunk);
				return;
			}
			request.off('data', take);
			request.pause();
			chunks.length = 0;
			resolve({ ok: false, reason: 'too_big' });
		};
		request.on('data', take);
		request.once('end', () => resolve({ ok: true, bytes: Buffer.concat(chunks) }));
		// After `end` these change nothing: a promise settles once.
		request.once('error', () => resolve({ ok: false, reason: 'aborted' }));
		request.once('close', () => resolve({ ok: false, reason: 'aborted' }));
	});
}

/** `closing`: the connection takes no other request. So it is, too, where the application did not read the whole body. */
export function respond(
	request: IncomingMessage,
	response: ServerResponse,
	wire: WireResponse,
	closing: boolean
): void {
	if (response.destroyed) return;
	response.statusCode = Number(wire.statusLine.slice(0, 3));
	for (const [name, value] of wire.headers) response.setHeader(name, value);
	if (!wire.bodiless) response.setHeader('content-length', wire.body.byteLength);
	const unread = hasBody(request) && !request.readableEnded;
	if (unread || closing) response.setHeader('connection', 'close');
	if (unread) {
		request.resume();
		response.once('finish', () => setTimeout(() => request.socket.destroy(), LINGER_MS).unref());
	}
	response.end(wire.body);
}

function hasBody(request: IncomingMessage): boolean {
	return Number(request.headers['content-length'] ?? 0) > 0 || request.headers['transfer-encoding'] !== undefined;
}
