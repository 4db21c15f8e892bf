/**
 * Who may see what only the operator should. With OPERATOR_TOKEN: whoever brings it. Without: whoever asks from this very
 * machine, by its own name and through no proxy, since behind one the whole world seems to come from here.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import { plainAddress } from '../http/head.ts';
import type { HttpResponse, RequestHead } from '../http/transport.ts';
import { bearer } from './index.ts';
import { hostName, isLoopbackHost } from './origin.ts';

/** Null: it is the operator. */
export type OperatorDoor = (head: RequestHead) => HttpResponse | null;

const TEXT = { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' } as const;
const WRONG_TOKEN: HttpResponse = {
	status: 401,
	headers: { ...TEXT, 'www-authenticate': 'Bearer' },
	body: 'This needs the token that the relay has as OPERATOR_TOKEN: Authorization: Bearer …\n'
};
const NOT_FROM_HERE: HttpResponse = {
	status: 403,
	headers: TEXT,
	body: 'Only this machine itself may ask, and no page or proxy. For any other, give the relay an OPERATOR_TOKEN.\n'
};

/** A proxy adds one of these, and a page's request one of the last two. */
const FOREIGN = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'via', 'origin', 'sec-fetch-site'];

/** `token` is '' where the operator has set none. */
export function operatorDoor(token: string): OperatorDoor {
	if (token === '') {
		return (head) => {
			const { remoteAddress, headers } = head;
			const isFromHere = isLoopbackHost(plainAddress(remoteAddress)) && isLoopbackHost(hostName(head));
			// An address that somebody typed into a browser on this machine says `none`.
			const isDirect = FOREIGN.every((name) => headers[name] === undefined || isTyped(name, headers[name]));
			return isFromHere && isDirect ? null : NOT_FROM_HERE;
		};
	}
	const wanted = digest(token);
	return (head) => {
		const given = bearer(head);
		return given !== undefined && timingSafeEqual(digest(given), wanted) ? null : WRONG_TOKEN;
	};
}

const isTyped = (name: string, value: string): boolean => name === 'sec-fetch-site' && value === 'none';

/** Equal in length, whatever was given. */
const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
