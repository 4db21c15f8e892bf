/** A shelf in memory that behaves as IndexedDB does: it copies what it is given, and two changes never mix. */
import type { Shelf } from '../shelf.ts';

export class MemoryShelf implements Shelf {
	readonly kept = new Map<string, unknown>();
	/** What every call fails with from now on. */
	fails: Error | null = null;
	/** Writes so far. */
	writes = 0;
	#last: Promise<unknown> = Promise.resolve();

	entries(prefix: string, after?: string, most = Infinity): Promise<(readonly [string, unknown])[]> {
		return this.#next(() =>
			[...this.kept]
				.filter(([key]) => key.startsWith(prefix) && (after === undefined || key > after))
				.sort(([a], [b]) => (a < b ? -1 : 1))
				.slice(0, most)
				.map(([key, value]) => [key, structuredClone(value)] as const)
		);
	}

	async keys(prefix: string): Promise<string[]> {
		return (await this.entries(prefix)).map(([key]) => key);
	}

	get(key: string): Promise<unknown> {
		return this.#next(() => structuredClone(this.kept.get(key)));
	}

	change(
		keys: readonly string[],
		change: (values: readonly unknown[]) => ReadonlyMap<string, unknown> | null
	): Promise<void> {
		return this.#next(async () => {
			const values = keys.map((key) => structuredClone(this.kept.get(key)));
			await Promise.resolve();
			const changes = [...(change(values) ?? [])].map(([key, value]) => [key, structuredClone(value)] as const);
			for (const [key, value] of changes) {
				if (value === undefined) this.kept.delete(key);
				else this.kept.set(key, value);
			}
			this.writes += 1;
		});
	}

	clear(): Promise<void> {
		return this.#next(() => this.kept.clear());
	}

	#next<T>(step: () => T | Promise<T>): Promise<T> {
		const done = this.#last.then(() => {
			if (this.fails !== null) throw this.fails;
			return step();
		});
		this.#last = done.catch(() => undefined);
		return done;
	}
}
