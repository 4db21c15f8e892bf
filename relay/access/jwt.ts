/** Whether a JWT is good: signed with one of the issuer's keys, for this relay, and not over. */
import { errors, jwtVerify, type JWTVerifyGetKey } from 'jose';
import type { Verdict } from './verdict.ts';

/** Public-key signatures only: with a shared secret, or with `none`, whoever checks a token could also make one. */
export const ALGORITHMS = [
	...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
	...['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519']
];
/** Two machines' clocks. */
const CLOCK_TOLERANCE_S = 10;
/** A subject is kept while its sessions last. */
const MAX_SUBJECT_CHARS = 256;

/** The token's own faults; any other failure is that the keys cannot be had. */
const FAULTS_OF_TOKENS = [
	...[errors.JWTExpired, errors.JWTClaimValidationFailed, errors.JWTInvalid, errors.JWSInvalid],
	...[errors.JWSSignatureVerificationFailed, errors.JOSEAlgNotAllowed, errors.JOSENotSupported],
	...[errors.JWKSNoMatchingKey, errors.JWKSMultipleMatchingKeys]
];

export interface JwtRules {
	readonly keys: JWTVerifyGetKey;
	readonly issuer: string;
	readonly audience: string;
	readonly now?: () => Date;
}

/** Three parts, as a signed JWT has: anything else is not worth asking anybody for keys. */
const SHAPE = /^[\w-]+\.[\w-]+\.[\w-]+$/;

export async function checkJwt(token: string, { keys, issuer, audience, now }: JwtRules): Promise<Verdict> {
	if (!SHAPE.test(token)) return { ok: false, why: 'unauthorized' };
	try {
		const { payload } = await jwtVerify(token, keys, {
			algorithms: ALGORITHMS,
			issuer,
			audience,
			clockTolerance: CLOCK_TOLERANCE_S,
			requiredClaims: ['sub', 'exp'],
			...(now === undefined ? {} : { currentDate: now() })
		});
		const { sub } = payload;
		if (typeof sub !== 'string' || sub === '' || sub.length > MAX_SUBJECT_CHARS)
			return { ok: false, why: 'unauthorized' };
		return { ok: true, subject: `sub ${sub}` };
	} catch (error) {
		const isTokens = FAULTS_OF_TOKENS.some((fault) => error instanceof fault);
		return { ok: false, why: isTokens ? 'unauthorized' : 'unavailable' };
	}
}
