/** The voice-cloning server: moshi-server's `POST /api/voice`, a recording in, a voice out. */
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { wsToHttp } from '../config/urls.ts';
import { findInstance } from '../discovery/find-instance.ts';
import { lookupOf, type Instance } from '../discovery/instance.ts';
import type { Service } from '../discovery/service.ts';
import { API_KEY_HEADER } from '../../src/lib/protocol/moshi.ts';
import { MAX_MESSAGE_BYTES } from '../../src/lib/protocol/msgpack.ts';
import { upstreamUrl } from '../upstream/address.ts';
import { networkFailure, statusFailure, UpstreamError } from '../upstream/failure.ts';
import { checkVoice } from './voice-message.ts';

export const CLONING_PATH = '/api/voice';
/** It decodes, resamples and runs one pass over 10 s of sound, one recording after the other. */
export const CLONING_TIMEOUT_MS = 20_000;

export interface CloningServer {
	readonly service: Service;
	readonly apiKey: string;
}

/** moshi-server answers 500 to whatever it cannot decode, and has no other answer for it. */
const REFUSALS: ReadonlySet<number> = new Set([400, 413, 415, 422, 500]);

/**
 * The `Voice` message for a recording, checked and at most MAX_MESSAGE_BYTES long; null where the server makes no voice
 * of it. An instance that fails is replaced by another. Rejects with UpstreamError only, never later than `timeoutMs`.
 */
export async function cloneVoice(
	server: CloningServer,
	recording: Uint8Array,
	timeoutMs = CLONING_TIMEOUT_MS
): Promise<Uint8Array | null> {
	const signal = AbortSignal.timeout(timeoutMs);
	try {
		const found = await findInstance(
			server.service,
			(instance, end, connected) => upload(instance, server.apiKey, recording, end, connected),
			{ signal }
		);
		return found.connection;
	} catch (error) {
		if (signal.aborted) throw new UpstreamError('timed_out', 'no voice in time');
		throw error;
	}
}

/** The connection ends with the answer, so there is nothing left to end afterwards. */
function upload(
	{ url, address }: Instance,
	apiKey: string,
	recording: Uint8Array,
	signal: AbortSignal,
	connected: () => void
): Promise<Uint8Array | null> {
	return new Promise((resolve, reject) => {
		const target = upstreamUrl(wsToHttp(url), CLONING_PATH);
		const request = (target.protocol === 'https:' ? httpsRequest : httpRequest)(target, {
			method: 'POST',
			headers: {
				[API_KEY_HEADER]: apiKey,
				'content-type': 'application/octet-stream',
				'content-length': recording.byteLength
			},
			agent: false,
			signal,
			...lookupOf(address)
		});
		const failed = (error: unknown): void => {
			reject(error instanceof UpstreamError ? error : networkFailure(error));
			request.destroy();
		};
		request.on('socket', (socket) => socket.once('connect', connected));
		request.on('error', failed);
		request.on('response', (response) => void read(response).then(resolve, failed));
		request.end(recording);
	});
}

async function read(response: IncomingMessage): Promise<Uint8Array | null> {
	const status = response.statusCode ?? 0;
	// A redirect is a failure like any other: neither the key nor somebody's voice is meant for another address.
	if (status !== 200) response.destroy();
	if (REFUSALS.has(status)) return null;
	if (status !== 200) throw statusFailure(status, response.headers['retry-after']);
	const chunks: Buffer[] = [];
	let size = 0;
	for await (const chunk of response) {
		if (!Buffer.isBuffer(chunk)) continue;
		size += chunk.byteLength;
		// Leaving the loop ends the connection.
		if (size > MAX_MESSAGE_BYTES) throw new UpstreamError('protocol', 'a voice larger than any');
		chunks.push(chunk);
	}
	const voice = Buffer.concat(chunks);
	const checked = checkVoice(voice);
	if (!checked.ok) throw new UpstreamError('protocol', `no voice came: ${checked.reason}`);
	return voice;
}
