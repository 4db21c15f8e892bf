/** Which transport this process uses. */
import type { Log } from '../log.ts';
import { StartError } from '../start-error.ts';
import { MAX_HEADER_BYTES } from './limits.ts';
import { createNodeTransport } from './node.ts';
import type { Transport } from './transport.ts';
import { isUws } from './uws-api.ts';
import { createUwsTransport } from './uws.ts';

export const TRANSPORT_CHOICES = ['auto', 'uws', 'node'] as const;
export type TransportChoice = (typeof TRANSPORT_CHOICES)[number];

/** Loads a module by name; an argument so that a test can have it missing or strange. */
export type ImportModule = (name: string) => Promise<unknown>;

/**
 * `auto` takes uWebSockets.js where it can be loaded and node:http with `ws` elsewhere.
 * @throws StartError where `uws` was asked for by name and cannot be loaded: what to do stands in its message.
 */
export async function chooseTransport(
	choice: TransportChoice,
	log: Log,
	load: ImportModule = (name) => import(name)
): Promise<Transport> {
	if (choice === 'node') return createNodeTransport(log);
	const loaded = await loadUws(load);
	if (loaded.uws !== null) return createUwsTransport(loaded.uws, log);
	if (choice === 'uws') {
		throw new StartError(
			`TRANSPORT=uws, but uWebSockets.js cannot be used: ${loaded.reason}. Run "npm run uws", or set TRANSPORT=auto.`
		);
	}
	log.debug({ reason: loaded.reason }, 'uWebSockets.js is not used');
	return createNodeTransport(log);
}

async function loadUws(load: ImportModule) {
	// Read once by the native side, when it is loaded; its own default of 4 KiB refuses pages that bring many cookies.
	process.env.UWS_HTTP_MAX_HEADERS_SIZE ??= String(MAX_HEADER_BYTES);
	try {
		const module = await load('uWebSockets.js');
		const uws = typeof module === 'object' && module !== null && 'default' in module ? module.default : module;
		if (isUws(uws)) return { uws, reason: '' };
		return { uws: null, reason: 'it lacks functions that Parley needs (v20.52 has them)' };
	} catch (error) {
		const line = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
		return { uws: null, reason: line };
	}
}
