/** One server of a service, and how to reach that one and no other of the same name. */
import { isIP, type LookupFunction } from 'node:net';

export type ServiceName = 'stt' | 'tts' | 'llm' | 'voice';

export interface Instance {
	/** As configured, without a trailing slash: gives the scheme, the path, the Host header and the name in TLS. */
	readonly url: string;
	/** The IP address to connect to; null: whatever the name means when it is connected to. */
	readonly address: string | null;
}

/** Equal for the same instance, whenever it was found. For maps, not for logs: it holds an address. */
export function instanceKey({ url, address }: Instance): string {
	return `${url} ${address ?? ''}`;
}

/** `url`'s host without the brackets of an IPv6 address. */
export function hostOf(url: string | URL): string {
	return new URL(url).hostname.replace(/^\[|\]$/g, '');
}

/** The address that a URL names itself, where its host is no name. */
export function literalAddress(url: string): string | null {
	const host = hostOf(url);
	return isIP(host) === 0 ? null : host;
}

/** For node:http's and `ws`'s option `lookup`: connects to `address` and keeps the name in Host and in TLS. */
export function lookupOf(address: string | null | undefined): { readonly lookup?: LookupFunction } {
	if (address == null) return {};
	const family = isIP(address);
	return {
		lookup(_hostname, options, callback) {
			if (options.all === true) callback(null, [{ address, family }]);
			else callback(null, address, family);
		}
	};
}
