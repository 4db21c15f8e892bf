/** A recording on its way to the relay, which has its cloning server make a voice of it. Checked like anybody's answer. */
import * as v from 'valibot';
import { relayAddress } from '../../session/relay-origin.ts';

export const VOICES_PATH = '/v1/voices';
/** The relay waits twenty seconds for the cloning server; a phone's upload of half a megabyte takes a few. */
const TIMEOUT_MS = 45_000;

/** Why there is no voice, in what a person can do about it. */
export const UPLOAD_FAULTS = [
	'too_big', // 413
	'no_recording', // 400, 411, 415: nothing that the relay takes for one
	'no_voice', // 422: the cloning server made none of it
	'busy', // 429, or 503: again in a moment
	'broken', // 500, 502: the operator has to look
	'not_here', // 404, 501: this relay clones no voices
	'code', // 401, 403: the access code is needed, or wrong
	'away' // nobody answers
] as const;
export type UploadFault = (typeof UPLOAD_FAULTS)[number];

export type Uploaded =
	| { readonly ok: true; readonly voice: string }
	/** `retryAfterS`: how long to wait, where the relay says so. */
	| { readonly ok: false; readonly why: UploadFault; readonly retryAfterS: number | null };

export interface UploadOptions {
	readonly token: string | null;
	/** Share of the bytes that have gone out, 0 to 1; at 1 the voice is being made. */
	readonly onProgress: (share: number) => void;
	readonly signal: AbortSignal;
	readonly request?: () => XMLHttpRequest;
}

const AnswerSchema = v.object({ name: v.pipe(v.string(), v.regex(/^custom:[0-9a-f-]{36}$/)) });

/** Never rejects; null where `signal` ended it. */
export function uploadVoice(recording: Blob, options: UploadOptions): Promise<Uploaded | null> {
	const { token, onProgress, signal, request = () => new XMLHttpRequest() } = options;
	return new Promise((resolve) => {
		if (signal.aborted) {
			resolve(null);
			return;
		}
		// `fetch` tells nobody how far an upload is.
		const http = request();
		const away = (): void => resolve({ ok: false, why: 'away', retryAfterS: null });
		http.open('POST', relayAddress(VOICES_PATH));
		http.timeout = TIMEOUT_MS;
		if (token !== null) http.setRequestHeader('authorization', `Bearer ${token}`);
		http.upload.onprogress = ({ loaded, total }) => onProgress(total > 0 ? loaded / total : 0);
		http.onload = () => resolve(answerOf(http.status, http.responseText, http.getResponseHeader('retry-after')));
		http.onerror = away;
		http.ontimeout = away;
		http.onabort = () => resolve(null);
		signal.addEventListener('abort', () => http.abort(), { once: true });
		const form = new FormData();
		form.append('file', recording, 'voice.wav');
		http.send(form);
	});
}

export function answerOf(status: number, body: string, retryAfter: string | null): Uploaded {
	if (status === 200) {
		const voice = voiceIn(body);
		return voice === null ? { ok: false, why: 'broken', retryAfterS: null } : { ok: true, voice };
	}
	const seconds = retryAfter !== null && /^\d{1,4}$/.test(retryAfter) ? Number(retryAfter) : null;
	return { ok: false, why: faultOf(status), retryAfterS: seconds };
}

function faultOf(status: number): UploadFault {
	if (status === 413) return 'too_big';
	if (status === 400 || status === 411 || status === 415) return 'no_recording';
	if (status === 422) return 'no_voice';
	if (status === 408 || status === 429 || status === 503) return 'busy';
	if (status === 404 || status === 405 || status === 501) return 'not_here';
	if (status === 401 || status === 403) return 'code';
	return status === 0 ? 'away' : 'broken';
}

function voiceIn(body: string): string | null {
	try {
		const parsed = v.safeParse(AnswerSchema, JSON.parse(body));
		return parsed.success ? parsed.output.name : null;
	} catch {
		return null;
	}
}

/** Whether the relay has let go of it, or had before. Never rejects. */
export async function forgetVoice(voice: string, token: string | null, ask: typeof fetch = fetch): Promise<boolean> {
	try {
		const response = await ask(relayAddress(`${VOICES_PATH}/${encodeURIComponent(voice)}`), {
			method: 'DELETE',
			signal: AbortSignal.timeout(10_000),
			...(token === null ? {} : { headers: { authorization: `Bearer ${token}` } })
		});
		return response.ok || response.status === 404;
	} catch {
		return false;
	}
}
