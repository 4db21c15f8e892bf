/** The cache of one process: bounded in entries and bytes, the least recently used goes first, nothing outstays its time. */
import type { Clock } from '../session/clock.ts';
import { checkKey, checkValue, type Cache } from './cache.ts';

export interface MemoryCacheOptions {
	readonly ttlMs: number;
	readonly maxValueBytes: number;
	readonly maxEntries: number;
	/** Of all entries together, ENTRY_BYTES for each included. */
	readonly maxBytes: number;
	readonly clock: Clock;
}

interface Entry {
	readonly value: Uint8Array<ArrayBuffer>;
	readonly untilMs: number;
	readonly bytes: number;
}

/** What an entry takes beside its value: a key of up to 128 characters, and the objects around it. */
export const ENTRY_BYTES = 512;
/** What has expired is looked for at least so often: the longest that anything stays in memory after its time. */
export const SWEEP_MS = 60_000;

export class MemoryCache implements Cache {
	readonly #options: MemoryCacheOptions;
	/** In the order of their last use. */
	readonly #entries = new Map<string, Entry>();
	#bytes = 0;
	#cancelSweep: (() => void) | null = null;

	constructor(options: MemoryCacheOptions) {
		this.#options = options;
	}

	/** How much is kept, what has expired and not been swept included. */
	get size(): { readonly entries: number; readonly bytes: number } {
		return { entries: this.#entries.size, bytes: this.#bytes };
	}

	async get(key: string): Promise<Uint8Array<ArrayBuffer> | null> {
		const entry = this.#live(checkKey(key));
		if (entry === null) return null;
		this.#entries.delete(key);
		this.#entries.set(key, entry);
		return entry.value.slice();
	}

	async set(key: string, value: Uint8Array): Promise<void> {
		const { clock, ttlMs, maxEntries, maxBytes, maxValueBytes } = this.#options;
		checkKey(key);
		checkValue(value, maxValueBytes);
		this.#remove(key);
		const bytes = value.byteLength + ENTRY_BYTES;
		for (const oldest of this.#entries.keys()) {
			if (this.#entries.size < maxEntries && this.#bytes + bytes <= maxBytes) break;
			this.#remove(oldest);
		}
		this.#entries.set(key, { value: new Uint8Array(value), untilMs: clock.now() + ttlMs, bytes });
		this.#bytes += bytes;
		this.#cancelSweep ??= this.#sweepLater();
	}

	async delete(key: string): Promise<boolean> {
		const isThere = this.#live(checkKey(key)) !== null;
		this.#remove(key);
		return isThere;
	}

	async cleanup(): Promise<number> {
		return this.#sweep();
	}

	/** Forgets everything and frees the timer. */
	close(): void {
		this.#cancelSweep?.();
		this.#cancelSweep = null;
		this.#entries.clear();
		this.#bytes = 0;
	}

	#live(key: string): Entry | null {
		const entry = this.#entries.get(key);
		if (entry === undefined) return null;
		if (entry.untilMs > this.#options.clock.now()) return entry;
		this.#remove(key);
		return null;
	}

	#remove(key: string): void {
		this.#bytes -= this.#entries.get(key)?.bytes ?? 0;
		this.#entries.delete(key);
	}

	#sweep(): number {
		const nowMs = this.#options.clock.now();
		const before = this.#entries.size;
		for (const [key, { untilMs }] of this.#entries) if (untilMs <= nowMs) this.#remove(key);
		return before - this.#entries.size;
	}

	/** A voice is somebody's: it must not lie around until the next one is stored. */
	#sweepLater(): () => void {
		return this.#options.clock.after(Math.min(this.#options.ttlMs, SWEEP_MS), () => {
			this.#sweep();
			this.#cancelSweep = this.#entries.size === 0 ? null : this.#sweepLater();
		});
	}
}
