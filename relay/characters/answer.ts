/** What `GET /v1/characters` answers: the same bytes until the relay starts again, so a browser asks once and then with a tag. */
import { createHash } from 'node:crypto';
import type { Character } from '../../src/lib/chat/characters/character.ts';
import { isNotModified } from '../http/negotiation.ts';
import type { HttpResponse, RequestHead } from '../http/transport.ts';

export type CharactersAnswer = (head: Pick<RequestHead, 'headers'>) => HttpResponse;

/** JSON: `{ characters: [...] }`, in the file's order. */
export function answerCharacters(characters: readonly Character[]): CharactersAnswer {
	const body = JSON.stringify({ characters });
	const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
	const headers = { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-cache', etag };
	return (head) =>
		isNotModified(head.headers['if-none-match'], etag) ? { status: 304, headers } : { status: 200, headers, body };
}
