import { describe, expect, it, vi } from 'vitest';
import { answerOf, forgetVoice, uploadVoice, type Uploaded } from './upload.ts';

vi.mock('../../session/relay-origin.ts', () => ({ relayAddress: (path: string) => `https://relay${path}` }));

const NAME = 'custom:0f8fad5b-d9cb-469f-a165-70867728950e';

describe('what the relay answers', () => {
	it('is a voice, where it is one', () => {
		expect(answerOf(200, JSON.stringify({ name: NAME }), null)).toEqual({ ok: true, voice: NAME });
	});
	it('is no voice where it only looks like an answer', () => {
		for (const body of [
			'',
			'{',
			'null',
			'{"name":"en-female"}',
			'{"name":"custom:<b>"}',
			JSON.stringify({ name: `${NAME}\n` })
		])
			expect(answerOf(200, body, null)).toEqual({ ok: false, why: 'broken', retryAfterS: null });
	});
	it('has words for every refusal', () => {
		const why = (status: number): string => {
			const answer = answerOf(status, 'words', null);
			return answer.ok ? 'ok' : answer.why;
		};
		expect([400, 411, 415].map(why)).toEqual(Array(3).fill('no_recording'));
		expect([408, 429, 503].map(why)).toEqual(Array(3).fill('busy'));
		expect([401, 403].map(why)).toEqual(Array(2).fill('code'));
		expect([404, 405, 501].map(why)).toEqual(Array(3).fill('not_here'));
		expect([413, 422, 500, 502, 204, 302, 0].map(why)).toEqual([
			...['too_big', 'no_voice', 'broken', 'broken', 'broken', 'broken', 'away']
		]);
	});
	it('says when to try again, where that is a number of seconds', () => {
		const seconds = (header: string | null) => answerOf(503, '', header);
		expect(seconds('5')).toEqual({ ok: false, why: 'busy', retryAfterS: 5 });
		for (const header of [null, '', 'soon', '-1', '99999', 'Wed, 21 Oct 2026 07:28:00 GMT'])
			expect(seconds(header)).toMatchObject({ retryAfterS: null });
	});
});

/** What an upload asks of the browser's request, answered by hand. */
class FakeRequest {
	readonly headers: [string, string][] = [];
	readonly upload: { onprogress: ((event: { loaded: number; total: number }) => void) | null } = { onprogress: null };
	onload: (() => void) | null = null;
	onerror: (() => void) | null = null;
	ontimeout: (() => void) | null = null;
	onabort: (() => void) | null = null;
	status = 200;
	responseText = JSON.stringify({ name: NAME });
	timeout = 0;
	opened = '';
	sent: FormData | null = null;
	open(method: string, url: string): void {
		this.opened = `${method} ${url}`;
	}
	setRequestHeader(name: string, value: string): void {
		this.headers.push([name, value]);
	}
	getResponseHeader = (): string | null => null;
	send(form: FormData): void {
		this.sent = form;
	}
	abort(): void {
		this.onabort?.();
	}
}

function upload(token: string | null = null): {
	request: FakeRequest;
	answer: Promise<Uploaded | null>;
	progress: number[];
	ending: AbortController;
} {
	const request = new FakeRequest();
	const ending = new AbortController();
	const progress: number[] = [];
	const answer = uploadVoice(new Blob(['RIFF']), {
		...{ token, signal: ending.signal, onProgress: (share: number) => progress.push(share) },
		request: () => request as unknown as XMLHttpRequest
	});
	return { request, answer, progress, ending };
}

describe('an upload', () => {
	it('sends the recording as the field "file", with the code in a header, and tells how far it is', async () => {
		const { request, answer, progress } = upload('a code');
		expect(request.opened).toBe('POST https://relay/v1/voices');
		expect(request.headers).toEqual([['authorization', 'Bearer a code']]);
		expect(request.sent?.get('file')).toBeInstanceOf(Blob);
		request.upload.onprogress?.({ loaded: 1, total: 4 });
		request.upload.onprogress?.({ loaded: 4, total: 4 });
		request.upload.onprogress?.({ loaded: 4, total: 0 });
		request.onload?.();
		expect(await answer).toEqual({ ok: true, voice: NAME });
		expect(progress).toEqual([0.25, 1, 0]);
		expect(upload().request.headers).toEqual([]);
	});
	it('that nobody answers, or not in time, says so', async () => {
		for (const how of ['onerror', 'ontimeout'] as const) {
			const { request, answer } = upload();
			expect(request.timeout).toBeGreaterThan(0);
			request[how]?.();
			expect(await answer).toEqual({ ok: false, why: 'away', retryAfterS: null });
		}
	});
	it('is given up at any moment, and answers null', async () => {
		const { answer, ending } = upload();
		ending.abort();
		expect(await answer).toBe(null);
		const signal = AbortSignal.abort();
		const request = vi.fn();
		expect(await uploadVoice(new Blob(), { token: null, signal, onProgress: () => undefined, request })).toBe(null);
		expect(request).not.toHaveBeenCalled();
	});
});

describe('deleting', () => {
	it('counts a voice that the relay had let go of before as gone, and no other failure', async () => {
		const asked: string[] = [];
		const answering = (status: number): typeof fetch =>
			((url: string, init: RequestInit) => {
				asked.push(`${String(init.method)} ${url} ${JSON.stringify(init.headers ?? null)}`);
				return Promise.resolve(new Response(null, { status }));
			}) as typeof fetch;
		expect(await Promise.all([204, 404, 503].map((status) => forgetVoice(NAME, 'c', answering(status))))).toEqual([
			...[true, true, false]
		]);
		expect(asked[0]).toBe(`DELETE https://relay/v1/voices/${encodeURIComponent(NAME)} {"authorization":"Bearer c"}`);
		expect(await forgetVoice(NAME, null, () => Promise.reject(new Error('offline')))).toBe(false);
	});
});
