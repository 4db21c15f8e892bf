/** The WebSocket handshake's rules (RFC 6455, 4.2.1), checked here so that both transports refuse alike. */
import type { HttpResponse, RequestHead } from './transport.ts';

const KEY = /^[+/0-9A-Za-z]{22}==$/;
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/** Whether the client asks to change to WebSocket. Another `Upgrade` (h2c, for instance) may be ignored, and is. */
export function wantsWebSocket(headers: RequestHead['headers']): boolean {
	return headers.upgrade?.trim().toLowerCase() === 'websocket' && listed(headers.connection).includes('upgrade');
}

/** What is wrong with a handshake, as the answer to give, or null. */
export function handshakeFault(head: RequestHead): HttpResponse | null {
	if (head.method !== 'GET') return refusal(405, 'A WebSocket handshake is a GET request.', { allow: 'GET' });
	if (head.headers['sec-websocket-version'] !== '13') {
		return refusal(426, 'This server speaks WebSocket version 13.', { 'sec-websocket-version': '13' });
	}
	if (!KEY.test(head.headers['sec-websocket-key'] ?? ''))
		return refusal(400, 'Sec-WebSocket-Key is missing or malformed.');
	const offer = head.headers['sec-websocket-protocol'];
	if (offer !== undefined && !listed(offer).every((name) => TOKEN.test(name))) {
		return refusal(400, 'Sec-WebSocket-Protocol is malformed.');
	}
	return null;
}

/** The subprotocols the client offers, in its order of preference. */
export function offeredSubprotocols(head: RequestHead): readonly string[] {
	const offer = head.headers['sec-websocket-protocol'];
	return offer === undefined ? [] : offer.split(',').map((name) => name.trim());
}

/** A server may only name a subprotocol that the client offered: a client fails the connection otherwise. */
export function agreedSubprotocol(head: RequestHead, chosen: string | null): string | null {
	return chosen !== null && offeredSubprotocols(head).includes(chosen) ? chosen : null;
}

function listed(value: string | undefined): string[] {
	return (value ?? '').split(',').map((item) => item.trim().toLowerCase());
}

function refusal(status: number, text: string, headers: Readonly<Record<string, string>> = {}): HttpResponse {
	return { status, headers: { 'content-type': 'text/plain; charset=utf-8', ...headers }, body: `${text}\n` };
}
