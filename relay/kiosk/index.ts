/** What kiosks ask of the relay: what they are to be, a way out, and to be known as alive. */
import * as v from 'valibot';
import {
	KIOSK_PATH,
	KIOSK_PING_PATH,
	KIOSK_UNLOCK_PATH,
	KioskPingSchema,
	UnlockSchema
} from '../../src/lib/chat/characters/kiosk.ts';
import type { OperatorDoor } from '../access/operator.ts';
import { fixedJson } from '../http/fixed-json.ts';
import type { HttpRequest, HttpResponse } from '../http/transport.ts';
import type { Caller } from '../limits/admission.ts';
import type { RequestHead } from '../http/transport.ts';
import type { KioskFile } from './file.ts';
import { KIOSK_HEALTH_PATH } from './paths.ts';
import { isPin } from './pin.ts';
import { KioskRoll } from './roll.ts';
import { Tries } from './tries.ts';

/** Either body fits five times. */
const MOST_BYTES = 2048;

type Answer = (request: HttpRequest) => HttpResponse | Promise<HttpResponse>;

export interface KioskDesk {
	readonly routes: Readonly<Record<string, Readonly<Partial<Record<'GET' | 'POST', Answer>>>>>;
	/** Each kiosk's name with the seconds since it was last heard of. */
	lastSeenS(): Iterable<readonly [string, number]>;
}

export interface KioskDeps {
	/** Null: no kiosk is configured. */
	readonly file: KioskFile | null;
	readonly operator: OperatorDoor;
	readonly caller: (head: RequestHead) => Caller;
	readonly log: { warn(fields: object, message: string): void };
	readonly nowMs?: () => number;
}

export function createKioskDesk(deps: KioskDeps): KioskDesk {
	const { file, operator, caller, log, nowMs = () => performance.now() } = deps;
	const roll = new KioskRoll();
	const tries = new Tries(nowMs());
	const told = file === null ? null : fixedJson(file.told);

	async function unlock(request: HttpRequest): Promise<HttpResponse> {
		if (file === null) return NOT_CONFIGURED;
		const waitMs = tries.waitMs(caller(request).key, nowMs());
		if (waitMs > 0) {
			const retryAfter = String(Math.ceil(waitMs / 1000));
			return { status: 429, headers: { ...TEXT, 'retry-after': retryAfter }, body: 'Too many tries.\n' };
		}
		const given = await bodyOf(request, UnlockSchema);
		// Without a PIN nothing opens; a body that is none is as wrong as a wrong one.
		const right = file.pin !== null && given !== null && (await isPin(given.pin, file.pin));
		if (right) return NO_CONTENT;
		log.warn({}, 'a kiosk was given a wrong PIN');
		return WRONG_PIN;
	}

	async function ping(request: HttpRequest): Promise<HttpResponse> {
		if (file === null) return NOT_CONFIGURED;
		const said = await bodyOf(request, KioskPingSchema);
		if (said === null) return BAD_PING;
		return roll.take(said, nowMs()) ? NO_CONTENT : TOO_MANY;
	}

	return {
		routes: {
			[KIOSK_PATH]: { GET: (request) => told?.(request) ?? NOT_CONFIGURED },
			[KIOSK_UNLOCK_PATH]: { POST: unlock },
			[KIOSK_PING_PATH]: { POST: ping },
			[KIOSK_HEALTH_PATH]: {
				GET: (request) => {
					const body = `${JSON.stringify({ kiosks: roll.view(nowMs()) }, null, '\t')}\n`;
					return operator(request) ?? { status: 200, headers: JSON_HEADERS, body };
				}
			}
		},
		lastSeenS: () => roll.view(nowMs()).map(({ name, lastSeenS }) => [name, lastSeenS] as const)
	};
}

/** Null where it is not what it should be. */
async function bodyOf<const S extends v.GenericSchema>(
	request: HttpRequest,
	schema: S
): Promise<v.InferOutput<S> | null> {
	const body = await request.readBody(MOST_BYTES);
	if (!body.ok) return null;
	try {
		const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body.bytes));
		const parsed = v.safeParse(schema, value);
		return parsed.success ? parsed.output : null;
	} catch {
		return null;
	}
}

const TEXT = { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' } as const;
const JSON_HEADERS = { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' } as const;
const NO_CONTENT: HttpResponse = { status: 204, headers: { 'cache-control': 'no-store' } };
const WRONG_PIN: HttpResponse = { status: 403, headers: TEXT, body: 'That is not the PIN.\n' };
const BAD_PING: HttpResponse = { status: 400, headers: TEXT, body: 'That is not what a kiosk says.\n' };
const TOO_MANY: HttpResponse = { status: 429, headers: TEXT, body: 'There are too many kiosks already.\n' };
const NOT_CONFIGURED: HttpResponse = {
	status: 404,
	headers: TEXT,
	body: 'This relay has no kiosk: KIOSK_CONFIG names a file that says what one is.\n'
};
