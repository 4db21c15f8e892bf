/** Redis is killed while voices are in use, stays away, and comes back: voices fail clearly, and then work again. */
import { afterEach, describe, expect, it } from 'vitest';
import type { CacheError } from '../../relay/cache/cache.ts';
import { openCaches, type Caches } from '../../relay/cache/open.ts';
import { startRedis, type RedisServer } from '../../relay/cache/testing/redis-server.ts';
import { silentLog, type Log } from '../../relay/log.ts';
import { parrot, replyHouse, request, story, told } from '../../relay/session/testing/reply-house.ts';
import { answer } from '../../relay/upstream/testing/chat-server.ts';
import { createVoices, type Voices } from '../../relay/voices/index.ts';
import { serveCloning, voiceMessage, type ScriptedCloning } from '../../relay/voices/testing/cloning-server.ts';
import { form, post, wav } from '../../relay/voices/testing/recordings.ts';
import { killRelays, startRelay } from './support/relay-process.ts';
import { Talker } from './support/talker.ts';
import { startUpstreams } from './support/upstreams.ts';

interface House {
	readonly redis: RedisServer;
	readonly cloning: ScriptedCloning;
	readonly caches: Caches;
	/** What the operator read: level and sentence. */
	readonly told: string[];
	/** Two relays that share the Redis. */
	readonly voices: readonly [Voices, Voices];
}

const after: (() => Promise<unknown>)[] = [];
afterEach(async () => {
	for (const undo of after.splice(0).reverse()) await undo();
});

async function house(): Promise<House> {
	const redis = await startRedis();
	const cloning = await serveCloning();
	const told: string[] = [];
	const level =
		(name: string) =>
		(...[, message]: [unknown, string?]): void =>
			void told.push(`${name}: ${message ?? ''}`);
	const log: Log = Object.assign(Object.create(silentLog), { info: level('info'), warn: level('warn') });
	const caches = openCaches({ redisUrl: redis.url, log });
	const other = openCaches({ redisUrl: redis.url, log: silentLog });
	after.push(
		() => redis.kill(),
		() => cloning.close(),
		() => caches.close(),
		() => other.close()
	);
	const voicesOf = (it: Caches): Voices =>
		createVoices({
			characters: [],
			defaultVoice: '',
			cloning: cloning.server,
			cache: it.getCache('voices', 3600),
			log: silentLog
		});
	return { redis, cloning, caches, told, voices: [voicesOf(caches), voicesOf(other)] };
}

async function clone(voices: Voices): Promise<{ readonly status: number; readonly name: string }> {
	const { status, body } = await voices.create(post(await form({ file: wav() })));
	return { status, name: status === 200 ? JSON.parse(String(body)).name : '' };
}

async function eventually(holds: () => Promise<boolean>): Promise<void> {
	while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 20));
}

describe('Redis, killed', () => {
	it('takes the voices with it and nothing else, says so once, and is found again by itself', async () => {
		const { redis, told, voices, caches } = await house();
		const [one, two] = voices;
		const before = await clone(one);
		expect(before.status).toBe(200);
		expect(Buffer.from((await two.lookup(before.name)) ?? '').equals(voiceMessage())).toBe(true);

		await redis.kill();
		for (let i = 0; i < 20; i++) {
			expect(await one.lookup(before.name)).toBeNull();
			expect((await clone(one)).status).toBe(503);
			expect((await one.remove(before.name)).status).toBe(503);
		}
		expect(told).toEqual(['warn: the cache cannot be used: check REDIS_URL and its server']);

		const back = await startRedis({ port: redis.port });
		after.push(() => back.kill());
		await eventually(async () => (await clone(one)).status === 200);
		const again = await clone(one);
		await eventually(async () => (await two.lookup(again.name)) !== null);
		// The voice of before went with the memory of the Redis that was killed.
		expect((await one.remove(before.name)).status).toBe(404);
		expect(told.at(-1)).toBe('info: the cache answers again');
		expect(told).toHaveLength(2);
		await caches.close();
	});

	it('costs a conversation its voice and not a word', async () => {
		const { redis, voices } = await house();
		const { name } = await clone(voices[0]);
		const talk = await replyHouse((response) => answer(response, 'Yes', ' indeed.'), parrot, { voices: voices[1] });
		after.push(() => talk.close());
		const { browser, tts } = talk;

		browser.say(request(1, { voice: name }));
		expect((await browser.next('replyDone')).outcome).toBe('complete');
		expect(told(tts.clients[0])).toEqual(['Voice', 'Yes', ' indeed.', 'Eos']);

		await redis.kill();
		browser.say(request(2, { voice: name }));
		expect((await browser.next('replyDone', 2)).outcome).toBe('complete');
		expect(told(tts.clients[1])).toEqual(['Yes', ' indeed.', 'Eos']);
		expect(story(browser.received).filter((line) => line.startsWith('problem'))).toEqual(['problem 2 tts voice_gone']);
	});

	it('in the middle of a hundred questions leaves none of them unanswered', async () => {
		const { redis, caches } = await house();
		const cache = caches.getCache('voices', 3600);
		await cache.set('a', new Uint8Array(500_000));
		const questions = Array.from({ length: 100 }, () => cache.get('a').catch((error: CacheError) => error.code));
		const killed = redis.kill();
		const answers = await Promise.all(questions);
		await killed;
		for (const answer of answers)
			if (typeof answer === 'string') expect(['unavailable', 'timed_out']).toContain(answer);
			else expect(answer?.byteLength).toBe(500_000);
	});

	it('and only frozen, keeps nobody waiting for long, and is found again', async () => {
		const { redis, caches } = await house();
		const cache = caches.getCache('voices', 3600);
		await cache.set('a', Uint8Array.of(1));
		redis.freeze();
		await expect(cache.get('a')).rejects.toMatchObject({ code: 'timed_out' });
		redis.thaw();
		await eventually(async () => (await cache.get('a').catch(() => null)) !== null);
		expect(await cache.get('a')).toEqual(Uint8Array.of(1));
	});
});

describe('Redis, away from the start', () => {
	it('is told to the operator before anybody brings a voice, and keeps nobody from talking', async () => {
		const upstreams = await startUpstreams({ replies: ['Yes indeed.'] });
		after.push(() => upstreams.close());
		const gone = await startRedis();
		await gone.kill();
		const relay = await startRelay({ ...upstreams.env, REDIS_URL: gone.url, VOICE_CLONING_URL: 'http://127.0.0.1:1' });
		after.push(async () => {
			killRelays();
			await relay.ended;
		});
		await expect.poll(relay.said).toContain('the cache cannot be used: check REDIS_URL and its server');
		expect(relay.said()).toContain('"setting":"VOICE_CLONING_URL"');
		const talker = await Talker.welcome(relay.url);
		talker.say(request(1));
		expect((await talker.next('replyDone')).outcome).toBe('complete');
		expect(talker.codes()).toEqual([]);
		talker.close();
	});
});
