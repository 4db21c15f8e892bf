/** Who may come in, as the environment says it. */
import * as v from 'valibot';
import { isNetwork } from '../access/address.ts';
import type { AccessConfig } from '../access/index.ts';
import { publicBindFault } from '../access/rule.ts';
import { listTokens, tokensFault } from '../access/static-tokens.ts';
import { list, path, shortText } from './values.ts';

/**
 * Whoever connects from this very machine could say what they like anyway, and the usual proxy stands here. A page cannot:
 * a browser asks first before it sends such a header to another origin.
 */
const TRUSTED_PROXIES = '127.0.0.0/8,::1';

const origins = v.pipe(
	list,
	v.transform((items) => items.map((item) => item.replace(/\/$/, ''))),
	v.array(
		v.pipe(
			v.string(),
			v.check(
				(item) => URL.canParse(item) && /^https?:/i.test(item) && new URL(item).origin === item.toLowerCase(),
				'must be origins such as https://talk.example.org, with commas between; a * is not taken, since any page could then use your servers'
			)
		)
	),
	v.transform((items) => items.map((item) => item.toLowerCase()))
);

const tokens = v.pipe(
	v.string(),
	v.transform(listTokens),
	v.rawCheck(({ dataset, addIssue }) => {
		const fault = dataset.typed ? tokensFault(dataset.value) : null;
		if (fault !== null) addIssue({ message: fault });
	})
);

const keySetAddress = v.pipe(
	v.string(),
	v.check((url) => {
		if (!URL.canParse(url)) return false;
		const { protocol, username, password } = new URL(url);
		return /^https?:$/.test(protocol) && username === '' && password === '';
	}, 'must be an address that begins with https:// or http://, without a name or password')
);

const networks = v.pipe(
	list,
	v.array(
		v.pipe(
			v.string(),
			v.check(
				isNetwork,
				'must be addresses or networks such as 10.0.0.0/8, with commas between; nobody trusts all of them'
			)
		)
	)
);

export const ACCESS_VALUES = {
	ALLOWED_ORIGINS: v.optional(origins, ''),
	ACCESS: v.optional(v.picklist(['open'], 'must be open, or unset')),
	ACCESS_TOKENS: v.optional(tokens, ''),
	ACCESS_TOKENS_FILE: v.optional(path),
	JWT_JWKS_URL: v.optional(keySetAddress),
	JWT_JWKS_FILE: v.optional(path),
	JWT_ISSUER: v.optional(shortText),
	JWT_AUDIENCE: v.optional(shortText),
	TRUSTED_PROXIES: v.optional(networks, TRUSTED_PROXIES)
};

type Values = v.InferOutput<v.ObjectSchema<typeof ACCESS_VALUES, undefined>>;

export type AccessSettings = Omit<AccessConfig, 'host'>;

export function toAccess(it: Values): AccessSettings {
	return {
		allowedOrigins: it.ALLOWED_ORIGINS,
		open: it.ACCESS === 'open',
		tokens: it.ACCESS_TOKENS,
		tokensFile: it.ACCESS_TOKENS_FILE ?? null,
		jwt: jwt(it),
		trustedProxies: it.TRUSTED_PROXIES
	};
}

function jwt(it: Values): AccessConfig['jwt'] {
	const { JWT_JWKS_URL: url, JWT_JWKS_FILE: file, JWT_ISSUER: issuer = '', JWT_AUDIENCE: audience = '' } = it;
	if (url !== undefined) return { keys: { url }, issuer, audience };
	return file === undefined ? null : { keys: { file }, issuer, audience };
}

/** What cannot be seen in one variable alone, as whole sentences. */
export function accessFaults(host: string, it: Values): string[] {
	const faults: string[] = [];
	const wantsJwt = it.JWT_JWKS_URL !== undefined || it.JWT_JWKS_FILE !== undefined;
	if (it.JWT_JWKS_URL !== undefined && it.JWT_JWKS_FILE !== undefined)
		faults.push('JWT_JWKS_URL and JWT_JWKS_FILE are both set: unset one of them.');
	for (const name of ['JWT_ISSUER', 'JWT_AUDIENCE'] as const) {
		// Without them a token that the same issuer made for another service would open this one.
		if (wantsJwt && it[name] === undefined)
			faults.push(`${name} must be set: tokens made for others must not fit here.`);
		if (!wantsJwt && it[name] !== undefined)
			faults.push(`${name} needs the keys too: set JWT_JWKS_URL or JWT_JWKS_FILE.`);
	}
	const { allowedOrigins, open, tokensFile, tokens: fixed } = toAccess(it);
	const someTokens = wantsJwt || tokensFile !== null || fixed.length > 0;
	if (open && someTokens) faults.push('ACCESS=open and tokens contradict each other: unset one of them.');
	const fault = publicBindFault({ host, allowedOrigins, open, tokens: someTokens });
	if (fault !== null) faults.push(`HOST ${fault}.`);
	return faults;
}
