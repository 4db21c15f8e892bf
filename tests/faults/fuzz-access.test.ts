/** Whatever stands in a token, in a header or in the environment: nobody comes in by it, nothing throws, nothing grows. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDoor } from '../../relay/access/door.ts';
import { createAccess, type Access } from '../../relay/access/index.ts';
import { VARIABLES } from '../../relay/config/names.ts';
import { readConfig } from '../../relay/config.ts';
import type { RequestHead } from '../../relay/http/transport.ts';
import { toWire } from '../../relay/http/response.ts';
import { ADMISSION_LIMITS, Admission } from '../../relay/limits/admission.ts';
import { silentLog } from '../../relay/log.ts';

const TOKEN = 'a-token-of-24-characters';
const base = {
	host: '127.0.0.1',
	allowedOrigins: ['https://talk.example'],
	open: false,
	tokensFile: null,
	trustedProxies: ['127.0.0.0/8']
};
let folder: string;
let access: Access;
let jwt: string;
beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), 'parley-fuzz-'));
	const { publicKey, privateKey } = await generateKeyPair('EdDSA', { extractable: true });
	const file = join(folder, 'keys.json');
	await writeFile(file, JSON.stringify({ keys: [await exportJWK(publicKey)] }));
	access = await createAccess(
		{ ...base, tokens: [TOKEN], jwt: { keys: { file }, issuer: 'i', audience: 'a' } },
		silentLog
	);
	jwt = await new SignJWT({ sub: 'ann' })
		.setProtectedHeader({ alg: 'EdDSA' })
		.setIssuer('i')
		.setAudience('a')
		.setExpirationTime('1h')
		.sign(privateKey);
});
afterAll(() => rm(folder, { recursive: true }));

describe('a token', () => {
	it('that is not one of ours, byte for byte, opens nothing', async () => {
		expect([await access.check(TOKEN), await access.check(jwt)]).toMatchObject([{ ok: true }, { ok: true }]);
		const spoiled = fc.oneof(
			fc.string({ maxLength: 300 }),
			fc
				.tuple(fc.constantFrom('token', 'jwt'), fc.nat(), fc.string({ minLength: 1, maxLength: 1 }))
				.map(([which, at, char]) => {
					const good = which === 'jwt' ? jwt : TOKEN;
					return good.slice(0, at % good.length) + char + good.slice((at % good.length) + 1);
				}),
			fc.nat().map((at) => jwt.slice(0, at % jwt.length)),
			fc
				.tuple(fc.json(), fc.json())
				.map((parts) => [...parts.map((part) => Buffer.from(part).toString('base64url')), 'AAAA'].join('.'))
		);
		await fc.assert(
			fc.asyncProperty(spoiled, async (token) => {
				// The last character of a base64 text has bits that do not count.
				const isSame = token === TOKEN || (token.length === jwt.length && token.slice(0, -1) === jwt.slice(0, -1));
				if (!isSame) expect(await access.check(token)).toEqual({ ok: false, why: 'unauthorized' });
			}),
			{ numRuns: 400 }
		);
	});
});

describe('the head of a request', () => {
	const name = fc.constantFrom(
		'origin',
		'host',
		'authorization',
		'x-forwarded-for',
		'forwarded',
		'access-control-request-method',
		'__proto__'
	);
	const value = fc.oneof(
		fc.string({ maxLength: 60 }),
		fc.ipV4(),
		fc.ipV6(),
		fc.webUrl(),
		fc.constantFrom('null', `Bearer ${TOKEN}`, 'for=_x;for="[::1]"', 'https://talk.example', 'localhost:8080', ',,,,')
	);
	const head: fc.Arbitrary<RequestHead> = fc.record({
		method: fc.constantFrom('GET', 'POST', 'OPTIONS', 'HEAD', 'BREW'),
		path: fc.constantFrom('/', '/v1/session', '/v1/voices', '/v1/debug/sessions', '/v1/health', '/v1/\0'),
		query: fc.string({ maxLength: 20 }),
		headers: fc.dictionary(name, value),
		remoteAddress: fc.oneof(fc.ipV4(), fc.ipV6(), fc.constantFrom('', '127.0.0.1', '::1'))
	});

	it('gets an answer that can be sent, leaves nothing behind, and costs a bounded table', async () => {
		const admission = new Admission({ ...ADMISSION_LIMITS, requestsPerMinute: 5, handshakesPerMinute: 5 });
		let nowMs = 0;
		const door = createDoor({ access, admission, log: silentLog, nowMs: () => nowMs++ });
		await fc.assert(
			fc.asyncProperty(head, async (it) => {
				const answer = await door.request(it);
				toWire(door.dress(answer ?? { status: 200 }, it));
				const knocked = door.knock(it);
				if ('refused' in knocked) return void toWire(knocked.refused);
				const { visit } = knocked;
				if (visit.enter() === null) await visit.admit(undefined);
				visit.leave();
				visit.leave();
			}),
			{ numRuns: 1000 }
		);
		expect(admission.count).toBe(0);
		expect(admission.keys).toBeLessThanOrEqual(3000);
	});
});

describe('the environment', () => {
	it('is read or refused, never thrown at, and no text repeats a value', () => {
		const secret = 'S3CR3T';
		const value = fc.oneof(
			fc.string({ maxLength: 40 }),
			fc.webUrl(),
			fc.integer().map(String),
			fc.constantFrom('open', '/', '::1', '0.0.0.0/0', ' ', ','),
			fc.string({ maxLength: 10 }).map((text) => text + secret)
		);
		fc.assert(
			fc.property(fc.dictionary(fc.constantFrom(...Object.keys(VARIABLES)), value, { maxKeys: 12 }), (env) => {
				const read = readConfig(env);
				expect(JSON.stringify(read.ok ? read.warnings : read)).not.toContain(secret);
			}),
			{ numRuns: 500 }
		);
	});
});
