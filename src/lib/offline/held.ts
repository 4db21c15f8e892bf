/** One build's files on this device: brought there at once, and answered with. Used by the service worker. */
import { cacheName, type Plan } from './plan.ts';

type Shelf = Pick<Cache, 'addAll' | 'match' | 'put'>;

export interface HeldOptions {
	readonly caches: Pick<CacheStorage, 'match' | 'delete'> & { open(name: string): Promise<Shelf> };
	readonly fetch: (request: Request) => Promise<Response>;
	/** Of the build. */
	readonly version: string;
}

export class Held {
	readonly #options: HeldOptions;

	constructor(options: HeldOptions) {
		this.#options = options;
	}

	/** All of it or nothing: rejects where a file does not come. */
	async hold(files: readonly (Request | string)[]): Promise<void> {
		const { caches, version } = this.#options;
		const name = cacheName(version);
		// Where this build comes back after another: which one is older is told by when its cache was made.
		await caches.delete(name);
		try {
			const cache = await caches.open(name);
			await cache.addAll([...files]);
		} catch (error) {
			// An empty one would be taken for the build before the next.
			await caches.delete(name);
			throw error;
		}
	}

	/** Rejects only where the file is neither held nor to be fetched. */
	async answer(plan: Plan, request: Request): Promise<Response> {
		const kept = await this.#find(plan).catch(() => undefined);
		if (kept !== undefined) return kept;
		const fetched = await this.#options.fetch(request);
		// Without room it is fetched again the next time.
		if (plan.kind === 'hashed' && fetched.status === 200)
			await this.#keep(plan, fetched.clone()).catch(() => undefined);
		return fetched;
	}

	async #find({ kind, path }: Plan): Promise<Response | undefined> {
		const { caches, version } = this.#options;
		if (kind === 'hashed') return caches.match(path);
		const cache = await caches.open(cacheName(version));
		return cache.match(path);
	}

	async #keep({ path }: Plan, response: Response): Promise<void> {
		const { caches, version } = this.#options;
		const cache = await caches.open(cacheName(version));
		await cache.put(path, response);
	}
}
