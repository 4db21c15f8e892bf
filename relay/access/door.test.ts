import { describe, expect, it } from 'vitest';
import { Admission, type AdmissionLimits } from '../limits/admission.ts';
import { createLog, silentLog } from '../log.ts';
import type { RequestHead } from '../http/transport.ts';
import { createDoor, type Visit } from './door.ts';
import { createAccess, type AccessConfig } from './index.ts';

const OFF: AdmissionLimits = {
	sessions: 1000,
	sessionsPerAddress: 0,
	sessionsPerToken: 0,
	handshakesPerMinute: 0,
	requestsPerMinute: 0
};
const TOKEN = 'a-token-of-24-characters';

async function house(config: Partial<AccessConfig> = {}, limits: Partial<AdmissionLimits> = {}) {
	const lines: string[] = [];
	const log = createLog({ level: 'info', format: 'json', write: (line) => lines.push(line) });
	const all = { host: '127.0.0.1', allowedOrigins: [], open: false, tokens: [], tokensFile: null, jwt: null };
	const access = await createAccess({ ...all, trustedProxies: ['127.0.0.0/8'], ...config }, silentLog);
	const admission = new Admission({ ...OFF, ...limits });
	const time = { nowMs: 0 };
	const counted: string[] = [];
	const refused = (code: string): void => void counted.push(code);
	const door = createDoor({ access, admission, log, nowMs: () => time.nowMs, refused });
	return { door, admission, lines, time, counted };
}
function head(headers: Record<string, string> = {}, more: Partial<RequestHead> = {}): RequestHead {
	return { method: 'GET', path: '/v1/session', query: '', headers, remoteAddress: '127.0.0.1', ...more };
}
function welcomed(answer: { readonly visit: Visit } | { readonly refused: unknown }): Visit {
	if ('refused' in answer) throw new Error('refused');
	return answer.visit;
}

describe('a handshake', () => {
	it('is let in from this machine with nothing configured, and from no other', async () => {
		const { door } = await house();
		expect(welcomed(door.knock(head({ origin: 'http://localhost:8080', host: 'localhost:8080' }))).enter()).toBeNull();
		expect(welcomed(door.knock(head())).enter()).toBeNull();
		// A proxy on this machine that nobody told the relay of lets programs in that send no origin.
		const through = door.knock(head({ 'x-forwarded-for': '203.0.113.7' }));
		expect(through).toMatchObject({ refused: { status: 403 } });
		if ('refused' in through) expect(through.refused.body).toMatch(/ALLOWED_ORIGINS=.*ACCESS_TOKENS=.*ACCESS=open/);
	});

	it.each([
		[{ allowedOrigins: ['https://talk.example'] }, 'https://talk.example', true],
		[{ allowedOrigins: ['https://talk.example'] }, 'https://relay.example', false],
		[{ open: true }, 'https://relay.example', true],
		[{ open: true }, 'https://evil.example', false],
		[{ tokens: [TOKEN] }, 'https://relay.example', true]
	])('through a proxy is judged by what was configured: %j from %s', async (config, origin, isLetIn) => {
		const { door } = await house(config);
		const answer = door.knock(head({ origin, host: 'relay.example', 'x-forwarded-for': '203.0.113.7' }));
		expect('visit' in answer).toBe(isLetIn);
	});

	it('that comes too fast is told so with a time, and then refused with one', async () => {
		const { door, time } = await house({ open: true }, { handshakesPerMinute: 2 });
		const come = () => door.knock(head({ 'x-forwarded-for': '203.0.113.7' }));
		for (let i = 0; i < 2; i++) expect(welcomed(come()).enter()).toBeNull();
		for (let i = 0; i < 2; i++) expect(welcomed(come()).enter()).toEqual({ code: 'too_fast', retryAfterMs: 30_000 });
		expect(come()).toMatchObject({ refused: { status: 429, headers: { 'retry-after': '30' } } });
		time.nowMs = 29_500;
		expect(come()).toMatchObject({ refused: { status: 429, headers: { 'retry-after': '1' } } });
		time.nowMs = 30_000;
		expect(welcomed(come()).enter()).toBeNull();
	});

	it('from a wrong origin is counted like any other', async () => {
		const { door } = await house({ open: true }, { handshakesPerMinute: 2 });
		const come = () =>
			door.knock(head({ 'x-forwarded-for': '203.0.113.7', origin: 'https://evil.example', host: 'x' }));
		const statuses = Array.from({ length: 6 }, come).map((it) => ('refused' in it ? it.refused.status : 0));
		expect(statuses).toEqual([403, 403, 403, 403, 429, 429]);
	});
});

describe('who is turned away', () => {
	const from = (address: string, more = {}) => head({ 'x-forwarded-for': address, ...more });

	it('without a connection is one line in the log for each reason, and counted each time', async () => {
		const { door, lines, counted } = await house({ open: true }, { handshakesPerMinute: 1 });
		const evil = { origin: 'https://evil.example', host: 'x' };
		for (let i = 1; i < 4; i++) door.knock(from(`203.0.113.${i}`, evil));
		for (let i = 0; i < 5; i++) door.knock(from('203.0.113.9'));
		const whys = lines.map((line): unknown => JSON.parse(line));
		expect(whys).toMatchObject([{ why: 'forbidden_origin' }, { why: 'too_fast' }]);
		const forbidden = ['forbidden_origin', 'forbidden_origin', 'forbidden_origin'];
		expect(counted).toEqual([...forbidden, 'too_fast', 'too_fast', 'too_fast']);
	});

	it('for want of a place is left to the sessions to tell and to count', async () => {
		const { door, lines, counted } = await house({ open: true }, { sessions: 1 });
		const come = (): unknown => {
			const visit = welcomed(door.knock(from('203.0.113.9')));
			return visit.enter() ?? visit.begin();
		};
		expect([come(), come()]).toMatchObject([null, { code: 'too_many_sessions' }]);
		expect([lines, counted]).toEqual([[], []]);
	});

	it('for want of a token is counted here, and has its line from the session', async () => {
		const { door, lines, counted } = await house({ tokens: [TOKEN] });
		const visit = welcomed(door.knock(head()));
		visit.enter();
		await visit.admit('another');
		expect([lines, counted]).toEqual([[], ['unauthorized']]);
	});
});

describe('a visit', () => {
	it('stays with its token, from the hello or from the header, and with no other', async () => {
		const { door } = await house({ tokens: [TOKEN] });
		const admit = (token?: string, headers = {}) => {
			const visit = welcomed(door.knock(head(headers)));
			visit.enter();
			return visit.admit(token);
		};
		expect([admit(TOKEN), admit(undefined, { authorization: `Bearer ${TOKEN}` })]).toEqual([null, null]);
		const refused = { code: 'unauthorized', retryAfterMs: 0 };
		expect([admit(), admit('x'), admit('x', { authorization: `Bearer ${TOKEN}` })]).toEqual([
			refused,
			refused,
			refused
		]);
	});

	it('counts against its token until it leaves', async () => {
		const { door, admission } = await house({ tokens: [TOKEN] }, { sessionsPerToken: 2 });
		const come = () => {
			const visit = welcomed(door.knock(head()));
			visit.enter();
			return { visit, verdict: visit.admit(TOKEN) };
		};
		const first = come();
		const all = [first, come(), come()];
		expect(all.map(({ verdict }) => verdict)).toEqual([null, null, { code: 'quota', retryAfterMs: 5000 }]);
		for (const { visit } of all) visit.leave();
		expect([admission.count, admission.keys]).toEqual([0, 0]);
		expect(come().verdict).toBeNull();
	});

	it('of one address too many is told to come again', async () => {
		const { door } = await house({ open: true }, { sessionsPerAddress: 1 });
		const come = (address: string) => welcomed(door.knock(head({ 'x-forwarded-for': address }))).enter();
		expect([come('2001:db8::1'), come('2001:db8::2'), come('2001:db8:0:1::1')]).toEqual([
			null,
			{ code: 'quota', retryAfterMs: 5000 },
			null
		]);
	});
});

describe('a request', () => {
	const ask = (path: string, headers: Record<string, string> = {}, method = 'GET') => head(headers, { path, method });

	it('needs a token for all of /v1 but what is public, where one is configured', async () => {
		const { door } = await house({ tokens: [TOKEN] });
		for (const path of ['/', '/healthz', '/readyz', '/v1/build', '/v1/health', '/v1/characters', '/index.js'])
			expect(await door.request(ask(path)), path).toBeNull();
		for (const path of ['/v1/voices', '/v1/news', '/v1/debug/', '/v1/', '/v1/build/', '/v1/anything']) {
			expect(await door.request(ask(path)), path).toMatchObject({ status: 401 });
			expect(await door.request(ask(path, { authorization: `Bearer ${TOKEN}` })), path).toBeNull();
		}
		const open = await house();
		expect(await open.door.request(ask('/v1/voices'))).toBeNull();
	});

	it('that changes something comes from a page that may, whatever it brings', async () => {
		const { door } = await house();
		const post = (headers: Record<string, string>) => door.request(ask('/v1/voices', headers, 'POST'));
		expect(await post({ origin: 'https://evil.example', host: 'localhost:8080' })).toMatchObject({ status: 403 });
		expect(await post({ origin: 'http://localhost:5173', host: 'localhost:8080' })).toBeNull();
		expect(await post({})).toBeNull();
		expect(await post({ 'x-forwarded-for': '203.0.113.7' })).toMatchObject({ status: 403 });
	});

	it('of whoever looks whether this relay lives is answered, however many come from behind the same proxy', async () => {
		const { door, lines } = await house({ open: true }, { requestsPerMinute: 1 });
		const ask203 = (path: string) => door.request(ask(path, { 'x-forwarded-for': '203.0.113.7' }));
		for (let i = 0; i < 3; i++) await ask203('/');
		for (const path of ['/healthz', '/readyz']) expect(await ask203(path), path).toBeNull();
		expect(await ask203('/')).toMatchObject({ status: 429 });
		expect(lines).toHaveLength(1);
	});

	it('too many of one address is answered 429 with a time, and all of them make few lines in the log', async () => {
		const { door, lines } = await house({ open: true }, { requestsPerMinute: 60 });
		const one = (address: string) => door.request(ask('/', { 'x-forwarded-for': address }));
		for (let i = 0; i < 60; i++) expect(await one('203.0.113.7')).toBeNull();
		for (let i = 0; i < 1000; i++)
			expect(await one('203.0.113.7')).toMatchObject({ status: 429, headers: { 'retry-after': '1' } });
		expect(await one('203.0.113.8')).toBeNull();
		expect(lines).toHaveLength(1);
		expect(lines.join()).not.toContain('203.0.113');
	});
});
