/** The tokens of a list that the operator made: kept as digests, compared in constant time. */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** 16 random characters are beyond guessing at the rate that handshakes are let in. */
export const MIN_TOKEN_CHARS = 16;
/** Each is compared with each: 1,000 take some 0.1 ms. Whoever has more people wants a JWT. */
export const MAX_TOKENS = 1000;

/** What a header can carry: RFC 6750's characters, and no space. */
const TOKEN = /^[\w.~+/=:-]+$/;

/** What is wrong with a list, or null. Never repeats a token. */
export function tokensFault(tokens: readonly string[]): string | null {
	if (tokens.length > MAX_TOKENS) return `holds more than ${MAX_TOKENS} tokens: use JWT_JWKS_URL`;
	if (tokens.some((token) => token.length < MIN_TOKEN_CHARS))
		return `must hold tokens of at least ${MIN_TOKEN_CHARS} characters: make one with "openssl rand -hex 24"`;
	if (tokens.some((token) => token.length > 512)) return 'must hold tokens of at most 512 characters';
	if (!tokens.every((token) => TOKEN.test(token)))
		return 'must hold tokens of letters, digits and . _ ~ + / = : - only';
	return null;
}

/** Lines or commas between tokens; a line that begins with # is a remark. */
export function listTokens(text: string): string[] {
	return text
		.split('\n')
		.filter((line) => !line.trim().startsWith('#'))
		.flatMap((line) => line.split(','))
		.map((token) => token.trim())
		.filter((token) => token !== '');
}

export class StaticTokens {
	/** Of this process alone, so that nobody can work out in advance how two digests compare. */
	readonly #salt = randomBytes(32);
	readonly #digests: readonly Buffer[];

	constructor(tokens: readonly string[]) {
		this.#digests = tokens.map((token) => this.#digest(token));
	}

	/** Which of them it is, as a name that tells nothing of it; null where it is none. Takes as long whichever it is. */
	find(token: string): string | null {
		const digest = this.#digest(token);
		let found = -1;
		for (const [i, known] of this.#digests.entries()) if (timingSafeEqual(known, digest)) found = i;
		return found === -1 ? null : `token ${found + 1}`;
	}

	#digest(token: string): Buffer {
		return createHmac('sha256', this.#salt).update(token).digest();
	}
}
