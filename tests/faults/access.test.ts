/** Who comes in, at a relay in a process of its own: by origin, by token, by JWT, and while the issuer is down. */
import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterEach, describe, expect, it } from 'vitest';
import { CLOSE } from '../../src/lib/protocol/problems.ts';
import { killRelays, sessionsDownTo, startRelay, type RelayProcess } from './support/relay-process.ts';
import { Talker } from './support/talker.ts';

const TOKEN = '3f0c6a1be8d94c27a5f1b6e2';
/** No search for a local model: nobody asks it anything here. */
const QUICK = { LLM_URL: 'http://127.0.0.1:1', LLM_MODEL: 'm' };

const servers: Server[] = [];
afterEach(() => {
	killRelays();
	for (const server of servers.splice(0)) {
		server.closeAllConnections();
		server.close();
	}
});

async function refused(relay: RelayProcess, token?: string): Promise<unknown> {
	const talker = await Talker.connect(relay.url);
	talker.hello(token);
	const { code } = await talker.closed();
	return [talker.codes(), code, talker.of('welcome').length];
}

describe('a relay', () => {
	it('that others could reach does not start before somebody says who may use it, and says how', async () => {
		const failure: unknown = await startRelay({ ...QUICK, HOST: '0.0.0.0' }).catch((error: unknown) => error);
		expect(String(failure)).toContain('ended with 1');
		for (const way of [
			'HOST lets other machines',
			'ALLOWED_ORIGINS=https://your.host',
			'ACCESS_TOKENS=',
			'ACCESS=open'
		])
			expect(String(failure)).toContain(way);
	});

	it('with nothing set lets in pages of its own machine, and nobody that a proxy brings from elsewhere', async () => {
		const relay = await startRelay(QUICK);
		expect(relay.said()).toContain('"access":"this machine"');
		const url = relay.url.replace('127.0.0.1', 'localhost');
		for (const origin of [url, 'http://localhost:5173']) (await Talker.welcome(url, { headers: { origin } })).close();
		(await Talker.welcome(relay.url)).close();
		for (const headers of [{ origin: 'https://evil.example' }, { 'x-forwarded-for': '203.0.113.7' }])
			await expect(Talker.connect(url, { headers })).rejects.toThrow('403');
		expect((await fetch(`${relay.url}/v1/news`)).status).toBe(200);
	});

	it('with a list of tokens lets in who brings one, in hello or in a header, and tells nobody else anything', async () => {
		const relay = await startRelay({ ...QUICK, ACCESS_TOKENS: TOKEN, MAX_SESSIONS_PER_TOKEN: '2' });
		expect(relay.said()).toContain('"access":"tokens"');
		const one = await Talker.welcome(relay.url, { token: TOKEN });
		const two = await Talker.welcome(relay.url, { headers: { authorization: `Bearer ${TOKEN}` } });
		expect(await refused(relay, TOKEN)).toEqual([['quota'], CLOSE.tryAgainLater, 0]);
		for (const token of [undefined, 'x', `${TOKEN}x`])
			expect(await refused(relay, token)).toEqual([['unauthorized'], CLOSE.unauthorized, 0]);
		one.close();
		await sessionsDownTo(relay, 1);
		(await Talker.welcome(relay.url, { token: TOKEN })).close();
		two.close();

		const news = (headers: Record<string, string> = {}) => fetch(`${relay.url}/v1/news`, { headers });
		expect([(await news()).status, (await news({ authorization: `Bearer ${TOKEN}` })).status]).toEqual([401, 200]);
		expect((await fetch(`${relay.url}/v1/characters`)).status).toBe(200);
		expect(relay.said()).not.toContain(TOKEN.slice(0, 8));
	});

	it('with a list of origins lets in their pages and no other, and answers them readably', async () => {
		const relay = await startRelay({ ...QUICK, ALLOWED_ORIGINS: 'https://talk.example' });
		const origin = 'https://talk.example';
		(await Talker.welcome(relay.url, { headers: { origin } })).close();
		await expect(Talker.connect(relay.url, { headers: { origin: 'https://evil.example' } })).rejects.toThrow('403');
		const preflight = await fetch(`${relay.url}/v1/voices`, {
			method: 'OPTIONS',
			headers: { origin, 'access-control-request-method': 'POST' }
		});
		expect([preflight.status, preflight.headers.get('access-control-allow-origin')]).toEqual([204, origin]);
		const missing = await fetch(`${relay.url}/v1/nothing`, { headers: { origin } });
		expect([missing.status, missing.headers.get('access-control-allow-origin')]).toEqual([404, origin]);
	});

	it('with an issuer lets in whom it vouches for; while the issuer is down nobody new, who is told when to come again', async () => {
		const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
		const keys = JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: 'k' }] });
		let isUp = false;
		const issuer = createServer((_request, response) => response.writeHead(isUp ? 200 : 500).end(keys)).listen(
			0,
			'127.0.0.1'
		);
		servers.push(issuer);
		await once(issuer, 'listening');
		const env = {
			...QUICK,
			JWT_JWKS_URL: `http://127.0.0.1:${(issuer.address() as AddressInfo).port}/keys`,
			JWT_ISSUER: 'https://login.example/',
			JWT_AUDIENCE: 'parley'
		};
		const sign = (audience: string) =>
			new SignJWT({})
				.setProtectedHeader({ alg: 'ES256', kid: 'k' })
				.setIssuer(env.JWT_ISSUER)
				.setAudience(audience)
				.setSubject('ann')
				.setExpirationTime('1m')
				.sign(privateKey);
		const good = await sign('parley');

		const early = await startRelay(env);
		expect(await refused(early, good)).toEqual([['internal'], CLOSE.internal, 0]);
		const news = await fetch(`${early.url}/v1/news`, { headers: { authorization: `Bearer ${good}` } });
		expect([news.status, news.headers.get('retry-after')]).toEqual([503, '5']);
		expect(early.said()).toContain('the key set for tokens cannot be had');

		isUp = true;
		const relay = await startRelay(env);
		(await Talker.welcome(relay.url, { token: good })).close();
		isUp = false; // its keys are known by now
		(await Talker.welcome(relay.url, { token: good })).close();
		expect(await refused(relay, await sign('another'))).toEqual([['unauthorized'], CLOSE.unauthorized, 0]);
		expect(early.said() + relay.said()).not.toContain('eyJ');
	});
});
