/** The public keys that JWTs are checked with: from a file, or from the issuer's address, cached and bounded in time. */
import { createLocalJWKSet, createRemoteJWKSet, customFetch, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose';
import * as v from 'valibot';
import { boundedText } from '../upstream/bounded-text.ts';

/** Below a browser's patience for `welcome`, so that it is told why instead of giving up. */
export const FETCH_TIMEOUT_MS = 3000;
/** The keys are asked for again after this; a key that nobody knows makes it sooner, but not within COOLDOWN_MS. */
export const MAX_AGE_MS = 10 * 60_000;
export const COOLDOWN_MS = 30_000;
/** After a failure the issuer is left in peace for so long: whoever comes meanwhile is told at once. */
export const FAILURE_PAUSE_MS = 5000;
/** An issuer that is down ends nobody's talk: the last keys hold for so long after they were read. */
export const STALE_MS = 60 * 60_000;
/** A set of ten RSA keys with their certificates is some 30 kB. */
const MAX_BYTES = 256 * 1024;
const MAX_KEYS = 100;

const KeySetSchema = v.object({
	keys: v.pipe(
		v.array(
			v.looseObject({
				// A shared secret (`oct`) is no public key, and whoever can read the set could sign with it.
				kty: v.picklist(['RSA', 'EC', 'OKP']),
				kid: v.optional(v.string()),
				d: v.optional(v.undefined('a private key'))
			})
		),
		v.minLength(1),
		v.maxLength(MAX_KEYS)
	)
});

/** @throws Error with what is wrong, without the content. */
export function localKeys(text: string): JWTVerifyGetKey {
	return createLocalJWKSet(parseKeySet(text));
}

/** @throws Error */
function parseKeySet(text: string): JSONWebKeySet {
	let value: unknown;
	try {
		value = JSON.parse(text);
	} catch {
		throw new Error('it is not JSON');
	}
	if (isKeySet(value)) return value;
	throw new Error('it is no set of public keys: {"keys": [{"kty": "EC", …}]}');
}

const isKeySet = (value: unknown): value is JSONWebKeySet => v.is(KeySetSchema, value);

export interface RemoteKeysOptions {
	readonly fetch?: typeof fetch;
	readonly nowMs?: () => number;
	readonly timeoutMs?: number;
	/** Told once for each failure, with its kind. */
	readonly failed?: (why: string) => void;
}

/** Keys that cannot be had make it reject with what is no JOSE error of a token: see `jwt.ts`. */
export function remoteKeys(url: URL, options: RemoteKeysOptions = {}): JWTVerifyGetKey {
	const { fetch: get = fetch, nowMs = () => performance.now(), timeoutMs = FETCH_TIMEOUT_MS } = options;
	let good: { readonly text: string; readonly atMs: number } | null = null;
	let failedMs = -Infinity;

	async function read(address: string, init: RequestInit): Promise<string> {
		const response = await get(address, init);
		if (!response.ok) {
			await response.body?.cancel();
			throw new Error(`status ${response.status}`);
		}
		const text = await boundedText(response, MAX_BYTES);
		if (text === null) throw new Error('too large');
		parseKeySet(text);
		return text;
	}

	return createRemoteJWKSet(url, {
		timeoutDuration: timeoutMs,
		cooldownDuration: COOLDOWN_MS,
		cacheMaxAge: MAX_AGE_MS,
		[customFetch]: async (address, init) => {
			try {
				if (nowMs() - failedMs < FAILURE_PAUSE_MS) throw new Error('failed a moment ago');
				good = { text: await read(address, init), atMs: nowMs() };
			} catch (error) {
				if (nowMs() - failedMs >= FAILURE_PAUSE_MS) {
					failedMs = nowMs();
					options.failed?.(error instanceof Error ? error.name : 'unknown');
				}
				if (good === null || nowMs() - good.atMs > STALE_MS) throw error;
			}
			return new Response(good.text, { status: 200 });
		}
	});
}
