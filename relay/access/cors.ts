/** CORS for `/v1/`: pages of the allowed origins may read what is answered, errors too; no wildcard, no cookies. */
import type { HttpResponse, RequestHead } from '../http/transport.ts';
import { mayAsk, type OriginRules } from './origin.ts';

/** A browser asks again after this; Chromium takes no more than two hours. */
const PREFLIGHT_S = 600;

/** `response` with what lets an allowed page read it. `Vary` in any case: a cache must not answer one page with another's. */
export function withCors(response: HttpResponse, head: RequestHead, rules: OriginRules): HttpResponse {
	const vary = response.headers?.['vary'];
	const headers = { ...response.headers, vary: vary === undefined ? 'origin' : `${vary}, origin` };
	const { origin } = head.headers;
	if (origin === undefined || !mayAsk(head, rules)) return { ...response, headers };
	return {
		...response,
		headers: {
			...headers,
			'access-control-allow-origin': origin,
			'access-control-expose-headers': 'etag, retry-after'
		}
	};
}

/** The answer to a browser that asks before it asks; null where `head` is no such question. */
export function preflight(head: RequestHead): HttpResponse | null {
	if (head.method !== 'OPTIONS' || head.headers['access-control-request-method'] === undefined) return null;
	return {
		status: 204,
		headers: {
			'access-control-allow-methods': 'GET, HEAD, POST, DELETE',
			'access-control-allow-headers': 'authorization, content-type',
			'access-control-max-age': String(PREFLIGHT_S)
		}
	};
}
