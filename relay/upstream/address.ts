/** Where a route of an upstream is, from the base that the operator configured. */
import { isIP } from 'node:net';
import { UpstreamError } from './failure.ts';

/**
 * `base` with `path` behind its own path. A base that ends in `/v1`, as most OpenAI-compatible servers print theirs,
 * does not get it twice. Throws UpstreamError `not_found` where `base` is no URL.
 */
export function upstreamUrl(base: string, path: string): URL {
	if (!URL.canParse(base)) throw new UpstreamError('not_found', 'the configured address is no URL');
	const url = new URL(base);
	const prefix = url.pathname.replace(/\/+$/, '');
	url.pathname = prefix.endsWith('/v1') && path.startsWith('/v1/') ? prefix + path.slice(3) : prefix + path;
	url.hash = '';
	return url;
}

/**
 * The same route of the instance at `address`, and the Host header that it then needs. A fetch cannot be told which of a
 * name's addresses to use but by writing it into the URL, and over TLS that would lose the name that the certificate is
 * for: such an address stays as it is, and so does one that names no instance.
 */
export function atAddress(
	url: URL,
	address: string | null | undefined
): { readonly url: URL; readonly host: string | null } {
	if (address == null || url.protocol !== 'http:') return { url, host: null };
	const direct = new URL(url);
	direct.hostname = isIP(address) === 6 ? `[${address}]` : address;
	return { url: direct, host: url.host };
}
