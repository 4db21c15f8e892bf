import { exportJWK, generateKeyPair, jwtVerify, SignJWT, type CryptoKey } from 'jose';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { FAILURE_PAUSE_MS, MAX_AGE_MS, remoteKeys, STALE_MS } from './key-set.ts';

const URL_OF_KEYS = new URL('https://login.example/jwks');
let privateKey: CryptoKey;
let keySet: string;
beforeAll(async () => {
	const pair = await generateKeyPair('ES256', { extractable: true });
	privateKey = pair.privateKey;
	keySet = JSON.stringify({ keys: [{ ...(await exportJWK(pair.publicKey)), kid: 'k1' }] });
});
const token = () => new SignJWT({ sub: 'ann' }).setProtectedHeader({ alg: 'ES256', kid: 'k1' }).sign(privateKey);

describe('keys from an address', () => {
	beforeEach(() => {
		// The library keeps its own time by the date.
		vi.useFakeTimers({ toFake: ['Date'] });
	});
	afterEach(() => {
		vi.useRealTimers();
	});

	function issuer() {
		const state = { up: true, asked: 0, failures: 0 };
		const keys = remoteKeys(URL_OF_KEYS, {
			nowMs: () => Date.now(),
			failed: () => state.failures++,
			fetch: () => {
				state.asked++;
				return state.up ? Promise.resolve(new Response(keySet)) : Promise.reject(new TypeError('fetch failed'));
			}
		});
		const works = async (): Promise<boolean> => {
			const signed = await token();
			return jwtVerify(signed, keys).then(
				() => true,
				() => false
			);
		};
		const pass = (ms: number): unknown => vi.setSystemTime(Date.now() + ms);
		return { state, works, pass };
	}

	it('are asked for again when they are old', async () => {
		const { state, works, pass } = issuer();
		expect([await works(), await works(), state.asked]).toEqual([true, true, 1]);
		pass(MAX_AGE_MS + 1);
		expect([await works(), state.asked]).toEqual([true, 2]);
	});

	it('hold on while the issuer is down, though not for ever', async () => {
		const { state, works, pass } = issuer();
		expect(await works()).toBe(true);
		state.up = false;
		pass(MAX_AGE_MS + 1);
		expect([await works(), state.failures]).toEqual([true, 1]);
		pass(STALE_MS);
		expect([await works(), state.failures]).toEqual([false, 2]);
	});

	it('are not asked for again in the moments after a failure, and are there as soon as the issuer is', async () => {
		const { state, works, pass } = issuer();
		state.up = false;
		for (let i = 0; i < 5; i++) expect(await works()).toBe(false);
		expect([state.asked, state.failures]).toEqual([1, 1]);
		state.up = true;
		pass(FAILURE_PAUSE_MS - 1);
		expect([await works(), state.asked]).toEqual([false, 1]);
		pass(1);
		expect([await works(), state.asked]).toEqual([true, 2]);
	});

	it('are given up where the issuer does not answer in time', async () => {
		const failures: string[] = [];
		const keys = remoteKeys(URL_OF_KEYS, {
			timeoutMs: 20,
			failed: (why) => failures.push(why),
			fetch: (_url, init) =>
				new Promise((_resolve, reject) => {
					init?.signal?.addEventListener('abort', () => reject(init.signal?.reason as Error));
				})
		});
		await expect(jwtVerify(await token(), keys)).rejects.toThrow();
		expect(failures).toEqual(['TimeoutError']);
	});
});
