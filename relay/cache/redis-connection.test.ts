import { createServer, type Server } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { silentLog } from '../log.ts';
import { systemClock, type Clock } from '../session/clock.ts';
import { BACK_OFF, RedisConnection } from './redis-connection.ts';
import { redisTarget } from './redis-url.ts';

const servers: Server[] = [];
afterEach(() => {
	for (const server of servers.splice(0)) server.close();
});

/** Hangs up on everybody, and counts them. */
async function rude(): Promise<{ readonly url: string; visits(): number }> {
	let visits = 0;
	const server = createServer((socket) => {
		visits++;
		socket.destroy();
	});
	servers.push(server);
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const address = server.address();
	if (address === null || typeof address === 'string') throw new Error('no port');
	return { url: `redis://127.0.0.1:${address.port}`, visits: () => visits };
}

describe('the connection to a Redis that is away', () => {
	it('is tried once for all who ask, again only after a pause, and each pause is longer up to the longest', async () => {
		const { url, visits } = await rude();
		let nowMs = 0;
		const clock: Clock = { now: () => nowMs, after: systemClock.after };
		const connection = new RedisConnection({ target: redisTarget(url), log: silentLog, clock, chance: () => 0 });
		const ask = (): Promise<unknown> => connection.run((redis) => redis.ping()).catch((error: unknown) => error);
		expect(visits()).toBe(0);
		let pauseMs: number = BACK_OFF.firstMs;
		for (let attempt = 1; attempt <= 9; attempt++) {
			const answers = await Promise.all([ask(), ask(), ask()]);
			for (const answer of answers) expect(answer).toMatchObject({ code: 'unavailable' });
			nowMs += pauseMs - 1;
			expect(await ask()).toMatchObject({ code: 'unavailable' });
			expect(visits()).toBe(attempt);
			nowMs += 1;
			pauseMs = Math.min(pauseMs * BACK_OFF.growth, BACK_OFF.maxMs);
		}
		expect(pauseMs).toBe(BACK_OFF.maxMs);
		connection.close();
	});

	it('is not tried any more once it is closed', async () => {
		const { url, visits } = await rude();
		const clock = systemClock;
		const connection = new RedisConnection({ target: redisTarget(url), log: silentLog, clock, chance: () => 0 });
		connection.close();
		await expect(connection.run((redis) => redis.ping())).rejects.toMatchObject({ code: 'unavailable' });
		expect(visits()).toBe(0);
	});
});
