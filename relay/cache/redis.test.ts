import { connect, createServer, type Server, type Socket } from 'node:net';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { silentLog } from '../log.ts';
import { MAX_VALUE_BYTES, type Cache } from './cache.ts';
import { openCaches, type Caches } from './open.ts';
import { startRedis, type RedisServer } from './testing/redis-server.ts';

let server: RedisServer;
let direct: Redis;
const opened: Caches[] = [];

beforeAll(async () => {
	server = await startRedis({ settings: ['--maxmemory', '64mb'] });
	direct = new Redis(server.url);
});
afterAll(async () => {
	direct.disconnect();
	await server.kill();
});
afterEach(async () => {
	for (const caches of opened.splice(0)) await caches.close();
});

function open(redisUrl = server.url): Caches {
	const caches = openCaches({ redisUrl, log: silentLog });
	opened.push(caches);
	return caches;
}

const failure = (code: string): object => ({ name: 'CacheError', code });

describe('the cache that relays share', () => {
	let caches: Caches;
	let cache: Cache;
	beforeAll(() => {
		caches = openCaches({ redisUrl: server.url, log: silentLog });
		cache = caches.getCache('test', 60);
	});
	afterAll(() => caches.close());

	it('gives back any bytes, none at all and a whole megabyte among them', async () => {
		const all = Uint8Array.from({ length: 256 }, (_, i) => i);
		for (const value of [new Uint8Array(0), all, Uint8Array.of(13, 10, 0), new Uint8Array(MAX_VALUE_BYTES).fill(7)]) {
			await cache.set('a', value);
			expect(Buffer.from((await cache.get('a')) ?? 'nothing').equals(value)).toBe(true);
		}
	});

	it('is one cache for all relays, and one for each prefix', async () => {
		await cache.set('shared', Uint8Array.of(1));
		expect(await open().getCache('test', 60).get('shared')).toEqual(Uint8Array.of(1));
		expect(await open().getCache('other', 60).get('shared')).toBeNull();
	});

	it('writes under its own name, with an end', async () => {
		await cache.set('custom:1', Uint8Array.of(1));
		const leftMs = await direct.pttl('parley:test:custom:1');
		expect(leftMs).toBeGreaterThan(50_000);
		expect(leftMs).toBeLessThanOrEqual(60_000);
	});

	it('lets the server forget when the time is over', async () => {
		const brief = open().getCache('brief', 0.05);
		await brief.set('a', Uint8Array.of(1));
		while ((await direct.exists('parley:brief:a')) === 1) await new Promise((resolve) => setTimeout(resolve, 10));
		expect(await brief.get('a')).toBeNull();
		expect(await brief.cleanup()).toBe(0);
	});

	it('deletes, and says whether there was something', async () => {
		await cache.set('a', Uint8Array.of(1));
		expect([await cache.delete('a'), await cache.delete('a'), await cache.get('a')]).toEqual([true, false, null]);
	});

	it('takes what somebody else wrote there for nothing, however large', async () => {
		await direct.set('parley:test:foreign', 'hello');
		await direct.set('parley:test:huge', Buffer.alloc(8 << 20, 1));
		await direct.set('parley:test:empty', '');
		for (const key of ['foreign', 'huge', 'empty']) expect(await cache.get(key)).toBeNull();
		await direct.del('parley:test:huge');
	});

	it('tells that something else than a value is there, and goes on', async () => {
		await direct.lpush('parley:test:list', 'x');
		await expect(cache.get('list')).rejects.toMatchObject(failure('rejected'));
		await cache.set('list', Uint8Array.of(1));
		expect(await cache.get('list')).toEqual(Uint8Array.of(1));
	});

	it('refuses keys and values over its limits before it asks anybody', async () => {
		const nobody = open('redis://127.0.0.1:1').getCache('test', 1);
		for (const key of ['', 'a b', '*', 'x\r\nFLUSHALL', 'x'.repeat(129)])
			await expect(nobody.get(key)).rejects.toMatchObject(failure('bad_key'));
		await expect(nobody.set('a', new Uint8Array(MAX_VALUE_BYTES + 1))).rejects.toMatchObject(failure('too_large'));
		expect(() => open().getCache('Two Words', 1)).toThrow('no prefix');
	});

	it('tells that there is no memory left, and lives on', async () => {
		await direct.config('SET', 'maxmemory', '1');
		try {
			await expect(cache.set('a', Uint8Array.of(1))).rejects.toMatchObject(failure('rejected'));
		} finally {
			await direct.config('SET', 'maxmemory', '64mb');
		}
		await cache.set('a', Uint8Array.of(1));
	});
});

describe('who may use it', () => {
	it('uses the name and password of its URL', async () => {
		const locked = await startRedis({ password: 'open sesame' });
		try {
			const cache = open(`redis://:open%20sesame@127.0.0.1:${locked.port}/2`).getCache('test', 60);
			await cache.set('a', Uint8Array.of(5));
			expect(await cache.get('a')).toEqual(Uint8Array.of(5));
			for (const url of [locked.url, `redis://:wrong@127.0.0.1:${locked.port}`]) {
				const refused = open(url).getCache('test', 60);
				const error: unknown = await refused.get('a').catch((error: unknown) => error);
				expect(error).toMatchObject(failure('unauthorized'));
				expect(String(error)).not.toContain('wrong');
			}
		} finally {
			await locked.kill();
		}
	});
});

describe('a server that does not help', () => {
	const servers: Server[] = [];
	const sockets = new Set<Socket>();
	afterEach(() => {
		for (const socket of sockets) socket.destroy();
		for (const it of servers.splice(0)) it.close();
	});

	async function listen(talk: (socket: Socket) => void): Promise<string> {
		const it = createServer((socket) => {
			sockets.add(socket);
			socket.on('error', () => undefined);
			talk(socket);
		});
		servers.push(it);
		await new Promise<void>((resolve) => it.listen(0, '127.0.0.1', resolve));
		const address = it.address();
		if (address === null || typeof address === 'string') throw new Error('no port');
		return `redis://127.0.0.1:${address.port}`;
	}

	it('is not there: everybody is told at once, and nobody waits for a connection', async () => {
		const cache = open('redis://127.0.0.1:1').getCache('test', 1);
		const all = await Promise.allSettled(Array.from({ length: 50 }, () => cache.get('a')));
		for (const one of all) expect(one).toMatchObject({ status: 'rejected', reason: failure('unavailable') });
	});

	it('takes the connection and says nothing: half a second, then it is over', async () => {
		const url = await listen(() => undefined);
		await expect(open(url).getCache('test', 1).get('a')).rejects.toMatchObject(failure('timed_out'));
	});

	it('is no Redis at all', async () => {
		const url = await listen((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
		await expect(open(url).getCache('test', 1).get('a')).rejects.toMatchObject(failure('unavailable'));
	});

	it('answers no more in the middle of a value', async () => {
		// In between stands somebody who lets the beginning of the answer through.
		let cut = false;
		const url = await listen((socket) => {
			const there = connect(server.port, '127.0.0.1');
			sockets.add(there);
			socket.pipe(there);
			there.on('data', (chunk: Buffer) => {
				if (!cut) socket.write(chunk);
				else if (chunk.byteLength > 100) socket.write(chunk.subarray(0, 100));
			});
		});
		const cache = open(url).getCache('test', 60);
		await cache.set('long', new Uint8Array(500));
		cut = true;
		await expect(cache.get('long')).rejects.toMatchObject(failure('timed_out'));
	});

	it('is asked nothing more once the caches are closed', async () => {
		const caches = open();
		const cache = caches.getCache('test', 1);
		await cache.set('a', Uint8Array.of(1));
		await caches.close();
		await expect(cache.get('a')).rejects.toMatchObject(failure('unavailable'));
	});
});
