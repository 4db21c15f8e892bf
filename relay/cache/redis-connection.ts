/**
 * One connection to Redis or Valkey: made when it is wanted, tried again at growing distances and only while somebody
 * wants it, and never waited for longer than OPERATION_MS. An outage is told once, and its end.
 */
import { Redis } from 'ioredis';
import { backoffMs, type Backoff } from '../lifecycle/backoff.ts';
import type { Log } from '../log.ts';
import type { Clock } from '../session/clock.ts';
import { CacheError } from './cache.ts';
import type { RedisTarget } from './redis-url.ts';

/** From a question to its answer, the connection included: on the way of a reply, and half of what a person notices. */
export const OPERATION_MS = 500;
/** A connection may take longer than one question waits: the next one then finds it. */
export const CONNECT_MS = 3000;
/** The pause after a failure: the first, its growth, the longest. In between, whoever asks is told at once. */
export const BACK_OFF: Backoff = { firstMs: 100, growth: 2, maxMs: 5000, jitter: 0.5 };

export interface RedisConnectionOptions {
	readonly target: RedisTarget;
	readonly log: Log;
	readonly clock: Clock;
	/** From 0 to 1: spreads the relays that lost the same server. */
	readonly chance: () => number;
}

export class RedisConnection {
	readonly #options: RedisConnectionOptions;
	#redis: Redis | null = null;
	#connecting: Promise<Redis> | null = null;
	#failures = 0;
	#notBeforeMs = -Infinity;
	#closed = false;

	constructor(options: RedisConnectionOptions) {
		this.#options = options;
	}

	/** Runs one command. Rejects with CacheError only. */
	async run<T>(command: (redis: Redis) => Promise<T>): Promise<T> {
		const used: { redis: Redis | null } = { redis: null };
		const work = async (): Promise<T> => command((used.redis = await this.#ready()));
		try {
			return await this.#within(OPERATION_MS, work());
		} catch (error) {
			const failure = cacheError(error);
			// Connected and mute, or a server that takes nothing any more: the next connection may find another one.
			if (failure.code !== 'rejected' && used.redis !== null) this.#lost(used.redis, failure.code);
			throw failure;
		}
	}

	/** Nothing is asked any more; what is under way rejects. */
	close(): void {
		this.#closed = true;
		this.#redis?.disconnect();
		this.#redis = null;
	}

	async #ready(): Promise<Redis> {
		if (this.#closed) throw new CacheError('unavailable', 'the cache is closed');
		if (this.#redis !== null) return this.#redis;
		if (this.#connecting === null) {
			if (this.#options.clock.now() < this.#notBeforeMs)
				throw new CacheError('unavailable', 'Redis cannot be reached: it is tried again in a few seconds');
			this.#connecting = this.#connect().finally(() => (this.#connecting = null));
			// Whoever asked may have stopped waiting.
			this.#connecting.catch(() => undefined);
		}
		return this.#connecting;
	}

	async #connect(): Promise<Redis> {
		const redis = createClient(this.#options.target);
		let first: unknown = null;
		redis.on('error', (error: unknown) => (first ??= error));
		try {
			await this.#within(CONNECT_MS, redis.connect());
		} catch (error) {
			redis.disconnect();
			const failure = cacheError(first ?? error);
			this.#failed(failure.code);
			throw failure;
		}
		if (this.#closed) {
			redis.disconnect();
			throw new CacheError('unavailable', 'the cache is closed');
		}
		redis.once('close', () => this.#lost(redis, 'unavailable'));
		this.#redis = redis;
		if (this.#failures > 0) this.#options.log.info({}, 'the cache answers again');
		this.#failures = 0;
		return redis;
	}

	#lost(redis: Redis, code: CacheError['code']): void {
		if (this.#redis !== redis) return;
		this.#redis = null;
		redis.disconnect();
		if (!this.#closed) this.#failed(code);
	}

	#failed(code: CacheError['code']): void {
		const { log, clock, chance } = this.#options;
		if (this.#failures++ === 0) log.warn({ code }, 'the cache cannot be used: check REDIS_URL and its server');
		this.#notBeforeMs = clock.now() + backoffMs(this.#failures, BACK_OFF, chance);
	}

	#within<T>(ms: number, work: Promise<T>): Promise<T> {
		return new Promise((resolve, reject) => {
			const cancel = this.#options.clock.after(ms, () =>
				reject(new CacheError('timed_out', 'Redis did not answer in time'))
			);
			work.then(resolve, reject).finally(cancel);
		});
	}
}

/** Our own limits and pauses take the place of the library's: it neither queues, nor retries, nor reconnects. */
function createClient({ host, port, tls, username, password, db }: RedisTarget): Redis {
	return new Redis({
		host,
		port,
		db,
		...(username === '' ? {} : { username }),
		...(password === '' ? {} : { password }),
		...(tls ? { tls: { servername: host } } : {}),
		// The older protocol does all that is needed here, and every server speaks it.
		protocol: 2,
		lazyConnect: true,
		enableOfflineQueue: false,
		autoResendUnfulfilledCommands: false,
		maxRetriesPerRequest: 0,
		retryStrategy: () => null,
		connectTimeout: CONNECT_MS,
		maxLoadingRetryTime: CONNECT_MS,
		disableClientInfo: true
	});
}

/** The first word of a Redis error is its code; the rest may quote a key. */
const REPLY_CODES: Readonly<Record<string, readonly [CacheError['code'], string]>> = {
	NOAUTH: ['unauthorized', 'Redis asks for a password'],
	WRONGPASS: ['unauthorized', 'Redis does not take this name and password'],
	NOPERM: ['unauthorized', 'Redis does not allow this user what the cache needs'],
	LOADING: ['unavailable', 'Redis is still loading'],
	READONLY: ['unavailable', 'this Redis takes no writes: it is a replica'],
	MASTERDOWN: ['unavailable', 'this Redis has lost its primary'],
	CLUSTERDOWN: ['unavailable', 'this Redis has lost its cluster']
};

function cacheError(error: unknown): CacheError {
	if (error instanceof CacheError) return error;
	if (!(error instanceof Error && error.name === 'ReplyError'))
		return new CacheError('unavailable', 'Redis cannot be reached');
	const known = REPLY_CODES[error.message.split(' ', 1)[0] ?? ''];
	return known === undefined ? new CacheError('rejected', 'Redis answered with an error') : new CacheError(...known);
}
