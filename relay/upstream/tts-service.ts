/** A text-to-speech leg of whichever instance has a slot, asked for several times. */
import { findInstance, type FindOptions } from '../discovery/find-instance.ts';
import type { Service } from '../discovery/service.ts';
import { retrying, type RetryOptions } from '../lifecycle/retry.ts';
import { UpstreamError, type LegCode } from './failure.ts';
import { connectTts, type ConnectTts, type TtsConnectOptions, type TtsLeg } from './tts.ts';

export interface TtsUpstream {
	readonly service: Service;
	readonly apiKey: string;
	/** How its instances are spoken to; default: as a moshi-server that gives Opus. */
	readonly connect?: ConnectTts;
}

/** `timeoutMs` goes for `Ready`, `find` for the search before it. */
export interface TtsServiceOptions extends Pick<
	TtsConnectOptions,
	'voice' | 'custom' | 'signal' | 'timeoutMs' | 'see'
> {
	readonly find?: Omit<FindOptions, 'signal'>;
	/** Default TTS_TRIES. */
	readonly tries?: TtsTries;
	/** Search `number` (from 1) found no instance, or one kept us waiting, and another try follows. */
	readonly retrying?: (number: number, cause: UpstreamError) => void;
}

export type TtsTries = Pick<RetryOptions, 'tries' | 'firstMs' | 'growth' | 'maxMs' | 'jitter' | 'random' | 'wait'>;

/** Unmute's: a slot is often freed within a few tens of milliseconds, when an interrupted reply lets go of its own. */
export const TTS_TRIES: TtsTries = { tries: 5, firstMs: 50, growth: 1.5, maxMs: 1000, jitter: 0.25 };

/** What another try can heal. A key or an address cannot, and who waited a whole timeout has waited long enough. */
const WORTH_ANOTHER_TRY: ReadonlySet<LegCode> = new Set<LegCode>(['refused', 'at_capacity', 'lost']);

/** Rejects with UpstreamError only. Aborting the signal ends the leg. The service hears of it where the leg fails. */
export function findTts(
	{ service, apiKey, connect = connectTts }: TtsUpstream,
	options: TtsServiceOptions
): Promise<TtsLeg> {
	const { find, tries = TTS_TRIES, retrying: warn, signal: outer, ...rest } = options;
	const search = async (number: number): Promise<TtsLeg> => {
		// What fails at once is passed over unnoticed; this has cost the person a wait. The last one's is the search's own end.
		let waitedFor: UpstreamError | null = null;
		const { connection } = await findInstance(
			service,
			(instance, signal, connected) => {
				if (waitedFor !== null) warn?.(number, waitedFor);
				waitedFor = null;
				return connect(
					{ ...instance, apiKey },
					{ ...rest, signal, connected, failed: (cause) => service.failed(instance, cause) }
				);
			},
			{
				...find,
				signal: outer,
				missed: (cause) => (waitedFor = cause.code === 'timed_out' ? cause : null)
			}
		);
		return connection;
	};
	return retrying(search, {
		...tries,
		signal: outer,
		again: (error) => error instanceof UpstreamError && WORTH_ANOTHER_TRY.has(error.code),
		failed: (number, error) => {
			if (error instanceof UpstreamError) warn?.(number, error);
		}
	});
}
