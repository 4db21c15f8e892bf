/** Where the relay's caches come from: this process, or one connection to the server of REDIS_URL. */
import type { Log } from '../log.ts';
import { systemClock, type Clock } from '../session/clock.ts';
import { checkPrefix, MAX_VALUE_BYTES, type Cache } from './cache.ts';
import { MemoryCache } from './memory.ts';
import { RedisCache } from './redis.ts';
import { RedisConnection } from './redis-connection.ts';
import { redisTarget } from './redis-url.ts';

/** Of one cache in this process: 200 voices of 320 kB, of which a busy evening makes some dozens. */
const MAX_BYTES = 64 << 20;
const MAX_ENTRIES = 1000;

export interface CachesOptions {
	/** Without fault (`redisUrlFault`); null keeps everything in this process. */
	readonly redisUrl: string | null;
	readonly log: Log;
	readonly clock?: Clock;
	readonly chance?: () => number;
}

export interface Caches {
	/**
	 * What is set lives `ttlS` seconds. The same prefix always means the same values.
	 * @throws CacheError `bad_key`
	 */
	getCache(prefix: string, ttlS: number): Cache;
	close(): Promise<void>;
}

/** Connects to nothing yet: a relay starts whether or not its Redis does. */
export function openCaches(options: CachesOptions): Caches {
	const { redisUrl, log, clock = systemClock, chance = Math.random } = options;
	const connection =
		redisUrl === null ? null : new RedisConnection({ target: redisTarget(redisUrl), log, clock, chance });
	const local = new Map<string, MemoryCache>();

	return {
		getCache(prefix, ttlS) {
			checkPrefix(prefix);
			const ttlMs = Math.max(1, Math.round(ttlS * 1000));
			const maxValueBytes = MAX_VALUE_BYTES;
			if (connection !== null) return new RedisCache(connection, { prefix, ttlMs, maxValueBytes });
			const cache =
				local.get(prefix) ??
				new MemoryCache({ ttlMs, maxValueBytes, maxEntries: MAX_ENTRIES, maxBytes: MAX_BYTES, clock });
			local.set(prefix, cache);
			return cache;
		},
		async close() {
			connection?.close();
			for (const cache of local.values()) cache.close();
		}
	};
}
