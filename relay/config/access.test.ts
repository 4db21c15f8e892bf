import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../config.ts';

const TOKEN = '3f0c6a1be8d94c27a5f1b6e2';
const JWT = { JWT_JWKS_FILE: '/keys.json', JWT_ISSUER: 'i', JWT_AUDIENCE: 'a' };
function mistakes(env: Record<string, string>): readonly string[] {
	const read = readConfig(env);
	return read.ok ? [] : read.mistakes;
}

describe('a relay that other machines can reach', () => {
	it.each(['0.0.0.0', '::', '192.168.1.2', 'relay.example'])(
		'does not start on %s before somebody says who may use it',
		(HOST) => {
			const [mistake, ...more] = mistakes({ HOST });
			expect(more).toEqual([]);
			for (const way of ['ALLOWED_ORIGINS=https://your.host', 'ACCESS_TOKENS=', 'JWT_JWKS_URL=', 'ACCESS=open'])
				expect(mistake).toContain(way);
			expect(mistake).not.toContain(HOST);
		}
	);

	it.each([
		{ ALLOWED_ORIGINS: 'https://talk.example' },
		{ ACCESS: 'open' },
		{ ACCESS_TOKENS: TOKEN },
		{ ACCESS_TOKENS_FILE: '/tokens' },
		JWT,
		{ JWT_JWKS_URL: 'https://login.example/jwks', JWT_ISSUER: 'i', JWT_AUDIENCE: 'a' }
	])('starts with %j', (env) => {
		expect(mistakes({ HOST: '0.0.0.0', ...env })).toEqual([]);
	});

	it.each(['127.0.0.1', 'localhost', '::1', '127.0.0.2'])('is not meant where HOST is %s', (HOST) => {
		expect(mistakes({ HOST })).toEqual([]);
	});
});

describe('the settings of access', () => {
	it.each([
		['ACCESS', 'yes'],
		['ACCESS_TOKENS', 'short'],
		['ACCESS_TOKENS', `${TOKEN},has a space inside it`],
		['TRUSTED_PROXIES', '0.0.0.0/0'],
		['TRUSTED_PROXIES', 'nginx'],
		['TRUSTED_PROXIES', '10.0.0.0/8;::1'],
		['MAX_SESSIONS_PER_ADDRESS', '-1'],
		['HANDSHAKES_PER_MINUTE', '1e3'],
		['DRAIN_S', '601'],
		['TTS_READY_S', '0'],
		['TTS_READY_S', '1,5'],
		['LLM_HEDGE_S', '61']
	])('refuse %s=%s, once', (name, value) => {
		expect(mistakes({ [name]: value })).toHaveLength(1);
	});

	it.each([
		[{ ...JWT, JWT_JWKS_URL: 'https://x.example/jwks' }, 'both set'],
		[{ ...JWT, JWT_ISSUER: '' }, 'JWT_ISSUER must be set'],
		[{ ...JWT, JWT_AUDIENCE: '' }, 'JWT_AUDIENCE must be set'],
		[{ JWT_AUDIENCE: 'a' }, 'JWT_AUDIENCE needs the keys too'],
		[{ ACCESS: 'open', ACCESS_TOKENS: TOKEN }, 'contradict'],
		[{ ...JWT, JWT_JWKS_FILE: '', JWT_JWKS_URL: 'https://me:pw@x.example/jwks' }, 'without a name or password'],
		[{ ...JWT, JWT_JWKS_FILE: '', JWT_JWKS_URL: 'file:///etc/keys' }, 'begins with https://']
	])('refuse what contradicts itself: %j', (env, why) => {
		expect(mistakes(env).join('\n')).toContain(why);
	});

	it('are read as they are meant', () => {
		const read = readConfig({
			ACCESS_TOKENS: ` ${TOKEN}, x${TOKEN} ,`,
			...JWT,
			TRUSTED_PROXIES: '10.0.0.0/8 , 2001:db8::/32',
			MAX_SESSIONS_PER_ADDRESS: '0',
			DRAIN_S: '0'
		});
		expect(read).toMatchObject({
			ok: true,
			config: {
				access: {
					tokens: [TOKEN, `x${TOKEN}`],
					jwt: { keys: { file: '/keys.json' }, issuer: 'i', audience: 'a' },
					trustedProxies: ['10.0.0.0/8', '2001:db8::/32']
				},
				limits: { sessionsPerAddress: 0, session: { drainMs: 0 } }
			}
		});
	});

	it('never repeat a token', () => {
		const secret = 'S3CR3T';
		const all = mistakes({
			ACCESS_TOKENS: `${secret},${secret} x`,
			ACCESS: secret,
			JWT_JWKS_URL: secret,
			TRUSTED_PROXIES: secret
		});
		expect(all.length).toBeGreaterThanOrEqual(4);
		expect(all.join()).not.toContain(secret);
	});

	it('take whatever they are given without throwing', () => {
		const names = [
			'ACCESS',
			'ACCESS_TOKENS',
			'JWT_JWKS_URL',
			'JWT_ISSUER',
			'TRUSTED_PROXIES',
			'ALLOWED_ORIGINS',
			'HOST',
			'DRAIN_S'
		];
		fc.assert(
			fc.property(
				fc.dictionary(fc.constantFrom(...names), fc.oneof(fc.string(), fc.webUrl(), fc.ipV4(), fc.ipV6())),
				(env) => {
					expect(typeof readConfig(env).ok).toBe('boolean');
				}
			)
		);
	});
});
