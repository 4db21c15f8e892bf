/** The voice-cloning server: moshi-server's `POST /api/voice`, a recording in, a voice out. */
import { API_KEY_HEADER } from '../../src/lib/protocol/moshi.ts';
import { MAX_MESSAGE_BYTES } from '../../src/lib/protocol/msgpack.ts';
import { upstreamUrl } from '../upstream/address.ts';
import { networkFailure, statusFailure, UpstreamError } from '../upstream/failure.ts';
import { checkVoice } from './voice-message.ts';

export const CLONING_PATH = '/api/voice';
/** It decodes, resamples and runs one pass over 10 s of sound, one recording after the other. */
export const CLONING_TIMEOUT_MS = 20_000;

export interface CloningEndpoint {
	/** `http(s)://HOST:PORT`, without the route. */
	readonly url: string;
	readonly apiKey: string;
}

/** moshi-server answers 500 to whatever it cannot decode, and has no other answer for it. */
const REFUSALS: ReadonlySet<number> = new Set([400, 413, 415, 422, 500]);

/**
 * The `Voice` message for a recording, checked and at most MAX_MESSAGE_BYTES long; null where the server makes no voice
 * of it. Rejects with UpstreamError only.
 */
export async function cloneVoice(
	endpoint: CloningEndpoint,
	recording: Uint8Array<ArrayBuffer>,
	timeoutMs = CLONING_TIMEOUT_MS
): Promise<Uint8Array | null> {
	const signal = AbortSignal.timeout(timeoutMs);
	try {
		const response = await fetch(upstreamUrl(endpoint.url, CLONING_PATH), {
			method: 'POST',
			headers: { [API_KEY_HEADER]: endpoint.apiKey, 'content-type': 'application/octet-stream' },
			body: recording,
			// Neither the key nor somebody's voice is meant for another address.
			redirect: 'manual',
			signal
		});
		if (!response.ok) {
			await response.body?.cancel();
			if (REFUSALS.has(response.status)) return null;
			throw statusFailure(response.status, response.headers.get('retry-after'));
		}
		const voice = await readBounded(response);
		const checked = checkVoice(voice);
		if (!checked.ok) throw new UpstreamError('protocol', `no voice came: ${checked.reason}`);
		return voice;
	} catch (error) {
		if (error instanceof UpstreamError) throw error;
		if (signal.aborted) throw new UpstreamError('timed_out', 'no voice in time');
		throw networkFailure(error);
	}
}

async function readBounded({ body }: Response): Promise<Uint8Array> {
	const chunks: Uint8Array[] = [];
	let size = 0;
	// Leaving the loop cancels what still comes.
	for await (const chunk of body ?? []) {
		size += chunk.byteLength;
		if (size > MAX_MESSAGE_BYTES) throw new UpstreamError('protocol', 'a voice larger than any');
		chunks.push(chunk);
	}
	return Buffer.concat(chunks);
}
