/** Where the servers of one service are: addresses in the setting itself, or in a file that something else writes. */
import { isIP } from 'node:net';
import { fileURLToPath } from 'node:url';
import * as v from 'valibot';
import { CHAT_COMPLETIONS_PATH } from '../../src/lib/protocol/llm.ts';
import { STT_PATH, TTS_PATH } from '../../src/lib/protocol/moshi.ts';
import type { ServiceName } from '../discovery/instance.ts';
import { httpToWs, urlFault, wsToHttp } from './urls.ts';
import { list } from './values.ts';

export type Servers =
	/** At least one, in the operator's order, none ending in a slash. */
	| { readonly urls: readonly string[] }
	/** An absolute path. */
	| { readonly file: string };

/** Of each service: the scheme that its addresses get, and what the relay itself puts behind them. */
const KINDS: Readonly<Record<ServiceName, { scheme: (url: string) => string; routes: readonly string[] }>> = {
	stt: { scheme: httpToWs, routes: [STT_PATH] },
	tts: { scheme: httpToWs, routes: [TTS_PATH] },
	llm: { scheme: wsToHttp, routes: [CHAT_COMPLETIONS_PATH] },
	voice: { scheme: wsToHttp, routes: ['/api/voice'] }
};

/** More is a mistake, or a job for a name in the DNS. */
export const MOST_SERVERS = 64;

/** One address of `service`, in the form that the relay uses; or what is wrong with it, without repeating it. */
export function serverUrl(service: ServiceName, text: string): { readonly url: string } | { readonly fault: string } {
	const { scheme, routes } = KINDS[service];
	for (const route of routes) {
		const fault = urlFault(text, route);
		if (fault !== null) return { fault };
	}
	return { url: scheme(text) };
}

/** The value of STT_URL and its like: addresses with commas or white space between, or `file:` and an absolute path. */
export function servers(service: ServiceName) {
	return v.pipe(
		v.string(),
		v.rawTransform(({ dataset, addIssue, NEVER }): Servers => {
			const parsed = parseServers(service, dataset.value);
			if ('fault' in parsed) {
				addIssue({ message: parsed.fault });
				return NEVER;
			}
			return parsed;
		})
	);
}

function parseServers(service: ServiceName, text: string): Servers | { readonly fault: string } {
	if (/^file:/i.test(text)) {
		const isAbsolute = /^file:\/(\/\/)?(?!\/)/i.test(text) && URL.canParse(text);
		if (!isAbsolute) return { fault: 'must name an absolute path, for instance file:/run/parley/instances' };
		return { file: fileURLToPath(text) };
	}
	const items = text.split(/[\s,]+/).filter((item) => item !== '');
	if (items.length === 0) return { fault: 'names no server' };
	if (items.length > MOST_SERVERS) return { fault: `may name at most ${MOST_SERVERS} servers` };
	const urls: string[] = [];
	for (const [i, item] of items.entries()) {
		const server = serverUrl(service, item);
		if ('fault' in server) return { fault: items.length === 1 ? server.fault : `(server ${i + 1}) ${server.fault}` };
		urls.push(server.url);
	}
	return { urls };
}

/** The value of DNS_SERVERS. */
export const nameServers = v.pipe(
	list,
	v.array(v.pipe(v.string(), v.check(isNameServer, 'must be IP addresses, each with :PORT where it is not 53'))),
	v.maxLength(8, 'may name at most 8 servers')
);

/** `192.0.2.1`, `192.0.2.1:5353`, `2001:db8::1` or `[2001:db8::1]:5353`: what node:dns takes. */
function isNameServer(text: string): boolean {
	if (isIP(text) !== 0) return true;
	const [, address = '', port = ''] = /^\[?([^\]]+?)\]?:(\d{1,5})$/.exec(text) ?? [];
	const family = isIP(address);
	return family !== 0 && text.startsWith('[') === (family === 6) && Number(port) > 0 && Number(port) <= 65_535;
}
