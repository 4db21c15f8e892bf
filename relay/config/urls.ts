/** Speech servers are configured as either `ws://` or `http://`: they serve both on one port. */

/** `http(s)://…` as `ws(s)://…`, without a trailing slash; what is neither comes back unchanged. */
export function httpToWs(url: string): string {
	return bare(url.replace(/^https:/i, 'wss:').replace(/^http:/i, 'ws:'));
}

/** `ws(s)://…` as `http(s)://…`, without a trailing slash; what is neither comes back unchanged. */
export function wsToHttp(url: string): string {
	return bare(url.replace(/^wss:/i, 'https:').replace(/^ws:/i, 'http:'));
}

function bare(url: string): string {
	return url.replace(/\/+$/, '');
}

/**
 * What is wrong with an upstream's address, or null. Never repeats the address: it may hold a password. `route` is what
 * the relay itself puts behind it.
 */
export function urlFault(url: string, route: string): string | null {
	if (!URL.canParse(url)) return 'is no URL: write for instance http://127.0.0.1:8089';
	const { protocol, username, password, hash, pathname } = new URL(url);
	if (!['http:', 'https:', 'ws:', 'wss:'].includes(protocol))
		return 'must begin with http://, https://, ws:// or wss://';
	if (username !== '' || password !== '')
		return 'must not hold a name or password: put the key into the …_API_KEY variable';
	if (hash !== '') return 'must not have a part after #';
	if (bare(pathname).endsWith(route)) return `must end before ${route}: the relay adds that itself`;
	return null;
}
