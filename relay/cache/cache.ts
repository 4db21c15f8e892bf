/**
 * Bytes under a short key, for a limited time: in this process, or in a Redis or Valkey that all relays share. What is
 * kept here can always be lost; whoever asks has an answer for `null` and one for `CacheError`.
 */
import * as v from 'valibot';

/**
 * - `bad_key`: the prefix or key is none that is taken; nothing was asked.
 * - `too_large`: the value is over the limit; nothing was written.
 * - `unavailable`: the server cannot be reached, or was lost meanwhile.
 * - `timed_out`: it did not answer in time.
 * - `unauthorized`: it does not take the name or password of REDIS_URL, or allows us too little.
 * - `rejected`: it answered with another error, such as no memory left.
 */
export type CacheFailure = 'bad_key' | 'too_large' | 'unavailable' | 'timed_out' | 'unauthorized' | 'rejected';

/** The only error of this room. Its message is one of our own sentences: no key, no value, no address. */
export class CacheError extends Error {
	readonly code: CacheFailure;

	constructor(code: CacheFailure, message: string) {
		super(message);
		this.name = 'CacheError';
		this.code = code;
	}
}

/** Every promise rejects with CacheError only. */
export interface Cache {
	/** The value, as a copy of its own; null where there is none, or none any more. */
	get(key: string): Promise<Uint8Array<ArrayBuffer> | null>;
	/** Keeps a copy of `value` from now on for the cache's time, in place of what was there. */
	set(key: string, value: Uint8Array): Promise<void>;
	/** Whether there was one. */
	delete(key: string): Promise<boolean>;
	/** Drops what has expired and answers how many; a server does that by itself and answers 0. */
	cleanup(): Promise<number>;
}

/** A cloned voice is some 320 kB: 512 × 125 numbers of 5 bytes. */
export const MAX_VALUE_BYTES = 1 << 20;

const PrefixSchema = v.pipe(v.string(), v.regex(/^[a-z][a-z0-9-]{0,31}$/));
/** Nothing that a shell, a log or Redis' own patterns would read as anything but itself. */
const KeySchema = v.pipe(v.string(), v.regex(/^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/));

/** @throws CacheError `bad_key` */
export function checkPrefix(prefix: string): string {
	if (!v.is(PrefixSchema, prefix)) throw new CacheError('bad_key', 'no prefix of a cache');
	return prefix;
}

/** @throws CacheError `bad_key` */
export function checkKey(key: string): string {
	if (!v.is(KeySchema, key)) throw new CacheError('bad_key', 'no key of a cache');
	return key;
}

/** @throws CacheError `too_large` */
export function checkValue(value: Uint8Array, maxBytes: number): void {
	if (value.byteLength > maxBytes) throw new CacheError('too_large', `a value of more than ${maxBytes} bytes`);
}
