/** Turning what a transport's parser hands out into a `RequestHead`, the same way for both transports. */

/** Header fields of which only the first counts; any other repeated field is joined, as HTTP allows (RFC 9110, 5.3). */
const SINGLE: ReadonlySet<string> = new Set([
	...['host', 'authorization', 'content-length', 'content-type', 'user-agent', 'referer', 'if-modified-since'],
	...['sec-websocket-key', 'sec-websocket-version', 'upgrade']
]);

/** Collects fields in the order they came. Names become lower case; no name can reach a prototype. */
export class HeaderCollector {
	readonly #fields = new Map<string, string>();

	add(name: string, value: string): void {
		const key = name.toLowerCase();
		const before = this.#fields.get(key);
		if (before === undefined) this.#fields.set(key, value);
		else if (!SINGLE.has(key)) this.#fields.set(key, `${before}${key === 'cookie' ? '; ' : ', '}${value}`);
	}

	/** `fromEntries` defines own properties only, so a field called `__proto__` is just a field. */
	all(): Readonly<Record<string, string>> {
		return Object.fromEntries(this.#fields);
	}
}

/** Path and query of a request target; the absolute form (`GET http://host/path`) loses its origin. */
export function splitTarget(target: string): { path: string; query: string } {
	const local = target.replace(/^https?:\/\/[^/?#]*/i, '');
	const mark = local.indexOf('?');
	const path = mark === -1 ? local : local.slice(0, mark);
	return { path: path === '' ? '/' : path, query: mark === -1 ? '' : local.slice(mark + 1) };
}

const MAPPED = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/;

/** One spelling for one peer: shortest IPv6, and an IPv4 address seen through an IPv6 socket is still that IPv4 address. */
export function plainAddress(address: string): string {
	if (!address.includes(':')) return address;
	const bare = address.replace(/%.*$/, '');
	if (!URL.canParse(`http://[${bare}]/`)) return address;
	const short = new URL(`http://[${bare}]/`).hostname.slice(1, -1);
	const [, high, low] = MAPPED.exec(short) ?? [];
	if (high === undefined || low === undefined) return short;
	const bits = [parseInt(high, 16), parseInt(low, 16)];
	return bits.flatMap((pair) => [pair >> 8, pair & 0xff]).join('.');
}
