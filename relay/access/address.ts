/** Whose request this is: the peer's address or, behind a proxy that is trusted, the one that it names. */
import { BlockList, isIP } from 'node:net';
import { plainAddress } from '../http/head.ts';
import type { RequestHead } from '../http/transport.ts';
import type { Caller } from '../limits/admission.ts';
import { isLoopbackHost } from './origin.ts';

/** `10.0.0.0/8`, `2001:db8::/32` or one address. Null where `text` is none, or means everybody. */
function network(text: string): { readonly address: string; readonly bits: number; readonly six: boolean } | null {
	const [address = '', bits, ...rest] = text.split('/');
	const version = isIP(address);
	if (version === 0 || rest.length > 0 || address.includes('%')) return null;
	const most = version === 4 ? 32 : 128;
	if (bits === undefined) return { address, bits: most, six: version === 6 };
	// To trust everybody is to let everybody choose an address.
	if (!/^\d{1,3}$/.test(bits) || Number(bits) < 1 || Number(bits) > most) return null;
	return { address, bits: Number(bits), six: version === 6 };
}

export const isNetwork = (text: string): boolean => network(text) !== null;

export type Callers = (head: Pick<RequestHead, 'remoteAddress' | 'headers'>) => Caller;

/** More hops than this are somebody's joke; what stands before them is not read. */
const MAX_HOPS = 32;

/** `proxies`: each must satisfy `isNetwork`. */
export function createCallers(proxies: readonly string[]): Callers {
	const trusted = new BlockList();
	for (const text of proxies) {
		const range = network(text);
		if (range === null) throw new TypeError('not a network');
		trusted.addSubnet(range.address, range.bits, range.six ? 'ipv6' : 'ipv4');
	}
	const isTrusted = (address: string): boolean => {
		const version = isIP(address);
		return version !== 0 && trusted.check(address, version === 4 ? 'ipv4' : 'ipv6');
	};

	return ({ remoteAddress, headers }) => {
		if (!isTrusted(remoteAddress)) return caller(remoteAddress);
		const plain = headers['x-forwarded-for'];
		const forwarded = headers['forwarded'];
		if (plain === undefined && forwarded === undefined) return caller(remoteAddress);
		const first = plain === undefined ? undefined : nearest(plain.split(','), isTrusted);
		const second = forwarded === undefined ? undefined : nearest(forwardedHops(forwarded), isTrusted);
		// A proxy writes one of the two headers and hands the other on as the client wrote it: where they differ, neither is
		// believed. Nor is it this machine, then: everybody behind that proxy who does so is counted as one.
		const found = first === undefined ? second : second === undefined || second === first ? first : null;
		return found === null || found === undefined
			? { key: `via ${keyOf(remoteAddress)}`, local: false }
			: // Another machine's proxy cannot know who sits at this one, whatever it passes on.
				{ key: keyOf(found), local: caller(found).local && caller(remoteAddress).local };
	};
}

function caller(address: string): Caller {
	return { key: keyOf(address), local: address !== '' && isLoopbackHost(address) };
}

/** From the right, where the trusted ones write: the first that is not one of them. Null where it is no address. */
function nearest(hops: readonly string[], isTrusted: (address: string) => boolean): string | null {
	let last: string | null = null;
	for (const hop of hops.slice(-MAX_HOPS).toReversed()) {
		const address = addressIn(hop);
		if (address === null) return null;
		last = address;
		if (!isTrusted(address)) return address;
	}
	return last;
}

/** RFC 7239: `for=192.0.2.60;proto=http, for="[2001:db8::1]:4711"`. */
function forwardedHops(list: string): string[] {
	return list.split(',').map((element) => {
		for (const pair of element.split(';')) {
			const [name = '', value = ''] = pair.split('=');
			if (name.trim().toLowerCase() === 'for') return value.trim().replace(/^"(.*)"$/, '$1');
		}
		return '';
	});
}

/** With or without a port, IPv6 with or without brackets. Null where it is no address: `unknown`, for instance. */
function addressIn(hop: string): string | null {
	const text = hop.trim();
	const bare = /^\[([^\]]*)\](?::\d{1,5})?$/.exec(text)?.[1] ?? /^([\d.]+):\d{1,5}$/.exec(text)?.[1] ?? text;
	return isIP(bare) === 0 ? null : plainAddress(bare);
}

/**
 * What is counted: an IPv4 address, or the /64 of an IPv6 address, since that is what one household or one machine is given
 * and chooses from as it likes.
 */
export function keyOf(address: string): string {
	if (isIP(address) !== 6) return address;
	const [head = '', tail] = plainAddress(address).split('::');
	const left = head === '' ? [] : head.split(':');
	if (tail !== undefined) {
		const right = tail === '' ? [] : tail.split(':');
		while (left.length + right.length < 8) left.push('0');
		left.push(...right);
	}
	return `${left.slice(0, 4).join(':')}::/64`;
}
