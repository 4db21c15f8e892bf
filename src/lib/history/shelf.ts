/**
 * The database behind the history: one store of its own, reached through idb-keyval, where each call is one transaction.
 * `store.ts` says what lies in it; a test passes a shelf of its own.
 */
import { createStore, promisifyRequest, type UseStore } from 'idb-keyval';

export interface Shelf {
	/** Reads what begins with `prefix`, in the order of keys, after the key `after` and no more than `most`. */
	entries(prefix: string, after?: string, most?: number): Promise<readonly (readonly [string, unknown])[]>;
	keys(prefix: string): Promise<readonly string[]>;
	get(key: string): Promise<unknown>;
	/**
	 * Reads these keys and writes what `change` makes of them, with nothing of another tab in between. `undefined` deletes; null
	 * changes nothing, and so does a `change` that throws.
	 */
	change(
		keys: readonly string[],
		change: (values: readonly unknown[]) => ReadonlyMap<string, unknown> | null
	): Promise<void>;
	clear(): Promise<void>;
}

/** Opened when it is first used, never when a page is prerendered. Every call may reject. */
export function browserShelf(database = 'parley-history', store = 'conversations'): Shelf {
	const open = createStore(database, store);
	// `async`, because without IndexedDB the library throws where it should reject.
	const use: UseStore = async (mode, callback) => open(mode, callback);
	return {
		entries: (prefix, after, most) =>
			use('readonly', async (store) => {
				const range = rangeOf(prefix, after);
				const [keys, values] = await Promise.all([
					promisifyRequest(store.getAllKeys(range, most)),
					promisifyRequest<unknown[]>(store.getAll(range, most))
				]);
				return keys.flatMap((key, at) => (typeof key === 'string' ? [[key, values[at]] as const] : []));
			}),
		keys: (prefix) =>
			use('readonly', async (store) => {
				const keys = await promisifyRequest(store.getAllKeys(rangeOf(prefix)));
				return keys.filter((key) => typeof key === 'string');
			}),
		get: (key) => use('readonly', (store) => promisifyRequest<unknown>(store.get(key))),
		change: (keys, change) =>
			use('readwrite', async (store) => {
				const done = promisifyRequest<unknown>(store.transaction);
				// Where a read fails, that is told; the transaction fails with it and is nobody's second error.
				done.catch(() => undefined);
				const values = await Promise.all(keys.map((key) => promisifyRequest<unknown>(store.get(key))));
				try {
					for (const [key, value] of change(values) ?? []) {
						if (value === undefined) store.delete(key);
						else store.put(value, key);
					}
				} catch (error) {
					store.transaction.abort();
					throw error;
				}
				await done;
			}),
		clear: () =>
			use('readwrite', (store) => {
				store.clear();
				return promisifyRequest(store.transaction);
			})
	};
}

const rangeOf = (prefix: string, after?: string): IDBKeyRange =>
	IDBKeyRange.bound(after ?? prefix, `${prefix}\uffff`, after !== undefined);
