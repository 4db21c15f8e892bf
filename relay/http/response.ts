/** From the application's answer to what goes on the wire, the same for both transports. */
import { STATUS_CODES } from 'node:http';
import type { HttpResponse } from './transport.ts';

const encoder = new TextEncoder();
const EMPTY = new Uint8Array(0);

export interface WireResponse {
	/** `200 OK`. */
	readonly statusLine: string;
	readonly headers: readonly (readonly [string, string])[];
	/** What a GET gets; its length is what a HEAD is told. */
	readonly body: Uint8Array;
	/** 204 and 304 have no body and no length. */
	readonly bodiless: boolean;
}

/** Lengths and connection handling are the transport's: an application's own are dropped. */
const TRANSPORTS_OWN: ReadonlySet<string> = new Set([
	'content-length',
	'connection',
	'transfer-encoding',
	'date',
	'keep-alive'
]);
/** A line break in a header value would let whoever chose it write the next header. */
const UNSAFE_VALUE = /[^\t\x20-\x7e\x80-\xff]/;

export function toWire(response: HttpResponse): WireResponse {
	const { status, body } = response;
	if (!Number.isInteger(status) || status < 200 || status > 599) throw new TypeError(`${status} is no final status.`);
	const bodiless = status === 204 || status === 304;
	const headers = Object.entries(response.headers ?? {}).filter(([name]) => !TRANSPORTS_OWN.has(name.toLowerCase()));
	for (const [name, value] of headers) {
		if (UNSAFE_VALUE.test(value))
			throw new TypeError(`The value of header ${name} has a character that no header may have.`);
	}
	return {
		statusLine: `${status} ${STATUS_CODES[status] ?? 'Status'}`,
		headers,
		body: bodiless || body === undefined ? EMPTY : typeof body === 'string' ? encoder.encode(body) : body,
		bodiless
	};
}
