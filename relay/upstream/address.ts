/** Where a route of an upstream is, from the base that the operator configured. */
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
