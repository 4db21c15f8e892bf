/**
 * Voices: the list of those that come with the characters, and a person's own, cloned from a few seconds of speech and
 * kept for an hour in the cache, where every relay that shares it finds them. Nothing here knows whose voice it is: the
 * name is the key. Unmute's donation of voices has no place here, for Parley publishes nobody's.
 */
import type { Character } from '../../src/lib/chat/characters/character.ts';
import { CacheError, type Cache } from '../cache/cache.ts';
import { fixedJson, type FixedAnswer } from '../http/fixed-json.ts';
import { REQUEST_TIMEOUT_MS } from '../http/limits.ts';
import type { HttpRequest, HttpResponse, RequestHead } from '../http/transport.ts';
import type { Caller } from '../limits/admission.ts';
import type { Log } from '../log.ts';
import { UpstreamError } from '../upstream/failure.ts';
import { cloneVoice, CLONING_TIMEOUT_MS, type CloningServer } from './cloning.ts';
import { listVoices } from './list.ts';
import { isWellFormedName, newCustomName } from './name.ts';
import { readUpload, refuseHead } from './upload.ts';
import { said } from './words.ts';

export type { CloningServer } from './cloning.ts';
export { isCustomName } from './name.ts';

export const VOICES_PATH = '/v1/voices';
/** Unmute's: long enough for an evening's talk, renewed by uploading again. */
export const CUSTOM_VOICE_TTL_S = 3600;
/** Recordings in hand at once: four of the largest were measured to take 200 MB, most of it what the form's parser lets lie. */
export const MAX_UPLOADS = 4;
/** … of them from one address: a few slow senders must not keep everybody else out. */
export const MAX_UPLOADS_PER_ADDRESS = 2;
/** For whoever finds all of them taken, the server away or the cache down. */
const RETRY_AFTER_S = 5;

export interface VoicesDeps {
	readonly characters: readonly Character[];
	/** Of a reply that names none; '' leaves it to the TTS. */
	readonly defaultVoice: string;
	/** Null where nobody clones. */
	readonly cloning: CloningServer | null;
	/** For CUSTOM_VOICE_TTL_S. */
	readonly cache: Cache;
	readonly log: Log;
	/** Whose request it is; absent: all count as this machine's, and only MAX_UPLOADS holds. */
	readonly caller?: (head: RequestHead) => Caller;
	readonly limits?: { readonly bodyTimeoutMs?: number; readonly cloningTimeoutMs?: number };
}

export interface Voices {
	readonly list: FixedAnswer;
	/** `POST`: a recording, answered with the name of its voice. */
	create(request: HttpRequest): Promise<HttpResponse>;
	/** `DELETE`: `name` as it stands in the path, percent-encoded or not. */
	remove(name: string): Promise<HttpResponse>;
	/** The `Voice` message of a cloned voice; null where it is unknown, over its time, or out of reach. Never rejects. */
	lookup(name: string): Promise<Uint8Array | null>;
}

export function createVoices(deps: VoicesDeps): Voices {
	const { cloning, cache, log } = deps;
	const bodyTimeoutMs = deps.limits?.bodyTimeoutMs ?? REQUEST_TIMEOUT_MS;
	/** Whose uploads are under way. */
	const senders: Caller[] = [];

	async function clone(server: CloningServer, request: HttpRequest): Promise<HttpResponse> {
		const upload = await inTime(readUpload(request), bodyTimeoutMs);
		if (upload === null) return said(408, 'The upload took too long.');
		if (!upload.ok) return upload.response;
		try {
			const voice = await cloneVoice(server, upload.recording, deps.limits?.cloningTimeoutMs ?? CLONING_TIMEOUT_MS);
			if (voice === null)
				return said(422, 'No voice could be made of this recording. Try another one: a few seconds of clear speech.');
			const name = newCustomName();
			await cache.set(name, voice);
			return {
				status: 200,
				headers: { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' },
				body: JSON.stringify({ name })
			};
		} catch (error) {
			return failed(error);
		}
	}

	function failed(error: unknown): HttpResponse {
		if (error instanceof CacheError) return CACHE_DOWN;
		if (!(error instanceof UpstreamError)) throw error;
		const { code, message, retryAfterMs } = error;
		log.warn({ code, detail: message }, 'a voice could not be cloned');
		if (PERMANENT.has(code))
			return said(502, 'The voice-cloning server does not do its work. Its operator has to look: see the log.');
		const seconds = Math.ceil((retryAfterMs ?? RETRY_AFTER_S * 1000) / 1000);
		return said(503, 'The voice-cloning server cannot be reached at the moment. Try again.', seconds);
	}

	return {
		list: fixedJson(listVoices(deps.characters, deps.defaultVoice)),
		async create(request) {
			if (cloning === null)
				return said(501, 'This relay clones no voices. Its operator can set VOICE_CLONING_URL to a server that does.');
			const refusal = refuseHead(request);
			if (refusal !== null) return refusal;
			const sender = deps.caller?.(request) ?? { key: '', local: true };
			const isMany = !sender.local && senders.filter(({ key }) => key === sender.key).length >= MAX_UPLOADS_PER_ADDRESS;
			if (isMany || senders.length >= MAX_UPLOADS)
				return said(503, 'Too many recordings are being uploaded at the moment. Try again.', RETRY_AFTER_S);
			senders.push(sender);
			try {
				return await clone(cloning, request);
			} finally {
				senders.splice(senders.indexOf(sender), 1);
			}
		},
		async remove(encoded) {
			const name = decoded(encoded);
			if (name === null || !isWellFormedName(name)) return NO_SUCH_VOICE;
			try {
				return (await cache.delete(name)) ? { status: 204, headers: { 'cache-control': 'no-store' } } : NO_SUCH_VOICE;
			} catch (error) {
				return failed(error);
			}
		},
		async lookup(name) {
			if (!isWellFormedName(name)) return null;
			try {
				return await cache.get(name);
			} catch {
				return null; // the cache has told the operator; the person hears another voice and reads why
			}
		}
	};
}

const NO_SUCH_VOICE = said(404, 'There is no such voice, or no longer: one is kept for an hour.');
const CACHE_DOWN = said(503, 'Voices cannot be kept at the moment. Try again.', RETRY_AFTER_S);
/** What no second try heals. */
const PERMANENT: ReadonlySet<string> = new Set(['unauthorized_upstream', 'not_found', 'protocol']);

/** Null where it takes longer. */
async function inTime<T>(work: Promise<T>, ms: number): Promise<T | null> {
	let timer: NodeJS.Timeout | undefined;
	const late = new Promise<null>((resolve) => (timer = setTimeout(() => resolve(null), ms)));
	try {
		return await Promise.race([work, late]);
	} finally {
		clearTimeout(timer);
	}
}

function decoded(text: string): string | null {
	try {
		return decodeURIComponent(text);
	} catch {
		return null;
	}
}
