import { describe, expect, it } from 'vitest';
import { createDoor } from '../access/door.ts';
import { createAccess } from '../access/index.ts';
import { operatorDoor } from '../access/operator.ts';
import { answerCharacters } from '../characters/answer.ts';
import { Admission } from '../limits/admission.ts';
import { openCaches } from '../cache/open.ts';
import { createKioskDesk } from '../kiosk/index.ts';
import { silentLog } from '../log.ts';
import { createVoices } from '../voices/index.ts';
import { createApp } from './app.ts';
import type { HttpRequest, RequestHead, UpgradeDecision } from './transport.ts';

const REALTIME: UpgradeDecision = {
	accept: true,
	subprotocol: 'realtime',
	open: () => ({ message: () => undefined, closed: () => undefined })
};
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
	latency_ms: { stt: 1, tts: 2, llm: null, voice_cloning: null },
	instances: {
		stt: { up: 1, of: 1 },
		tts: { up: 1, of: 1 },
		llm: { up: 0, of: 1 },
		voice_cloning: { up: 0, of: 0 }
	},
	free_slots: { stt: null, tts: null }
};

const access = await createAccess(
	{
		host: '127.0.0.1',
		allowedOrigins: ['https://talk.example.org'],
		open: false,
		tokens: [],
		tokensFile: null,
		jwt: null,
		trustedProxies: []
	},
	silentLog
);
const REFUSED: UpgradeDecision = { accept: false, response: { status: 400, body: 'The policy must be another.\n' } };
let draining = false;
let refusing = false;
const told: boolean[] = [];
let broken = false;
const app = createApp({
	log: silentLog,
	site: { files: 1, bytes: 1, respond: (head) => ({ status: 200, body: `file ${head.path}` }) },
	health: { check: () => (broken ? Promise.reject(new Error('on purpose')) : Promise.resolve(REPORT)) },
	sight: {
		routes: { '/metrics': ({ headers }) => ({ status: 200, body: `for ${headers['host'] ?? 'nobody'}` }) },
		metrics: { health: (ok) => void told.push(ok) }
	},
	characters: answerCharacters([
		{ id: 'a', name: 'A', language: 'en', instructions: { type: 'smalltalk' }, good: true }
	]),
	voices: createVoices({
		characters: [],
		defaultVoice: '',
		cloning: null,
		cache: openCaches({ redisUrl: null, log: silentLog }).getCache('voices', 1),
		log: silentLog
	}),
	news: { headlines: (language) => Promise.resolve({ headlines: [{ title: language, source: '' }], why: 'told' }) },
	kiosk: createKioskDesk({
		file: null,
		operator: operatorDoor('an operator of tests'),
		caller: access.caller,
		log: silentLog
	}),
	build: { name: 'parley', version: '1.2.3', transport: 'node', node: 'v24' },
	door: createDoor({ access, admission: new Admission(), log: silentLog }),
	sessions: { upgrade: () => (refusing ? REFUSED : ACCEPTED), count: () => 7, draining: () => draining },
	realtime: { upgrade: () => (refusing ? REFUSED : REALTIME), count: () => 2 }
});

function head(path: string, headers: Record<string, string> = {}, method = 'GET'): RequestHead {
	return { method, path, query: '', headers, remoteAddress: '127.0.0.1' };
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
			sessions: 9
		});
		expect(await app.request(request('/healthz'))).toMatchObject({ status: 200, body: 'ok\n' });
	});

	it('answer readiness until the relay drains, and go on answering liveness', async () => {
		expect(await app.request(request('/readyz'))).toMatchObject({ status: 200, body: 'ready\n' });
		draining = true;
		expect(await app.request(request('/readyz'))).toMatchObject({ status: 503, headers: { 'retry-after': '1' } });
		expect((await app.request(request('/healthz'))).status).toBe(200);
		draining = false;
	});

	it('let an allowed page read every answer, errors too, and no other page any', async () => {
		const from = (path: string, origin: string) => app.request({ ...request(path), headers: { origin } });
		broken = true;
		for (const [path, status] of [
			['/v1/build', 200],
			['/v1/nothing', 404],
			['/v1/health', 500]
		] as const) {
			const good = await from(path, 'https://talk.example.org');
			expect([good.status, good.headers?.['access-control-allow-origin'], good.headers?.['vary']]).toEqual([
				status,
				'https://talk.example.org',
				'origin'
			]);
			const bad = await from(path, 'https://evil.example');
			expect(bad.headers).not.toHaveProperty('access-control-allow-origin');
			expect(bad.headers).toMatchObject({ vary: 'origin' });
		}
		broken = false;
		expect((await from('/index', 'https://talk.example.org')).headers).not.toHaveProperty('vary');
	});

	it('answer a page that asks before it asks', async () => {
		const ask = (origin: string) =>
			app.request({
				...request('/v1/voices', 'OPTIONS'),
				headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization' }
			});
		expect(await ask('https://talk.example.org')).toMatchObject({
			status: 204,
			headers: {
				'access-control-allow-origin': 'https://talk.example.org',
				'access-control-allow-methods': 'GET, HEAD, POST, DELETE',
				'access-control-allow-headers': 'authorization, content-type'
			}
		});
		expect((await ask('https://evil.example')).headers).not.toHaveProperty('access-control-allow-origin');
		expect((await app.request(request('/v1/health', 'OPTIONS'))).status).toBe(405);
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

	it('list voices, take one with POST and delete one with DELETE, and nothing else', async () => {
		const status = async (path: string, method: string): Promise<number> =>
			(await app.request(request(path, method))).status;
		const name = 'custom:00000000-0000-4000-8000-000000000000';
		expect(await app.request(request('/v1/voices'))).toMatchObject({ status: 200, body: '[]' });
		// Nobody clones here, and nobody was cloned.
		expect([await status('/v1/voices', 'POST'), await status(`/v1/voices/${name}`, 'DELETE')]).toEqual([501, 404]);
		for (const [path, method, allow] of [
			['/v1/voices', 'DELETE', 'GET, HEAD, POST'],
			['/v1/voices', 'PUT', 'GET, HEAD, POST'],
			['/v1/voices', 'constructor', 'GET, HEAD, POST'],
			[`/v1/voices/${name}`, 'GET', 'DELETE'],
			['/v1/build', 'DELETE', 'GET, HEAD']
		] as const)
			expect(await app.request(request(path, method))).toMatchObject({ status: 405, headers: { allow } });
		for (const path of ['/v1/voices/', '/v1/voices/a/b']) expect(await status(path, 'DELETE')).toBe(404);
	});

	it('take no voice from a page of another origin', async () => {
		for (const [path, method] of [
			['/v1/voices', 'POST'],
			['/v1/voices/x', 'DELETE']
		] as const) {
			const foreign = { ...request(path, method), headers: { origin: 'https://evil.example', host: 'localhost' } };
			expect((await app.request(foreign)).status).toBe(403);
		}
	});

	it('refuse other methods, and a session without a handshake', async () => {
		expect(await app.request(request('/v1/health', 'POST'))).toMatchObject({
			status: 405,
			headers: { allow: 'GET, HEAD' }
		});
		expect(await app.request(request('/v1/session'))).toMatchObject({ status: 426, headers: { upgrade: 'websocket' } });
	});

	it("answer below /api too, as Unmute's clients ask, and leave / to the app", async () => {
		expect(await app.request(request('/api/v1/health'))).toEqual(await app.request(request('/v1/health')));
		expect(await app.request(request('/api/metrics'))).toMatchObject({ status: 200, body: 'for nobody' });
		for (const path of ['/api', '/api/']) {
			expect(JSON.parse(String((await app.request(request(path))).body))).toEqual({
				message: expect.stringContaining('Parley') as string
			});
		}
		expect(await app.request(request('/'))).toMatchObject({ body: 'file /' });
		expect(await app.request(request('/api/other'))).toMatchObject({ body: 'file /api/other' });
		expect((await app.request(request('/api/v1/nothing'))).status).toBe(404);
		const from = { ...request('/api/v1/build'), headers: { origin: 'https://talk.example.org' } };
		expect((await app.request(from)).headers?.['access-control-allow-origin']).toBe('https://talk.example.org');
	});

	it('say that no voices are donated here', async () => {
		for (const method of ['GET', 'POST']) {
			expect(await app.request(request('/v1/voice-donation', method))).toMatchObject({
				status: 501,
				body: expect.stringContaining('/v1/voices') as string
			});
		}
	});

	it('dress what a protocol itself refuses as any other answer', async () => {
		refusing = true;
		for (const path of ['/v1/session', '/v1/realtime']) {
			expect(await app.upgrade(head(path))).toMatchObject({
				accept: false,
				response: {
					status: 400,
					body: 'The policy must be another.\n',
					headers: { 'x-content-type-options': 'nosniff', 'content-security-policy': expect.stringContaining("'none'") }
				}
			});
		}
		refusing = false;
	});

	it('upgrade on the two paths that speak WebSocket only, with security headers on the refusal', async () => {
		expect(await app.upgrade(head('/v1/session'))).toBe(ACCEPTED);
		for (const path of ['/v1/realtime', '/api/v1/realtime']) expect(await app.upgrade(head(path))).toBe(REALTIME);
		expect(await app.request(request('/v1/realtime'))).toMatchObject({ status: 426 });
		for (const path of ['constructor', '__proto__'])
			expect(await app.upgrade(head(path))).toMatchObject({ accept: false, response: { status: 404 } });
		const refused = await app.upgrade(head('/v1/other'));
		expect(refused).toMatchObject({
			accept: false,
			response: { status: 404, headers: { 'referrer-policy': 'no-referrer' } }
		});
		const foreign = await app.upgrade(head('/v1/session', { origin: 'https://evil.example', host: 'localhost:8080' }));
		expect(foreign).toMatchObject({ accept: false, response: { status: 403 } });
	});
});
