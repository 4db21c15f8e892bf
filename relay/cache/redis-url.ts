/** REDIS_URL: `redis://` or, with TLS, `rediss://`; a name and password may be in it, so nothing here ever repeats it. */

export interface RedisTarget {
	readonly host: string;
	readonly port: number;
	readonly tls: boolean;
	/** '' where there is none. */
	readonly username: string;
	readonly password: string;
	readonly db: number;
}

const DEFAULT_PORT = 6379;

/** What is wrong with it, or null. */
export function redisUrlFault(url: string): string | null {
	if (!URL.canParse(url)) return 'is no URL: write for instance redis://127.0.0.1:6379';
	const { protocol, hostname, pathname, search, hash, username, password } = new URL(url);
	if (protocol !== 'redis:' && protocol !== 'rediss:')
		return 'must begin with redis:// or, where the server speaks TLS, rediss://';
	if (hostname === '') return 'names no host: write for instance redis://127.0.0.1:6379';
	if (search !== '' || hash !== '')
		return 'must not have a part after ? or #: write % in the password as %25, ? as %3F, # as %23';
	if (!/^\/?\d{0,4}$/.test(pathname)) return 'may end in the number of a database, such as /0, and in nothing else';
	if (decoded(username) === null || decoded(password) === null)
		return 'has a stray % in its name or password: write it as %25';
	return null;
}

/** Of a URL without fault. */
export function redisTarget(url: string): RedisTarget {
	const { protocol, hostname, port, username, password, pathname } = new URL(url);
	return {
		// An IPv6 address stands in brackets in a URL alone.
		host: hostname.replace(/^\[(.*)\]$/, '$1'),
		port: port === '' ? DEFAULT_PORT : Number(port),
		tls: protocol === 'rediss:',
		username: decoded(username) ?? '',
		password: decoded(password) ?? '',
		db: Number(pathname.slice(1))
	};
}

function decoded(text: string): string | null {
	try {
		return decodeURIComponent(text);
	} catch {
		return null;
	}
}
