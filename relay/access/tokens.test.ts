import { createServer } from 'node:http';
import { once } from 'node:events';
import { mkdtemp, writeFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT, type CryptoKey } from 'jose';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createLog, silentLog } from '../log.ts';
import { StartError } from '../start-error.ts';
import { createAccess, type AccessConfig } from './index.ts';
import { listTokens, StaticTokens, tokensFault } from './static-tokens.ts';

const CONFIG: AccessConfig = {
	host: '127.0.0.1',
	allowedOrigins: [],
	open: false,
	tokens: [],
	tokensFile: null,
	jwt: null,
	trustedProxies: []
};
const [GOOD, OTHER] = ['a-token-of-24-characters', 'b-token-of-24-characters'];
const ISSUER = 'https://login.example/';
const [UNAUTHORIZED, UNAVAILABLE] = [
	{ ok: false, why: 'unauthorized' },
	{ ok: false, why: 'unavailable' }
];

let folder: string;
beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), 'parley-access-'));
});
afterAll(() => rm(folder, { recursive: true }));
async function file(content: string): Promise<string> {
	const path = join(folder, String(Math.random()));
	await writeFile(path, content);
	return path;
}

describe('tokens of a list', () => {
	it('are known one from another, and nothing else is known', () => {
		const tokens = new StaticTokens([GOOD, OTHER]);
		expect([tokens.find(GOOD), tokens.find(OTHER)]).toEqual(['token 1', 'token 2']);
		for (const wrong of ['', GOOD.slice(1), `${GOOD} `, GOOD.toUpperCase(), 'token 1'])
			expect(tokens.find(wrong)).toBeNull();
		expect(new StaticTokens([]).find('')).toBeNull();
	});

	it('are not in the memory that holds them', () => {
		expect(JSON.stringify(Object.entries(new StaticTokens([GOOD])))).not.toContain(GOOD);
	});

	it('come from lines and commas, without remarks', () => {
		expect(listTokens(`# ours, all\n${GOOD} , x\r\n\n y`)).toEqual([GOOD, 'x', 'y']);
	});

	it.each([
		[['short'], /at least 16/],
		[['x'.repeat(513)], /at most 512/],
		[['a token with a space in it'], /letters/],
		[Array.from({ length: 1001 }, () => GOOD), /JWT_JWKS_URL/]
	])('are refused where they could not work, without being repeated', (tokens, why) => {
		expect(tokensFault(tokens)).toMatch(why);
		expect(tokensFault(tokens)).not.toContain(tokens[0]);
		expect(tokensFault([GOOD, OTHER])).toBeNull();
	});
});

describe('access by a list', () => {
	it('asks for no token where none is configured', async () => {
		const access = await createAccess(CONFIG, silentLog);
		expect([access.needsToken, access.check(undefined), access.check('x')]).toEqual([
			false,
			{ ok: true, subject: null },
			{ ok: true, subject: null }
		]);
	});

	it('takes those of the setting and of the file, and tells nobody what was wrong with another', async () => {
		const access = await createAccess(
			{ ...CONFIG, tokens: [GOOD], tokensFile: await file(`# one\n${OTHER}\n`) },
			silentLog
		);
		expect(access.check(GOOD)).toEqual({ ok: true, subject: 'token 1' });
		expect(access.check(OTHER)).toEqual({ ok: true, subject: 'token 2' });
		for (const wrong of [undefined, '', 'x', `${GOOD}x`, 'a.b.c']) expect(access.check(wrong)).toEqual(UNAUTHORIZED);
	});

	it('answers a request without a token with 401, and one with a good one not at all', async () => {
		const access = await createAccess({ ...CONFIG, tokens: [GOOD] }, silentLog);
		const ask = (authorization?: string) => {
			const headers: Record<string, string> = authorization === undefined ? {} : { authorization };
			return access.refuseRequest({ method: 'GET', path: '/v1/news', query: '', headers, remoteAddress: '' });
		};
		for (const header of [`Bearer ${GOOD}`, `bearer  ${GOOD} `]) expect(await ask(header)).toBeNull();
		for (const header of [undefined, GOOD, `Basic ${GOOD}`, `Bearer ${OTHER}`, `Bearer ${GOOD} x`, 'Bearer'])
			expect(await ask(header)).toMatchObject({ status: 401, headers: { 'www-authenticate': 'Bearer' } });
	});

	it.each([
		['', /holds no token/],
		['# nothing', /holds no token/],
		['short', /at least 16/]
	])('does not start with the file %j', async (content, why) => {
		const tokensFile = await file(content);
		await expect(createAccess({ ...CONFIG, tokensFile }, silentLog)).rejects.toThrow(why);
	});

	it('does not start without its files, and says which setting named them', async () => {
		const gone = join(folder, 'gone');
		const jwt = { keys: { file: gone }, issuer: ISSUER, audience: 'parley' };
		for (const [config, name] of [
			[{ ...CONFIG, tokensFile: gone }, 'ACCESS_TOKENS_FILE'],
			[{ ...CONFIG, jwt }, 'JWT_JWKS_FILE']
		] as const) {
			const failure: unknown = await createAccess(config, silentLog).catch((error: unknown) => error);
			expect(failure).toBeInstanceOf(StartError);
			expect(String(failure)).toContain(`${name} cannot be read (ENOENT)`);
		}
	});
});

describe('access by JWT', () => {
	let sign: (
		claims?: Record<string, unknown>,
		header?: Record<string, unknown>,
		key?: CryptoKey | Uint8Array
	) => Promise<string>;
	let foreign: CryptoKey;
	let keySet: string;
	let publicText: string;
	beforeAll(async () => {
		const pair = await generateKeyPair('ES256', { extractable: true });
		foreign = (await generateKeyPair('ES256')).privateKey;
		const jwk = await exportJWK(pair.publicKey);
		publicText = JSON.stringify(jwk);
		keySet = JSON.stringify({ keys: [{ ...jwk, kid: 'k1', alg: 'ES256' }] });
		sign = (claims = {}, header = {}, key = pair.privateKey) =>
			new SignJWT({ iss: ISSUER, aud: 'parley', sub: 'ann', exp: Math.floor(Date.now() / 1000) + 60, ...claims })
				.setProtectedHeader({ alg: 'ES256', kid: 'k1', ...header })
				.sign(key);
	});
	const fromFile = async () =>
		createAccess(
			{ ...CONFIG, jwt: { keys: { file: await file(keySet) }, issuer: ISSUER, audience: 'parley' } },
			silentLog
		);

	it('takes one that was signed for us, as its subject', async () => {
		const access = await fromFile();
		expect(await access.check(await sign())).toEqual({ ok: true, subject: 'sub ann' });
		expect(await access.check(await sign({ aud: ['x', 'parley'] }))).toEqual({ ok: true, subject: 'sub ann' });
	});

	it('takes no other, and tells nobody why', async () => {
		const access = await fromFile();
		const good = await sign();
		const [head, body, signature] = good.split('.');
		const now = Math.floor(Date.now() / 1000);
		const forged = `${head}.${Buffer.from(JSON.stringify({ iss: ISSUER, aud: 'parley', sub: 'eve', exp: now + 60 })).toString('base64url')}.${signature}`;
		const bad = [
			await sign({ exp: now - 60 }),
			await sign({ exp: undefined }),
			await sign({ nbf: now + 600 }),
			await sign({ aud: 'another' }),
			await sign({ aud: undefined }),
			await sign({ iss: 'https://evil.example/' }),
			await sign({ sub: undefined }),
			await sign({ sub: '' }),
			await sign({ sub: 'x'.repeat(300) }),
			await sign({}, {}, foreign),
			await sign({}, { kid: 'k2' }),
			// The public key as a shared secret: the oldest trick there is.
			await sign({}, { alg: 'HS256' }, new TextEncoder().encode(publicText)),
			new UnsecuredJWT({ iss: ISSUER, aud: 'parley', sub: 'eve' }).setExpirationTime('1m').encode(),
			forged,
			`${head}.${body}.`,
			`${head}.${body}.AAAA`,
			`${good}.x`,
			'..',
			'a.b.c',
			''
		];
		for (const token of bad) expect(await access.check(token), token).toEqual(UNAUTHORIZED);
	});

	it.each([
		'no JSON',
		'{}',
		'{"keys": []}',
		'{"keys": [{"kty": "oct", "k": "c2VjcmV0"}]}',
		'{"keys": [{"kty": "EC", "d": "private"}]}'
	])('does not start with the key set %s', async (content) => {
		const jwt = { keys: { file: await file(content) }, issuer: ISSUER, audience: 'parley' };
		const failure: unknown = await createAccess({ ...CONFIG, jwt }, silentLog).catch((error: unknown) => error);
		expect(failure).toBeInstanceOf(StartError);
		expect(String(failure)).not.toMatch(/c2VjcmV0|private"/);
	});

	describe('with keys from an address', () => {
		let closeServer: () => void = () => undefined;
		afterEach(() => closeServer());

		async function issuer(answer: () => { status?: number; body?: string; hang?: boolean }) {
			let asked = 0;
			const server = createServer((_request, response) => {
				asked++;
				const { status = 200, body = keySet, hang = false } = answer();
				if (hang) return;
				response.writeHead(status, { location: 'https://evil.example/' }).end(body);
			}).listen(0, '127.0.0.1');
			await once(server, 'listening');
			closeServer = () => {
				server.closeAllConnections();
				server.close();
			};
			const lines: string[] = [];
			const log = createLog({ level: 'info', format: 'json', write: (line) => lines.push(line) });
			const keys = { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks` };
			const access = await createAccess({ ...CONFIG, jwt: { keys, issuer: ISSUER, audience: 'parley' } }, log);
			return { access, asked: () => asked, lines };
		}

		it('asks once for many tokens, and not at all for what is no JWT', async () => {
			const { access, asked } = await issuer(() => ({}));
			expect(await access.check('guess')).toEqual(UNAUTHORIZED);
			expect(asked()).toBe(0);
			const all = await Promise.all(Array.from({ length: 20 }, async () => access.check(await sign())));
			expect(all.every(({ ok }) => ok)).toBe(true);
			expect(asked()).toBe(1);
			// Keys that nobody knows do not make us ask again and again.
			for (let i = 0; i < 20; i++) expect(await access.check(await sign({}, { kid: `x${i}` }))).toEqual(UNAUTHORIZED);
			expect(asked()).toBe(1);
		});

		it.each([
			['an error', { status: 500 }],
			['a redirect', { status: 302 }],
			['nonsense', { body: '<html>' }],
			['no keys', { body: '{"keys": []}' }],
			['a shared secret', { body: '{"keys": [{"kty": "oct", "k": "c2VjcmV0"}]}' }],
			['a flood', { body: ' '.repeat(300_000) }]
		])(
			'says at once that tokens cannot be checked where the issuer answers %s, and asks it once',
			async (_name, answer) => {
				const { access, asked, lines } = await issuer(() => answer);
				for (let i = 0; i < 5; i++) expect(await access.check(await sign())).toEqual(UNAVAILABLE);
				expect(asked()).toBe(1);
				expect(lines).toHaveLength(1);
				expect(lines[0]).toContain('JWT_JWKS_URL');
				expect(lines[0]).not.toContain('eyJ');
				const headers = { authorization: `Bearer ${await sign()}` };
				const refused = await access.refuseRequest({
					method: 'GET',
					path: '/v1/news',
					query: '',
					headers,
					remoteAddress: ''
				});
				expect(refused).toMatchObject({ status: 503, headers: { 'retry-after': '5' } });
			}
		);

		it('says so too where nobody answers there', async () => {
			const { access } = await issuer(() => ({}));
			closeServer();
			expect(await access.check(await sign())).toEqual(UNAVAILABLE);
		});
	});
});
