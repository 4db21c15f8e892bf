import { describe, expect, it, vi } from 'vitest';
import { forgetEverything, type Keeping } from './forget-everything.ts';

const shelf = () => {
	const kept = new Map([['parley.access-code', 'x']]);
	return { kept, clear: () => kept.clear() };
};
const cachesOf = (names: string[]) => ({
	keys: () => Promise.resolve([...names]),
	delete: (name: string) => Promise.resolve(names.splice(names.indexOf(name), 1).length > 0)
});
const noDatabases = {
	databases: () => Promise.resolve([]),
	open: (): never => {
		throw new Error('none');
	}
};
const usual = (changes: Partial<Keeping> = {}): Keeping => ({
	shelves: [shelf()],
	databases: noDatabases,
	caches: cachesOf(['app']),
	workers: null,
	online: true,
	...changes
});

describe('forgetting everything', () => {
	it('clears every shelf and every cache', async () => {
		const shelves = [shelf(), shelf()];
		const names = ['app', 'more'];
		expect(await forgetEverything(usual({ shelves, caches: cachesOf(names) }))).toBe(true);
		expect(shelves.map(({ kept }) => kept.size)).toEqual([0, 0]);
		expect(names).toEqual([]);
	});

	it('leaves the app’s own files where no network could bring them back', async () => {
		const names = ['app'];
		expect(await forgetEverything(usual({ caches: cachesOf(names), online: false }))).toBe(true);
		expect(names).toEqual(['app']);
	});

	it('lets go of who held the files, where they go, so that they are held anew', async () => {
		const unregister = vi.fn(() => Promise.resolve(true));
		const workers = {
			getRegistrations: () => Promise.resolve([{ unregister } as unknown as ServiceWorkerRegistration])
		};
		await forgetEverything(usual({ workers, online: false }));
		expect(unregister).not.toHaveBeenCalled();
		await forgetEverything(usual({ workers }));
		expect(unregister).toHaveBeenCalledTimes(1);
	});

	it('goes on where one part fails, and says that not everything went', async () => {
		const forbidden = {
			clear: (): never => {
				throw new Error('SecurityError');
			}
		};
		const other = shelf();
		expect(await forgetEverything(usual({ shelves: [forbidden, other] }))).toBe(false);
		expect(other.kept.size).toBe(0);
		const rejecting = { ...noDatabases, databases: () => Promise.reject(new Error('broken')) };
		expect(await forgetEverything(usual({ databases: rejecting }))).toBe(false);
		// A browser that does not tell which databases there are.
		expect(await forgetEverything(usual({ databases: null }))).toBe(false);
	});
});
