import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openCaches } from '../cache/open.ts';
import { CacheError, type Cache } from '../cache/cache.ts';
import { FIND_LIMITS } from '../discovery/find-instance.ts';
import { createService, fixedService } from '../discovery/service.ts';
import type { HttpResponse, ReadBodyResult } from '../http/transport.ts';
import { silentLog } from '../log.ts';
import {
	createVoices,
	CUSTOM_VOICE_TTL_S,
	MAX_UPLOADS,
	MAX_UPLOADS_PER_ADDRESS,
	type Voices,
	type VoicesDeps
} from './index.ts';
import { MAX_UPLOAD_BYTES } from './upload.ts';
import { cloneVoice } from './cloning.ts';
import { SCRIPTS, serveCloning, voiceMessage, type ScriptedCloning } from './testing/cloning-server.ts';
import { form, post, wav, type RawForm } from './testing/recordings.ts';

const NAME = /^custom:[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/;
let server: ScriptedCloning;
let good: RawForm;
const caches = openCaches({ redisUrl: null, log: silentLog });

beforeAll(async () => {
	server = await serveCloning();
	good = await form({ file: wav() });
});
beforeEach(() => server.play(SCRIPTS.good));
afterAll(async () => {
	await caches.close();
	await server.close();
});

function voices(deps: Partial<VoicesDeps> = {}): Voices {
	const cache = caches.getCache('voices', CUSTOM_VOICE_TTL_S);
	return createVoices({
		characters: [],
		defaultVoice: '',
		cloning: server.server,
		cache,
		log: silentLog,
		...deps
	});
}

const status = async (answer: Promise<HttpResponse>): Promise<number> => (await answer).status;

async function nameIn(answer: Promise<HttpResponse>): Promise<string> {
	const { body } = await answer;
	const { name }: { name: string } = JSON.parse(String(body));
	return name;
}

describe('a voice of one’s own', () => {
	it('is cloned from the very bytes of the file, with the key, and found under the name that is answered', async () => {
		const all = voices();
		const name = await nameIn(all.create(post(good)));
		expect(name).toMatch(NAME);
		expect(server.recordings.at(-1)?.equals(wav())).toBe(true);
		const { method, url, headers } = server.requests.at(-1)!;
		expect([method, url, headers['kyutai-api-key']]).toEqual(['POST', '/api/voice', 'public_token']);
		expect(Buffer.from((await all.lookup(name)) ?? '').equals(voiceMessage())).toBe(true);
	});

	it('is found by every relay that shares the cache, and under no other name', async () => {
		const name = await nameIn(voices().create(post(good)));
		const other = voices({ cloning: null });
		expect(await other.lookup(name)).not.toBeNull();
		for (const wrong of ['custom:', 'custom:*', `${name}0`, name.toUpperCase(), 'en-female', 'custom:../x', ''])
			expect(await other.lookup(wrong)).toBeNull();
	});

	it('is deleted by its name, percent-encoded or not, once', async () => {
		const all = voices();
		const [one, two] = [await nameIn(all.create(post(good))), await nameIn(all.create(post(good)))];
		expect(one).not.toBe(two);
		expect(await status(all.remove(encodeURIComponent(one)))).toBe(204);
		expect(await status(all.remove(two))).toBe(204);
		expect([await status(all.remove(one)), await all.lookup(one)]).toEqual([404, null]);
	});

	it.each(['%', '%zz', 'en-female', 'custom:x', '..%2f..', `custom:${'a'.repeat(5000)}`])(
		'has no such name: %s',
		async (name) => {
			expect(await status(voices().remove(name))).toBe(404);
		}
	);
});

describe('an upload', () => {
	const body = (text: string): RawForm => ({
		type: 'multipart/form-data; boundary=b',
		bytes: Buffer.from(text, 'latin1')
	});
	const part = (head: string, content = 'x'): string => `--b\r\n${head}\r\n\r\n${content}\r\n`;
	const file = 'Content-Disposition: form-data; name="file"; filename="a.wav"';

	it('is refused where this relay clones no voices, with what to set', async () => {
		const answer = await voices({ cloning: null }).create(post(good));
		expect([answer.status, String(answer.body)]).toEqual([501, expect.stringContaining('VOICE_CLONING_URL')]);
	});

	it.each([
		['without a length', { 'content-length': undefined }, 411],
		['with a length that is none', { 'content-length': '-1' }, 411],
		['chunked', { 'content-length': undefined, 'transfer-encoding': 'chunked' }, 411],
		['that announces too much', { 'content-length': String(MAX_UPLOAD_BYTES + 1) }, 413],
		['that announces a year of it', { 'content-length': '999999999999999' }, 413],
		['of another type', { 'content-type': 'audio/wav' }, 415],
		['of a type that only begins the same', { 'content-type': 'multipart/form-data-x; boundary=b' }, 415],
		['without a type', { 'content-type': undefined }, 415],
		['without a boundary', { 'content-type': 'multipart/form-data' }, 400],
		['with another boundary', { 'content-type': 'multipart/form-data; boundary=other' }, 400],
		['with a boundary too long', { 'content-type': `multipart/form-data; boundary=${'b'.repeat(71)}` }, 400]
	])('is refused %s', async (_, headers, code) => {
		expect(await status(voices().create(post(good, headers)))).toBe(code);
	});

	it('is taken up to the limit and no byte further', async () => {
		const around = good.bytes.byteLength - wav().byteLength;
		const largest = await form({ file: wav((MAX_UPLOAD_BYTES - around - 44) / 2) });
		expect(largest.bytes.byteLength).toBeLessThanOrEqual(MAX_UPLOAD_BYTES);
		expect(await status(voices().create(post(largest)))).toBe(200);
		const larger = await form({ file: wav((MAX_UPLOAD_BYTES - around - 44) / 2 + 4) });
		expect(await status(voices().create(post(larger)))).toBe(413);
		// Whoever lies about the length is found out while the body is read.
		expect(await status(voices().create(post(larger, { 'content-length': '10' })))).toBe(413);
	});

	it('is refused where the sender went away half way', async () => {
		const gone = Promise.resolve<ReadBodyResult>({ ok: false, reason: 'aborted' });
		expect(await status(voices().create(post(good, {}, gone)))).toBe(400);
	});

	it('is refused where it never ends', async () => {
		const never = new Promise<ReadBodyResult>(() => undefined);
		expect(await status(voices({ limits: { bodyTimeoutMs: 1 } }).create(post(good, {}, never)))).toBe(408);
	});

	it.each([
		['no part', '--b--\r\n', 400],
		['no end', part(file, 'RIFF'), 400],
		['a field instead of a file', `${part('Content-Disposition: form-data; name="file"', 'RIFF')}--b--\r\n`, 400],
		['a file of another name', `${part(file.replace('"file"', '"voice"'))}--b--\r\n`, 400],
		['an empty file', `${part(file, '')}--b--\r\n`, 400],
		['a page for a recording', `${part(file, '<!doctype html><script>')}--b--\r\n`, 415],
		['more parts than any form', `${part('Content-Disposition: form-data; name="a"').repeat(17)}--b--\r\n`, 400],
		['eighty thousand parts', `${part('Content-Disposition: form-data; name="a"').repeat(60_000)}--b--\r\n`, 400],
		['nothing but hyphens', '-'.repeat(MAX_UPLOAD_BYTES), 400],
		['a part inside a part', part(file, `${part(file)}--b--`), 400]
	])('is refused with %s', async (_, text, code) => {
		expect(await status(voices().create(post(body(text))))).toBe(code);
	});

	it.each([
		'../../etc/passwd',
		'a\\"b.wav',
		'\x00.wav',
		'x'.repeat(100_000),
		'<img src=x onerror=alert(1)>.wav',
		'%0d%0a'
	])('may call its file what it likes: it is neither used nor repeated', async (filename) => {
		const named = `${part(file.replace('a.wav', filename), Buffer.from(wav(10)).toString('latin1'))}--b--\r\n`;
		const answer = await voices().create(post(body(named)));
		expect(JSON.stringify(answer)).not.toContain(filename.slice(0, 12));
		if (answer.status === 200) expect(server.recordings.at(-1)?.equals(wav(10))).toBe(true);
		else expect(answer.status).toBe(400);
	});

	it('waits for nobody where too many are under way, and has room again afterwards', async () => {
		const all = voices();
		let finish: (result: ReadBodyResult) => void = () => undefined;
		const slow = new Promise<ReadBodyResult>((resolve) => (finish = resolve));
		const under = Array.from({ length: MAX_UPLOADS }, () => all.create(post(good, {}, slow)));
		const answer = await all.create(post(good));
		expect([answer.status, answer.headers?.['retry-after']]).toEqual([503, '5']);
		finish({ ok: false, reason: 'aborted' });
		await Promise.all(under);
		expect(await status(all.create(post(good)))).toBe(200);
	});
});

describe('one address', () => {
	it('may not take all the room there is for uploads; another is let in, and so is this one afterwards', async () => {
		const all = voices({ caller: ({ remoteAddress: key }) => ({ key, local: key === '127.0.0.1' }) });
		const from = (remoteAddress: string, body: Promise<ReadBodyResult> | null = null) =>
			all.create({ ...post(good, {}, body), remoteAddress });
		let finish: (result: ReadBodyResult) => void = () => undefined;
		const slow = new Promise<ReadBodyResult>((resolve) => (finish = resolve));
		const under = Array.from({ length: MAX_UPLOADS_PER_ADDRESS }, () => from('203.0.113.7', slow));
		expect((await from('203.0.113.7')).status).toBe(503);
		expect([(await from('203.0.113.8')).status, (await from('127.0.0.1')).status]).toEqual([200, 200]);
		finish({ ok: false, reason: 'aborted' });
		await Promise.all(under);
		expect((await from('203.0.113.7')).status).toBe(200);
	});
});

describe('a cloning server that fails', () => {
	const large = Buffer.concat([voiceMessage(64_000), Buffer.alloc(1 << 20)]);

	it.each([
		['cannot read the file, as moshi-server says it', SCRIPTS.status(500), 422],
		['says that it cannot read the file', SCRIPTS.status(415), 422],
		['does not know our key', SCRIPTS.status(401), 502],
		['is another server', SCRIPTS.status(404), 502],
		['sends us elsewhere', SCRIPTS.status(307, { location: 'http://127.0.0.1:1/' }), 502],
		['answers words', SCRIPTS.bytes(Buffer.from('{"voice": 1}')), 502],
		['answers nothing', SCRIPTS.bytes(new Uint8Array(0)), 502],
		['answers a bomb', SCRIPTS.bytes(Buffer.from('dd000fffff'.repeat(200), 'hex')), 502],
		['answers a voice too large', SCRIPTS.bytes(large), 502],
		['answers without end', SCRIPTS.endless, 502],
		['is full', SCRIPTS.status(503, { 'retry-after': '7' }), 503],
		['dies half way', SCRIPTS.diesHalfWay, 503],
		['hangs', SCRIPTS.hangs, 503]
	])('%s', async (_, script, code) => {
		server.play(script);
		const limits = script === SCRIPTS.hangs ? { cloningTimeoutMs: 50 } : {};
		const answer = await voices({ limits }).create(post(good));
		expect(answer.status).toBe(code);
		expect(answer.headers !== undefined && 'retry-after' in answer.headers).toBe(code === 503);
		expect(String(answer.body)).not.toContain('127.0.0.1');
		await server.idle();
	});

	it('tells how long it wants to be left alone', async () => {
		server.play(SCRIPTS.status(503, { 'retry-after': '7' }));
		expect((await voices().create(post(good))).headers).toMatchObject({ 'retry-after': '7' });
	});

	it('is replaced by another instance, and the recording is sent there whole', async () => {
		const gone = await serveCloning();
		await gone.close();
		const instances = [gone.url, server.url].map((url) => ({ url, address: '127.0.0.1' }));
		const service = createService({
			name: 'voice',
			choice: 'failover',
			instances: () => Promise.resolve(instances)
		});
		expect(await status(voices({ cloning: { service, apiKey: 'secret' } }).create(post(good)))).toBe(200);
		expect(server.recordings.at(-1)?.equals(wav())).toBe(true);
		expect(server.requests.at(-1)?.headers['kyutai-api-key']).toBe('secret');
	});

	it('has taken the connection, and is given time for the round trips of TLS', async () => {
		const mute = createServer().listen(0, '127.0.0.1');
		await once(mute, 'listening');
		const address = mute.address();
		const url = `https://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
		const far = { service: fixedService('voice', url), apiKey: '' };
		const late = cloneVoice(far, wav(), FIND_LIMITS.timeoutMs + 200);
		await expect(late).rejects.toMatchObject({ code: 'timed_out', message: 'no voice in time' });
		mute.close();
	});

	it('is not there', async () => {
		const gone = await serveCloning();
		await gone.close();
		const answer = await voices({ cloning: gone.server }).create(post(good));
		expect([answer.status, answer.headers?.['retry-after']]).toEqual([503, '5']);
	});
});

describe('a cache that is down', () => {
	const down = (): Promise<never> => Promise.reject(new CacheError('unavailable', 'Redis cannot be reached'));
	const cache: Cache = { get: down, set: down, delete: down, cleanup: down };
	const name = 'custom:00000000-0000-4000-8000-000000000000';

	it('is told to whoever uploads or deletes, and is no voice to whoever speaks', async () => {
		const all = voices({ cache });
		const answers = [await all.create(post(good)), await all.remove(name)];
		for (const answer of answers) expect([answer.status, answer.headers?.['retry-after']]).toEqual([503, '5']);
		expect(await all.lookup(name)).toBeNull();
	});
});
