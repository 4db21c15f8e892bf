/** From a service's addresses to its instances: every IP address that each of their names has. */
import { UpstreamError } from '../upstream/failure.ts';
import { hostOf, literalAddress, type Instance, type ServiceName } from './instance.ts';
import type { Resolve } from './resolve.ts';
import type { ServiceLog } from './service.ts';

export interface DirectoryOptions {
	readonly name: ServiceName;
	/** In the operator's order. Rejects with UpstreamError `unresolved` only. */
	readonly urls: () => Promise<readonly string[]>;
	readonly resolve: Resolve;
	/** Which addresses are left to whoever connects, and to the proxy that may stand before them. */
	readonly byName?: (url: string) => boolean;
	readonly log?: ServiceLog;
}

/**
 * Answers what `createService` wants as `instances`. A name that has no address is passed over while another has one;
 * the operator is told of it when that begins and when it ends.
 */
export function directory(options: DirectoryOptions): () => Promise<readonly Instance[]> {
	const { name, urls, resolve, byName = () => false, log } = options;
	/** Addresses whose names have none at the moment. */
	let missing: ReadonlySet<string> = new Set();

	async function instancesAt(url: string): Promise<readonly Instance[] | UpstreamError> {
		if (byName(url)) return [{ url, address: null }];
		const literal = literalAddress(url);
		if (literal !== null) return [{ url, address: literal }];
		try {
			return (await resolve(hostOf(url))).map((address) => ({ url, address }));
		} catch (error) {
			return error instanceof UpstreamError ? error : new UpstreamError('unresolved', 'the lookup failed');
		}
	}

	function tell(all: readonly string[], now: ReadonlySet<string>): void {
		for (const [i, url] of all.entries()) {
			const fields = { service: name, server: i + 1, of: all.length };
			if (now.has(url) && !missing.has(url)) log?.warn(fields, 'the name of this server has no address');
			if (!now.has(url) && missing.has(url)) log?.warn(fields, 'the name of this server has an address again');
		}
		missing = now;
	}

	return async () => {
		const all = await urls();
		const found = await Promise.all(all.map(instancesAt));
		const failed = found.map((it) => (it instanceof UpstreamError ? it : null));
		tell(all, new Set(all.filter((_, i) => failed[i] !== null)));
		const instances = found.flatMap((it) => (it instanceof UpstreamError ? [] : it));
		if (instances.length > 0) return instances;
		throw failed.find((it) => it !== null) ?? new UpstreamError('unresolved', 'no server is named');
	};
}
