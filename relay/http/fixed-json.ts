/** JSON that stays the same until the relay starts again: a browser asks once for it, and then with a tag. */
import { createHash } from 'node:crypto';
import { isNotModified } from './negotiation.ts';
import type { HttpResponse, RequestHead } from './transport.ts';

export type FixedAnswer = (head: Pick<RequestHead, 'headers'>) => HttpResponse;

export function fixedJson(value: object): FixedAnswer {
	const body = JSON.stringify(value);
	const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
	const headers = { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-cache', etag };
	return (head) =>
		isNotModified(head.headers['if-none-match'], etag) ? { status: 304, headers } : { status: 200, headers, body };
}
