/** Answers in words, for whoever uploads or deletes a voice. */
import type { HttpResponse } from '../http/transport.ts';

const HEADERS = { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' } as const;

/** `retryAfterS` where the same request may succeed later. */
export function said(status: number, text: string, retryAfterS?: number): HttpResponse {
	const headers = retryAfterS === undefined ? HEADERS : { ...HEADERS, 'retry-after': String(retryAfterS) };
	return { status, headers, body: `${text}\n` };
}
