/** A speech-to-text leg of whichever instance has a slot. */
import { findInstance, type FindOptions } from '../discovery/find-instance.ts';
import type { Service } from '../discovery/service.ts';
import type { ConnectOptions } from './moshi-socket.ts';
import { connectStt, type ConnectStt, type SttLeg } from './stt.ts';

export interface SttUpstream {
	readonly service: Service;
	readonly apiKey: string;
	/** How its instances are spoken to; default: as a moshi-server that takes Opus. */
	readonly connect?: ConnectStt;
}

/** `timeoutMs` goes for `Ready`, `find` for the search before it. */
export interface SttServiceOptions extends Pick<ConnectOptions, 'signal' | 'timeoutMs' | 'see'> {
	readonly find?: Omit<FindOptions, 'signal'>;
}

/** Rejects with UpstreamError only. Aborting the signal ends the leg. The service hears of it where the leg fails. */
export async function findStt(
	{ service, apiKey, connect = connectStt }: SttUpstream,
	options: SttServiceOptions
): Promise<SttLeg> {
	const { find, signal: outer, ...rest } = options;
	const { connection } = await findInstance(
		service,
		(instance, signal, connected) =>
			connect(
				{ ...instance, apiKey },
				{ ...rest, signal, connected, failed: (cause) => service.failed(instance, cause) }
			),
		{ ...find, signal: outer }
	);
	return connection;
}
