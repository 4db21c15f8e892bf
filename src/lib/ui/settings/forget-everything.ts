/**
 * Takes away all that Parley keeps on this device: what is on the shelf, every database, every cache. Answers whether all
 * of it went. The page has to be loaded anew afterwards: what it still knows by heart is not touched.
 */

export interface Keeping {
	readonly shelves: readonly Pick<Storage, 'clear'>[];
	readonly databases: Pick<IDBFactory, 'databases' | 'open'> | null;
	readonly caches: Pick<CacheStorage, 'keys' | 'delete'> | null;
	/** Who held the app's files on this device. */
	readonly workers: Pick<ServiceWorkerContainer, 'getRegistrations'> | null;
	/** Without a network the app's own files stay: they are nobody's, and without them nothing could be opened any more. */
	readonly online: boolean;
}

export async function forgetEverything(keeping: Keeping): Promise<boolean> {
	const done = await Promise.allSettled([
		...keeping.shelves.map(async (shelf) => shelf.clear()),
		emptyDatabases(keeping.databases),
		keeping.online ? letGoOfFiles(keeping) : undefined
	]);
	return done.every(({ status }) => status === 'fulfilled');
}

/**
 * Emptied rather than deleted: a deletion waits until every tab has let go of the database, and what is asked for meanwhile
 * waits behind it.
 */
async function emptyDatabases(databases: Keeping['databases']): Promise<void> {
	// An old browser does not tell which there are.
	if (databases === null) throw new Error('unknown');
	const names = (await databases.databases()).flatMap(({ name }) => (name === undefined ? [] : [name]));
	await Promise.all(
		names.map(async (name) => {
			const database = await opened(databases.open(name));
			try {
				await emptied(database);
			} finally {
				database.close();
			}
		})
	);
}

const opened = (request: IDBOpenDBRequest): Promise<IDBDatabase> =>
	new Promise((resolve, reject) => {
		request.onsuccess = () => resolve(request.result);
		request.onerror = () => reject(request.error ?? new Error('not opened'));
		request.onblocked = () => reject(new Error('blocked'));
	});

function emptied(database: IDBDatabase): Promise<void> {
	const stores = [...database.objectStoreNames];
	if (stores.length === 0) return Promise.resolve();
	return new Promise((resolve, reject) => {
		const transaction = database.transaction(stores, 'readwrite');
		for (const store of stores) transaction.objectStore(store).clear();
		transaction.oncomplete = () => resolve();
		transaction.onabort = () => reject(transaction.error ?? new Error('not emptied'));
	});
}

/** With the files goes who held them: once only does it fetch them all, and the next visit finds another who does. */
async function letGoOfFiles({ caches, workers }: Keeping): Promise<void> {
	await Promise.all(((await workers?.getRegistrations()) ?? []).map((worker) => worker.unregister()));
	if (caches === null) return;
	await Promise.all((await caches.keys()).map((name) => caches.delete(name)));
}
