import { describe, expect, it } from 'vitest';
import { answerCharacters } from '../characters/answer.ts';
import { silentLog } from '../log.ts';
import { createApp } from './app.ts';
import { isLoopbackHost, refuseOrigin } from './origin.ts';
import type { HttpRequest, RequestHead, UpgradeDecision } from './transport.ts';

const ACCEPTED: UpgradeDecision = {
	accept: true,
	subprotocol: 'parley.1',
	open: () => ({ message: () => undefined, closed: () => undefined })
};
const REPORT = {
	ok: false,
	stt_up: true,
	tts_up: true,
	llm_up: false,
	voice_cloning_up: false,
	latency_ms: { stt: 1, tts: 2, llm: null }
};

const app = createApp({
	log: silentLog,
	site: { files: 1, bytes: 1, respond: (head) => ({ status: 200, body: `file ${head.path}` }) },
	health: { check: () => Promise.resolve(REPORT) },
	characters: answerCharacters([
		{ id: 'a', name: 'A', language: 'en', instructions: { type: 'smalltalk' }, good: true }
	]),
	news: { headlines: (language) => Promise.resolve({ headlines: [{ title: language, source: '' }], why: 'told' }) },
	build: { name: 'parley', version: '1.2.3', transport: 'node', node: 'v24' },
	origins: { allowed: ['https://talk.example.org'], loopback: true },
	sessions: { upgrade: () => ACCEPTED, count: () => 7 }
});

function head(path: string, headers: Record<string, string> = {}, method = 'GET'): RequestHead {
	return { method, path, query: '', headers, remoteAddress: '' };
}
function request(path: string, method = 'GET'): HttpRequest {
	return { ...head(path, {}, method), readBody: () => Promise.resolve({ ok: false, reason: 'aborted' }) };
}

describe('the routes', () => {
	it("answer health in Unmute's shape, with 200 even if something is down", async () => {
		const response = await app.request(request('/v1/health'));
		expect(response.status).toBe(200);
		expect(JSON.parse(String(response.body))).toEqual(REPORT);
		expect(response.headers).toMatchObject({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
	});

	it('answer build and liveness', async () => {
		expect(JSON.parse(String((await app.request(request('/v1/build'))).body))).toMatchObject({
			version: '1.2.3',
			sessions: 7
		});
		expect(await app.request(request('/healthz'))).toMatchObject({ status: 200, body: 'ok\n' });
	});

	it('answer the characters, and once more only to who has not got them', async () => {
		const response = await app.request(request('/v1/characters'));
		expect(response).toMatchObject({ status: 200, headers: { 'cache-control': 'no-cache' } });
		expect(JSON.parse(String(response.body))).toMatchObject({ characters: [{ id: 'a', name: 'A' }] });
		const etag = response.headers?.['etag'] ?? '';
		const again = { ...request('/v1/characters'), headers: { 'if-none-match': `W/${etag}` } };
		expect(await app.request(again)).toMatchObject({ status: 304, headers: { etag } });
		expect((await app.request(again)).body).toBeUndefined();
		expect((await app.request(request('/v1/characters', 'POST'))).status).toBe(405);
	});

	it('answer the news in the language that was asked for', async () => {
		const ask = (query: string) => app.request({ ...request('/v1/news'), query });
		const title = async (query: string): Promise<unknown> => JSON.parse(String((await ask(query)).body));
		expect(await title('')).toEqual({ headlines: [{ title: 'en', source: '' }], why: 'told' });
		expect(await title('language=fr')).toMatchObject({ headlines: [{ title: 'fr' }] });
		for (const query of ['language=de', 'language=', 'language=__proto__', 'language=<b>'])
			expect(await ask(query)).toMatchObject({ status: 400, body: 'The language must be one of en, fr.\n' });
		expect((await ask('language=fr')).headers).toMatchObject({ 'cache-control': 'no-store' });
	});

	it('leave everything else to the app, but nothing under /v1', async () => {
		expect((await app.request(request('/history'))).body).toBe('file /history');
		for (const path of ['/v1/', '/v1/nothing', '/v1/__proto__'])
			expect((await app.request(request(path))).status).toBe(404);
		expect((await app.request(request('/toString'))).body).toBe('file /toString');
	});

	it('refuse other methods, and a session without a handshake', async () => {
		expect(await app.request(request('/v1/health', 'POST'))).toMatchObject({
			status: 405,
			headers: { allow: 'GET, HEAD' }
		});
		expect(await app.request(request('/v1/session'))).toMatchObject({ status: 426, headers: { upgrade: 'websocket' } });
	});

	it('upgrade on the session path only, with security headers on the refusal', async () => {
		expect(await app.upgrade(head('/v1/session'))).toBe(ACCEPTED);
		const refused = await app.upgrade(head('/v1/realtime'));
		expect(refused).toMatchObject({
			accept: false,
			response: { status: 404, headers: { 'referrer-policy': 'no-referrer' } }
		});
		const foreign = await app.upgrade(head('/v1/session', { origin: 'https://evil.example', host: 'localhost:8080' }));
		expect(foreign).toMatchObject({ accept: false, response: { status: 403 } });
	});
});

describe('the origin check', () => {
	const local = { allowed: ['https://talk.example.org'], loopback: true };
	const open = { ...local, loopback: false };
	const judge = (rules: typeof local, origin: string | null, host: string): boolean =>
		refuseOrigin(head('/v1/session', origin === null ? { host } : { origin, host }), rules) === null;

	it.each([
		['a program, which sends none', null, 'localhost:8080', true, true],
		['the page itself', 'http://localhost:8080', 'localhost:8080', true, true],
		['the development server', 'http://localhost:5173', 'localhost:8080', true, false],
		['the same machine by number', 'http://127.0.0.1:8080', 'localhost:8080', true, false],
		['the same machine by IPv6', 'http://[::1]:5173', '[::1]:8080', true, false],
		['an allowed origin', 'https://talk.example.org', 'relay.internal', true, true],
		['an allowed origin in capitals', 'https://TALK.example.org', 'relay.internal', true, true],
		['another page', 'https://evil.example', 'localhost:8080', false, false],
		['a name pointed at this machine', 'http://evil.example:8080', 'evil.example:8080', false, true],
		['the same host and another port', 'http://relay.example:81', 'relay.example:80', false, false],
		['a look-alike', 'http://localhost.evil.example', 'localhost:8080', false, false],
		['another look-alike', 'http://127.0.0.1.evil.example', '127.0.0.1:8080', false, false],
		['a prefix of an allowed one', 'https://talk.example.org.evil.example', 'localhost', false, false],
		['a sandboxed page', 'null', 'localhost:8080', false, false],
		['two origins', 'http://localhost:8080, http://evil.example', 'localhost:8080', false, false],
		['a file', 'file://', 'localhost:8080', false, false],
		['no host', 'http://localhost:8080', '', false, false]
	])('judges %s', (_name, origin, host, onLoopback, onNetwork) => {
		expect([judge(local, origin, host), judge(open, origin, host)]).toEqual([onLoopback, onNetwork]);
	});

	it('says how to allow a page, and never repeats what is no origin', () => {
		const body = String(refuseOrigin(head('/', { origin: 'https://my.page/<script>', host: 'x' }), open)?.body);
		expect(body).toContain('ALLOWED_ORIGINS=https://my.page\n');
		expect(String(refuseOrigin(head('/', { origin: '<script>', host: 'x' }), open)?.body)).not.toContain('<');
	});

	it.each(['localhost', '127.0.0.1', '127.1.2.3', '::1', '[::1]', 'app.localhost'])(
		'knows %s for this machine',
		(host) => {
			expect(isLoopbackHost(host)).toBe(true);
		}
	);
	it.each(['0.0.0.0', '::', '192.168.1.2', 'localhost.example', 'mylocalhost', ''])(
		'knows %s for reachable',
		(host) => {
			expect(isLoopbackHost(host)).toBe(false);
		}
	);
});
