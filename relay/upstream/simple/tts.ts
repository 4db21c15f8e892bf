/**
 * A voice of the simple dialect: `POST /synthesize` with a sentence, and its sound as float32, 24 kHz, as it is made. A reply
 * is one request after the other, and their sound one stream: it is encoded in a thread.
 */
import type { CodecPool } from '../../codec/pool.ts';
import { placeOf } from '../../discovery/instance-name.ts';
import { upstreamUrl } from '../address.ts';
import { ask } from '../ask.ts';
import { wsToHttp } from '../../config/urls.ts';
import { UpstreamError, asUpstreamError, givenUp, statusFailure } from '../failure.ts';
import { onlyItsOwn } from '../pcm/codec-failure.ts';
import type { ConnectTts, TtsConnectOptions, TtsEndpoint } from '../tts.ts';
import { SimpleTtsLeg } from './tts-leg.ts';

export const SYNTHESIZE_PATH = '/synthesize';

/**
 * There is nothing to connect to before there is a sentence; but whoever looks for an instance wants one that is there, so it
 * is asked for anything at all. Its voices are not ours to know: a cloned one is spoken with the server's own.
 */
export function simpleTts(codecs: CodecPool): ConnectTts {
	return async (endpoint, options) => {
		const url = upstreamUrl(wsToHttp(endpoint.url), SYNTHESIZE_PATH);
		const sight = options.see?.(placeOf({ url: url.href, address: endpoint.address }));
		try {
			await greet(endpoint, options);
		} catch (error) {
			const isOurWish = options.signal.aborted && !(options.signal.reason instanceof UpstreamError);
			const cause = asUpstreamError(error, 'the connection could not be set up');
			if (isOurWish) sight?.ended();
			else sight?.failed(cause.code);
			throw cause;
		}
		sight?.ready();
		const failed = onlyItsOwn(options.failed);
		return new SimpleTtsLeg({ ...options, failed, url, endpoint, codecs, sight });
	};
}

async function greet({ url, address = null }: TtsEndpoint, options: TtsConnectOptions): Promise<void> {
	const { signal, timeoutMs, connected } = options;
	// A proxy answers for a server that is away or full, and only then with one of these.
	const { status } = await ask({ url, address }, { path: '/', timeoutMs, maxBytes: 0 });
	if (signal.aborted) throw signal.reason instanceof UpstreamError ? signal.reason : givenUp();
	if (status === 429 || (status >= 502 && status <= 504)) throw statusFailure(status);
	connected?.();
}
