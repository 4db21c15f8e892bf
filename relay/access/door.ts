/**
 * The relay's door: asks `relay/access` who may come in and `relay/limits` whether there is room, for handshakes and for HTTP
 * requests alike. Nobody waits at it: who may not come in is told at once, with a code and when to come again.
 */
import type { ProblemCode } from '../../src/lib/protocol/problems.ts';
import { DEBUG_SESSIONS_PATH } from '../debug/session-list.ts';
import type { HttpResponse, RequestHead } from '../http/transport.ts';
import { KIOSK_HEALTH_PATH } from '../kiosk/paths.ts';
import type { Admission, Place, Refusal } from '../limits/admission.ts';
import { seldom } from '../limits/seldom.ts';
import { bearer, type Access } from './index.ts';
import { preflight, withCors } from './cors.ts';
import { UNAVAILABLE_RETRY_MS, type Verdict } from './verdict.ts';

export type { Refusal } from '../limits/admission.ts';

/** Everything of `/v1/` that is not here needs a token, where one is asked for. */
export const PUBLIC_PATHS: ReadonlySet<string> = new Set([
	'/v1/build',
	'/v1/health',
	'/v1/characters',
	// These ask for the operator's token, which is another one.
	DEBUG_SESSIONS_PATH,
	KIOSK_HEALTH_PATH
]);

/**
 * Whoever keeps the relay alive asks these, often through the same proxy as everybody: to answer costs no more than to
 * refuse, and a refusal would have the relay shot or taken out of its balancer.
 */
const PROBES: ReadonlySet<string> = new Set(['/healthz', '/readyz']);

/** One connection that is to become a session. */
export interface Visit {
	/** Where it comes from, a proxy's word believed where it may be: an IPv4 address, or the /64 of an IPv6 one. */
	readonly address: string;
	/**
	 * Takes a place among those who have not begun to talk, or says why there is none. Call it once, when the socket is open.
	 * `evict` is called where that place is needed by somebody else: the connection has to end.
	 */
	enter(evict?: () => void): Refusal | null;
	/** It talks: from now on it is a session, unless there is no room for one. Harmless twice. */
	begin(): Refusal | null;
	/**
	 * With the token that came in `hello`, or none: null where it may stay. Answers at once where no key set has to be asked.
	 * Never rejects.
	 */
	admit(token: string | undefined): Refusal | null | Promise<Refusal | null>;
	/** The place is free again. Harmless twice, and without `enter`. */
	leave(): void;
}

export interface Door {
	/** For a handshake on a session's path: the answer that refuses it, or the visit. */
	knock(head: RequestHead): { readonly visit: Visit } | { readonly refused: HttpResponse };
	/** For any other request: the answer, where it is not the route's to give. */
	request(head: RequestHead): Promise<HttpResponse | null>;
	/** What any answer under `/v1/` carries, so that the pages that may can read it. */
	dress(response: HttpResponse, head: RequestHead): HttpResponse;
}

export interface DoorDeps {
	readonly access: Access;
	readonly admission: Admission;
	readonly log: { warn(fields: object, message: string): void };
	readonly nowMs?: () => number;
	/** For each browser that is turned away here. Whoever finds no place is turned away, and counted, by the sessions. */
	readonly refused?: (code: ProblemCode) => void;
}

const TEXT = { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' } as const;

export function createDoor({
	access,
	admission,
	log,
	nowMs = () => performance.now(),
	refused: count = () => undefined
}: DoorDeps): Door {
	const tellHandshake = seldom<ProblemCode>(nowMs, (times, why) => log.warn({ times, why }, 'refused handshakes'));
	const tellRequest = seldom(nowMs, (times, why) => log.warn({ times, why }, 'refused requests'));

	/** Without a connection nobody else writes it down. */
	function turnAway(code: ProblemCode, refused: HttpResponse): { readonly refused: HttpResponse } {
		tellHandshake(code);
		count(code);
		return { refused };
	}

	return {
		knock(head) {
			const caller = access.caller(head);
			// Counted first: refusing costs something too, and a flood from a wrong origin is a flood.
			const { waitMs, tell } = admission.handshake(caller, nowMs());
			if (waitMs > 0 && !tell) return turnAway('too_fast', tooMany(waitMs));
			const refused = access.refuseOrigin(head);
			if (refused !== null) return turnAway('forbidden_origin', refused);
			const enter = (evict: () => void): Place | Refusal =>
				waitMs > 0 ? { code: 'too_fast', retryAfterMs: waitMs } : admission.enter(caller, evict);
			return { visit: new OpenVisit(caller.key, access, enter, bearer(head), count) };
		},

		async request(head) {
			if (PROBES.has(head.path)) return null;
			const waitMs = admission.request(access.caller(head), nowMs());
			if (waitMs > 0) {
				tellRequest('too_fast');
				return tooMany(waitMs);
			}
			if (!head.path.startsWith('/v1/')) return null;
			const answered = preflight(head);
			if (answered !== null) return answered;
			// A page may send a form anywhere, without asking first: what it may not read it must not do either.
			const isRead = head.method === 'GET' || head.method === 'HEAD';
			const refused =
				(isRead ? null : access.refuseOrigin(head)) ??
				(PUBLIC_PATHS.has(head.path) ? null : await access.refuseRequest(head));
			if (refused !== null) tellRequest(String(refused.status));
			return refused;
		},

		dress: (response, head) => (head.path.startsWith('/v1/') ? withCors(response, head, access.origins) : response)
	};
}

class OpenVisit implements Visit {
	readonly address: string;
	readonly #access: Access;
	readonly #take: (evict: () => void) => Place | Refusal;
	readonly #header: string | undefined;
	readonly #count: (code: ProblemCode) => void;
	#place: Place | null = null;

	constructor(
		address: string,
		access: Access,
		take: (evict: () => void) => Place | Refusal,
		header: string | undefined,
		count: (code: ProblemCode) => void
	) {
		this.address = address;
		this.#access = access;
		this.#take = take;
		this.#header = header;
		this.#count = count;
	}

	enter(evict: () => void = () => undefined): Refusal | null {
		const taken = this.#take(evict);
		if ('code' in taken) return taken;
		this.#place = taken;
		return null;
	}

	begin(): Refusal | null {
		const refusal = this.#place?.begin() ?? null;
		if (refusal !== null) this.#count(refusal.code);
		return refusal;
	}

	admit(token: string | undefined): Refusal | null | Promise<Refusal | null> {
		const judged = (verdict: Verdict): Refusal | null => {
			const refusal = this.#judge(verdict);
			if (refusal !== null) this.#count(refusal.code);
			return refusal;
		};
		const verdict = this.#access.check(token ?? this.#header);
		return verdict instanceof Promise ? verdict.then(judged) : judged(verdict);
	}

	leave(): void {
		this.#place?.leave();
	}

	#judge(verdict: Verdict): Refusal | null {
		if (verdict.ok) return verdict.subject === null ? null : (this.#place?.claim(verdict.subject) ?? null);
		return verdict.why === 'unauthorized'
			? { code: 'unauthorized', retryAfterMs: 0 }
			: { code: 'internal', retryAfterMs: UNAVAILABLE_RETRY_MS };
	}
}

function tooMany(waitMs: number): HttpResponse {
	const waitS = Math.max(1, Math.ceil(waitMs / 1000));
	return {
		status: 429,
		headers: { ...TEXT, 'retry-after': String(waitS) },
		body: `Too many requests from this address. Try again in ${waitS} s.\n`
	};
}
