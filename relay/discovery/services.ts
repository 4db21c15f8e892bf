/** Makes services of what the operator configured. */
import { STT_PATH, TTS_PATH } from '../../src/lib/protocol/moshi.ts';
import type { Servers } from '../config/servers.ts';
import { directory } from './directory.ts';
import type { ServiceName } from './instance.ts';
import { watchInstancesFile } from './instances-file.ts';
import { createResolve, lookupAt, systemLookup } from './resolve.ts';
import { createService, type Service, type ServiceLog } from './service.ts';
import { moshiSlots } from './slots.ts';

export interface ServicesOptions {
	/** None: whatever this machine uses. */
	readonly dnsServers: readonly string[];
	readonly log: ServiceLog;
}

export interface Services {
	/** moshi-servers: each connection goes to the one with more room. `tellsRoom` false: nobody knows which one that is. */
	speech(name: 'stt' | 'tts', servers: Servers, apiKey: string, tellsRoom?: boolean): Service;
	/** The first address that works; they share a key and a model's name. */
	llm(servers: Servers): Service;
	/** Whichever works: they hold nothing that another does not. */
	voice(servers: Servers): Service;
}

const ROUTES = { stt: STT_PATH, tts: TTS_PATH } as const;
const isTls = (url: string): boolean => url.startsWith('https:') || url.startsWith('wss:');

export function openServices({ dnsServers, log }: ServicesOptions): Services {
	const resolve = createResolve({ lookup: dnsServers.length === 0 ? systemLookup : lookupAt(dnsServers), log });
	const files = new Map<string, ReturnType<typeof watchInstancesFile>>();

	/** One watch per file: several services may stand in it. */
	function fileAt(path: string): ReturnType<typeof watchInstancesFile> {
		const file = files.get(path) ?? watchInstancesFile(path, { log });
		files.set(path, file);
		return file;
	}

	function instances(name: ServiceName, servers: Servers, byName?: (url: string) => boolean) {
		const urls =
			'urls' in servers
				? (): Promise<readonly string[]> => Promise.resolve(servers.urls)
				: (): Promise<readonly string[]> => fileAt(servers.file)(name);
		return directory({ name, urls, resolve, log, ...(byName === undefined ? {} : { byName }) });
	}

	return {
		speech: (name, servers, apiKey, tellsRoom = true) =>
			createService({
				name,
				instances: instances(name, servers),
				...(tellsRoom ? { askSlots: moshiSlots(ROUTES[name], apiKey) } : {}),
				log
			}),
		llm: (servers) =>
			// Over TLS by name: a service somewhere far away, perhaps behind a proxy.
			createService({ name: 'llm', instances: instances('llm', servers, isTls), choice: 'failover', log }),
		voice: (servers) => createService({ name: 'voice', instances: instances('voice', servers), log })
	};
}
