import { beforeEach, describe, expect, it } from 'vitest';
import { Held } from './held.ts';
import { cacheName, outdated } from './plan.ts';

/** Caches in memory, in the order in which they were made. */
class FakeCaches {
	readonly all = new Map<string, Map<string, Response>>();
	/** Paths that the server does not have. */
	readonly missing = new Set<string>();
	full = false;
	broken = false;
	readonly #pathOf = (request: Request | string): string =>
		typeof request === 'string' ? request : new URL(request.url).pathname;

	open(name: string) {
		if (this.broken) return Promise.reject(new DOMException('', 'UnknownError'));
		const kept = this.all.get(name) ?? new Map<string, Response>();
		this.all.set(name, kept);
		return Promise.resolve({
			addAll: async (requests: (Request | string)[]) => {
				await Promise.resolve();
				const paths = requests.map(this.#pathOf);
				if (paths.some((path) => this.missing.has(path))) throw new TypeError('not found');
				for (const path of paths) kept.set(path, new Response(`${name} ${path}`));
			},
			match: (path: string) => Promise.resolve(kept.get(path)),
			put: (path: string, response: Response) => {
				if (this.full) return Promise.reject(new DOMException('', 'QuotaExceededError'));
				kept.set(path, response);
				return Promise.resolve();
			}
		});
	}
	match = (path: string) => Promise.resolve([...this.all.values()].find((kept) => kept.has(path))?.get(path));
	delete = (name: string) => Promise.resolve(this.all.delete(name));
	keys = () => Promise.resolve([...this.all.keys()]);
}

let caches: FakeCaches;
let status: number;
const heldOf = (version: string) =>
	new Held({
		caches,
		version,
		fetch: () => Promise.resolve(new Response('fetched', { status }))
	});
const request = new Request('http://localhost/');
const text = async (held: Held, path: string, kind: 'page' | 'file' | 'hashed' = 'hashed') =>
	(await held.answer({ kind, path }, request)).text();

beforeEach(() => {
	caches = new FakeCaches();
	status = 200;
});

describe('what is held', () => {
	it('is answered with, and of other builds what no name can mean otherwise', async () => {
		await heldOf('1').hold(['/', '/_app/immutable/a.js']);
		await heldOf('2').hold(['/']);
		expect(await text(heldOf('2'), '/', 'page')).toBe('parley-shell-2 /');
		expect(await text(heldOf('2'), '/_app/immutable/a.js')).toBe('parley-shell-1 /_app/immutable/a.js');
		expect(await text(heldOf('2'), '/history', 'page')).toBe('fetched');
	});

	it('is all of it or nothing, and nothing stands in for the build before', async () => {
		await heldOf('1').hold(['/']);
		caches.missing.add('/b.js');
		await expect(heldOf('2').hold(['/', '/b.js'])).rejects.toThrow();
		await heldOf('3').hold(['/']);
		expect(await caches.keys()).toEqual([cacheName('1'), cacheName('3')]);
		expect(outdated(await caches.keys(), '3')).toEqual([]);
	});

	it('is the newest where the build before comes back', async () => {
		for (const version of ['1', '2', '1', '3']) {
			await heldOf(version).hold(['/']);
			for (const name of outdated(await caches.keys(), version)) await caches.delete(name);
		}
		expect(await caches.keys()).toEqual([cacheName('1'), cacheName('3')]);
	});

	it('does not stand in the way of what was fetched, where there is no room or the browser’s shelf is broken', async () => {
		caches.full = true;
		expect(await text(heldOf('1'), '/_app/immutable/w.js')).toBe('fetched');
		caches.broken = true;
		expect(await text(heldOf('1'), '/_app/immutable/w.js')).toBe('fetched');
		expect(await text(heldOf('1'), '/', 'page')).toBe('fetched');
	});

	it('grows by files whose names stand for their bytes, and by no failure', async () => {
		status = 404;
		await text(heldOf('1'), '/_app/immutable/w.js');
		expect(caches.all.get(cacheName('1'))?.size ?? 0).toBe(0);
		status = 200;
		await text(heldOf('1'), '/_app/immutable/w.js');
		await text(heldOf('1'), '/', 'page');
		expect([...(caches.all.get(cacheName('1'))?.keys() ?? [])]).toEqual(['/_app/immutable/w.js']);
	});
});
