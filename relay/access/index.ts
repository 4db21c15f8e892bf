/** Who may come in: the one place that knows origins, proxies and tokens. What it lets in, `relay/limits` counts. */
import { readFile } from 'node:fs/promises';
import type { HttpResponse, RequestHead } from '../http/transport.ts';
import type { Caller } from '../limits/admission.ts';
import type { Log } from '../log.ts';
import { StartError } from '../start-error.ts';
import { createCallers } from './address.ts';
import { checkJwt, type JwtRules } from './jwt.ts';
import { localKeys, remoteKeys } from './key-set.ts';
import { howToAllow, isLoopbackHost, mayAsk, type OriginRules } from './origin.ts';
import { HOW_TO_OPEN } from './rule.ts';
import { listTokens, StaticTokens, tokensFault } from './static-tokens.ts';
import { UNAVAILABLE_RETRY_MS, type Verdict } from './verdict.ts';

export type { Verdict } from './verdict.ts';

export interface AccessConfig {
	readonly host: string;
	/** Lower case. */
	readonly allowedOrigins: readonly string[];
	/** Everybody may come in, and the operator has said so. */
	readonly open: boolean;
	readonly tokens: readonly string[];
	readonly tokensFile: string | null;
	readonly jwt: {
		readonly keys: { readonly url: string } | { readonly file: string };
		readonly issuer: string;
		readonly audience: string;
	} | null;
	/** Networks whose `X-Forwarded-For` and `Forwarded` are believed. */
	readonly trustedProxies: readonly string[];
}

export interface Access {
	readonly origins: OriginRules;
	/** Whether a token is asked for at all. */
	readonly needsToken: boolean;
	/** Who may come in, in a word for the log. */
	readonly kind: 'open' | 'tokens' | 'origins' | 'this machine';
	caller(head: RequestHead): Caller;
	/** For a handshake, and for a request that changes something: null, or the answer that refuses it. */
	refuseOrigin(head: RequestHead): HttpResponse | null;
	/** Of a token as it was sent, or of none. Answers at once where no key set has to be asked. Never rejects. */
	check(token: string | undefined): Verdict | Promise<Verdict>;
	/** For an HTTP request of a route that is not public: null, or 401 or 503. */
	refuseRequest(head: RequestHead): Promise<HttpResponse | null>;
}

const TEXT = { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' } as const;

/** @throws StartError where a file cannot be read or does not hold what it should. */
export async function createAccess(config: AccessConfig, log: Log): Promise<Access> {
	const { tokensFile, jwt } = config;
	const fromFile = tokensFile === null ? [] : await readTokens(tokensFile);
	const fixed = new StaticTokens([...config.tokens, ...fromFile]);
	const hasFixed = config.tokens.length + fromFile.length > 0;
	const rules: JwtRules | null = jwt === null ? null : { ...jwt, keys: await readKeys(jwt.keys, log) };
	const needsToken = hasFixed || rules !== null;
	const callers = createCallers(config.trustedProxies);
	const isGuarded = needsToken || config.open || config.allowedOrigins.length > 0;
	const origins: OriginRules = {
		allowed: config.allowedOrigins,
		loopback: isLoopbackHost(config.host),
		sameHost: needsToken || config.open
	};

	function check(token: string | undefined): Verdict | Promise<Verdict> {
		if (!needsToken) return { ok: true, subject: null };
		if (token === undefined || token === '') return { ok: false, why: 'unauthorized' };
		const subject = fixed.find(token);
		if (subject !== null) return { ok: true, subject };
		return rules === null ? { ok: false, why: 'unauthorized' } : checkJwt(token, rules);
	}

	return {
		origins,
		needsToken,
		kind: needsToken ? 'tokens' : config.open ? 'open' : isGuarded ? 'origins' : 'this machine',
		caller: callers,
		refuseOrigin(head) {
			if (!mayAsk(head, origins)) return { status: 403, headers: TEXT, body: howToAllow(head) };
			// A proxy on this machine lets the world in, and the public-bind rule saw only 127.0.0.1.
			if (!isGuarded && !callers(head).local) return { status: 403, headers: TEXT, body: `${HOW_TO_OPEN}\n` };
			return null;
		},
		check,
		async refuseRequest(head) {
			const verdict = await check(bearer(head));
			if (verdict.ok) return null;
			if (verdict.why === 'unauthorized')
				return { status: 401, headers: { ...TEXT, 'www-authenticate': 'Bearer' }, body: 'A token is needed.\n' };
			const headers = { ...TEXT, 'retry-after': String(UNAVAILABLE_RETRY_MS / 1000) };
			return { status: 503, headers, body: 'Tokens cannot be checked at the moment.\n' };
		}
	};
}

/** The token of an `Authorization: Bearer` header. */
export function bearer(head: Pick<RequestHead, 'headers'>): string | undefined {
	return /^bearer +([^\s]+)$/i.exec(head.headers['authorization']?.trim() ?? '')?.[1];
}

async function readTokens(path: string): Promise<string[]> {
	const tokens = listTokens(await readText(path, 'ACCESS_TOKENS_FILE'));
	const fault = tokens.length === 0 ? 'holds no token' : tokensFault(tokens);
	if (fault !== null) throw new StartError(`ACCESS_TOKENS_FILE ${fault}.`);
	return tokens;
}

async function readKeys(
	keys: { readonly url: string } | { readonly file: string },
	log: Log
): Promise<JwtRules['keys']> {
	if ('url' in keys) {
		const failed = (why: string): void => log.error({ why }, 'the key set for tokens cannot be had: see JWT_JWKS_URL');
		return remoteKeys(new URL(keys.url), { failed });
	}
	try {
		return localKeys(await readText(keys.file, 'JWT_JWKS_FILE'));
	} catch (error) {
		if (error instanceof StartError) throw error;
		throw new StartError(`JWT_JWKS_FILE cannot be used: ${error instanceof Error ? error.message : 'unknown'}.`);
	}
}

async function readText(path: string, setting: string): Promise<string> {
	try {
		return await readFile(path, 'utf8');
	} catch (error) {
		const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
		throw new StartError(`The file of ${setting} cannot be read (${code}).`);
	}
}
