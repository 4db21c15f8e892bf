/** The cache that relays share: plain keys in Redis or Valkey, `parley:PREFIX:KEY`, which the server lets expire. */
import { checkKey, checkValue, type Cache } from './cache.ts';
import type { RedisConnection } from './redis-connection.ts';

export interface RedisCacheOptions {
	readonly prefix: string;
	readonly ttlMs: number;
	readonly maxValueBytes: number;
}

/** Begins every value of ours: tells an empty one from none, and our layout from another release's. */
const LAYOUT = 1;

export class RedisCache implements Cache {
	readonly #connection: RedisConnection;
	readonly #options: RedisCacheOptions;

	constructor(connection: RedisConnection, options: RedisCacheOptions) {
		this.#connection = connection;
		this.#options = options;
	}

	async get(key: string): Promise<Uint8Array<ArrayBuffer> | null> {
		const name = this.#name(key);
		const { maxValueBytes } = this.#options;
		// A range, one byte over the limit: whoever else writes there could make a whole value of half a gigabyte.
		const found = await this.#connection.run((redis) => redis.getrangeBuffer(name, 0, maxValueBytes + 1));
		if (found[0] !== LAYOUT || found.byteLength > maxValueBytes + 1) return null;
		return new Uint8Array(found.subarray(1));
	}

	async set(key: string, value: Uint8Array): Promise<void> {
		const name = this.#name(key);
		checkValue(value, this.#options.maxValueBytes);
		const stored = Buffer.allocUnsafe(value.byteLength + 1);
		stored[0] = LAYOUT;
		stored.set(value, 1);
		await this.#connection.run((redis) => redis.set(name, stored, 'PX', this.#options.ttlMs));
	}

	async delete(key: string): Promise<boolean> {
		const name = this.#name(key);
		return (await this.#connection.run((redis) => redis.del(name))) > 0;
	}

	async cleanup(): Promise<number> {
		return 0;
	}

	#name(key: string): string {
		return `parley:${this.#options.prefix}:${checkKey(key)}`;
	}
}
