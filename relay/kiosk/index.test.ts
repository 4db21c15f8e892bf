import { beforeAll, describe, expect, it } from 'vitest';
import type { KioskPing } from '../../src/lib/chat/characters/kiosk.ts';
import { operatorDoor } from '../access/operator.ts';
import type { HttpRequest, HttpResponse } from '../http/transport.ts';
import { parseKiosk, type KioskFile } from './file.ts';
import { createKioskDesk, type KioskDesk } from './index.ts';
import { hashPin, isPin, readPinHash } from './pin.ts';
import { MOST_KIOSKS } from './roll.ts';

const OPERATOR = 'an-operator-of-tests';
let file: KioskFile;
beforeAll(async () => {
	const parsed = parseKiosk(`pin: ${await hashPin('135790')}\n`, []);
	if (!parsed.ok) throw new Error('the file was refused');
	({ file } = parsed);
});

interface Asked {
	readonly method?: 'GET' | 'POST';
	readonly body?: string;
	readonly from?: string;
	readonly token?: string;
}
/** A desk whose clock stands until a test moves it. */
function desk(configured: KioskFile | null = file) {
	const clock = { nowMs: 0 };
	const warnings: unknown[] = [];
	const kiosks: KioskDesk = createKioskDesk({
		file: configured,
		operator: operatorDoor(OPERATOR),
		caller: ({ remoteAddress }) => ({ key: remoteAddress, local: false }),
		log: { warn: (...all) => void warnings.push(all) },
		nowMs: () => clock.nowMs
	});
	async function ask(path: string, { method = 'GET', body = '', from = '192.0.2.1', token }: Asked = {}) {
		const request: HttpRequest = {
			method,
			path,
			query: '',
			headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
			remoteAddress: from,
			readBody: (most) => {
				const bytes = new TextEncoder().encode(body);
				return Promise.resolve(bytes.length > most ? { ok: false, reason: 'too_big' } : { ok: true, bytes });
			}
		};
		const answer = kiosks.routes[path]?.[method];
		if (answer === undefined) throw new Error('no such route');
		return (await answer(request)) satisfies HttpResponse;
	}
	const unlock = async (body: unknown, from?: string): Promise<number> =>
		(
			await ask('/v1/kiosk/unlock', {
				method: 'POST',
				body: typeof body === 'string' ? body : JSON.stringify(body),
				...(from === undefined ? {} : { from })
			})
		).status;
	const ping = async (said: unknown): Promise<number> =>
		(await ask('/v1/kiosk/ping', { method: 'POST', body: JSON.stringify(said) })).status;
	return { clock, kiosks, ask, unlock, ping, warnings };
}
const alive: KioskPing = { name: 'lobby', state: 'attract', uptimeS: 12, talks: 3, version: '0.1.0', lastError: null };

describe('a relay without a kiosk', () => {
	it('says so, whatever a kiosk asks', async () => {
		const { ask, unlock, ping } = desk(null);
		expect(await ask('/v1/kiosk')).toMatchObject({ status: 404, body: expect.stringContaining('KIOSK_CONFIG') });
		expect(await unlock({ pin: '135790' })).toBe(404);
		expect(await ping(alive)).toBe(404);
	});
});

describe('what a kiosk is told', () => {
	it('is all but the PIN, and nothing anew while it is the same', async () => {
		const { ask } = desk();
		const { status, body, headers } = await ask('/v1/kiosk');
		expect(status).toBe(200);
		expect(JSON.parse(String(body))).toEqual(file.told);
		expect(String(body)).not.toMatch(/scrypt|135790/);
		expect(headers).toMatchObject({ 'cache-control': 'no-cache', etag: expect.any(String) });
	});
});

describe('the way out', () => {
	it('opens to the PIN, and to nothing else', async () => {
		const { unlock, warnings } = desk();
		expect(await unlock({ pin: '135790' }, 'a')).toBe(204);
		for (const [at, body] of [
			{ pin: '135791' },
			{ pin: '1357900' },
			{ pin: 135790 },
			{ pin: ['135790'] },
			{ pin: '135790', more: 1 },
			'135790',
			'',
			'{',
			`{"pin":"${'1'.repeat(4000)}"}`
		].entries())
			expect(await unlock(body, `b${at}`), JSON.stringify(body)).toBe(403);
		expect(JSON.stringify(warnings)).not.toMatch(/13579|b\d/);
	});

	it('opens to nothing where there is no PIN', async () => {
		const { unlock } = desk({ ...file, pin: null });
		for (const pin of ['135790', '', '000000']) expect(await unlock({ pin }, pin)).toBe(403);
	});

	it('takes five tries of one address, and then one a minute, right or wrong', async () => {
		const { unlock, clock, ask } = desk();
		for (let i = 0; i < 5; i++) expect(await unlock({ pin: '000000' })).toBe(403);
		expect(await unlock({ pin: '135790' })).toBe(429);
		clock.nowMs += 59_500;
		const refused = await ask('/v1/kiosk/unlock', { method: 'POST', body: '{"pin":"135790"}' });
		expect(refused).toMatchObject({ status: 429, headers: { 'retry-after': '1' } });
		clock.nowMs += 501;
		expect(await unlock({ pin: '135790' })).toBe(204);
		expect(await unlock({ pin: '135790' })).toBe(429);
	});

	it('is tried no faster by a thousand addresses than by two', async () => {
		const { unlock, clock } = desk();
		const tried = async (prefix: string): Promise<number> => {
			const all = await Promise.all(Array.from({ length: 1500 }, (_, i) => unlock('{}', `${prefix}${i}`)));
			return all.filter((status) => status === 403).length;
		};
		expect(await tried('a')).toBe(10);
		clock.nowMs += 60_000;
		expect(await tried('b')).toBe(2);
	});
});

describe('a PIN', () => {
	it('is kept as a hash that is another each time, and reads no other form', async () => {
		const [one, two] = [await hashPin('246810'), await hashPin('246810')];
		expect(one).not.toBe(two);
		for (const text of [one, two]) {
			const hash = readPinHash(text);
			expect(hash !== null && (await isPin('246810', hash))).toBe(true);
			expect(hash !== null && (await isPin('246811', hash))).toBe(false);
		}
		for (const text of ['246810', '', `${one} `, one.slice(1), one.replace('scrypt', 'md5')])
			expect(readPinHash(text)).toBeNull();
	});
});

describe('the roll of kiosks', () => {
	it('knows who was heard of, when, and tells only the operator', async () => {
		const { ping, ask, clock, kiosks } = desk();
		expect(await ping(alive)).toBe(204);
		clock.nowMs += 5000;
		expect(await ping({ ...alive, name: 'annex', state: 'away', lastError: 'relay_away' })).toBe(204);
		clock.nowMs += 1000;
		expect((await ask('/v1/kiosk/health')).status).toBe(401);
		const { body } = await ask('/v1/kiosk/health', { token: OPERATOR });
		expect(JSON.parse(String(body))).toEqual({
			kiosks: [
				{ ...alive, name: 'annex', state: 'away', lastError: 'relay_away', lastSeenS: 1 },
				{ ...alive, lastSeenS: 6 }
			]
		});
		expect([...kiosks.lastSeenS()]).toEqual([
			['annex', 1],
			['lobby', 6]
		]);
	});

	it('takes nothing that no kiosk says', async () => {
		const { ping } = desk();
		for (const wrong of [
			{ ...alive, name: 'Lobby' },
			{ ...alive, name: 'a"} 1\nparley_evil 1' },
			{ ...alive, name: 'x'.repeat(41) },
			{ ...alive, state: 'happy' },
			{ ...alive, uptimeS: -1 },
			{ ...alive, lastError: 'what the visitor said' },
			{ ...alive, version: '<b>' },
			{ ...alive, said: 'hello' },
			null,
			[],
			'x'.repeat(3000)
		])
			expect(await ping(wrong), JSON.stringify(wrong)).toBe(400);
	});

	it('holds a bounded number of names, and gives up only those that are long gone', async () => {
		const { ping, clock, kiosks } = desk();
		for (let i = 0; i < MOST_KIOSKS; i++) expect(await ping({ ...alive, name: `k${i}` })).toBe(204);
		expect(await ping({ ...alive, name: 'one-more' })).toBe(429);
		expect(await ping({ ...alive, name: 'k0' })).toBe(204);
		clock.nowMs += 25 * 3_600_000;
		expect(await ping({ ...alive, name: 'k0' })).toBe(204);
		expect(await ping({ ...alive, name: 'one-more' })).toBe(204);
		const names = [...kiosks.lastSeenS()].map(([name]) => name);
		expect(names).toHaveLength(MOST_KIOSKS);
		expect(names).toContain('k0');
		expect(names).not.toContain('k1');
	});
});
