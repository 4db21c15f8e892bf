import { describe, expect, it } from 'vitest';
import type { Character } from '../chat/characters/character.ts';
import { createCharacterStore, type CharacterShelf } from './store.ts';

const OWL: Character = {
	id: 'own-owl',
	name: 'Owl',
	language: 'en',
	instructions: { type: 'constant', text: 'You are awake.' },
	good: true
};

/** Copies as IndexedDB does, so that what it would refuse is refused here. */
function memory(
	initial: readonly (readonly [unknown, unknown])[] = []
): CharacterShelf & { readonly kept: Map<unknown, unknown> } {
	const kept = new Map<unknown, unknown>(initial);
	return {
		kept,
		entries: () => Promise.resolve(structuredClone([...kept])),
		set: async (id, value) => void kept.set(id, structuredClone(value)),
		delete: async (id) => void kept.delete(id)
	};
}
const refusing = (): Promise<never> => Promise.reject(new DOMException('no', 'SecurityError'));

describe('the characters of one’s own', () => {
	it('come back as they were saved, by name, and are gone when removed', async () => {
		const store = createCharacterStore(memory());
		expect(await store.list()).toEqual({ characters: [], setAside: [], available: true });
		await store.save(OWL);
		await store.save({ ...OWL, id: 'own-eve', name: 'Eve', greeting: { type: 'line', text: 'Hello.' } });
		await store.save({ ...OWL, id: 'own-owl-2' });
		expect((await store.list()).characters.map(({ id }) => id)).toEqual(['own-eve', 'own-owl', 'own-owl-2']);
		expect((await store.list()).characters[1]).toEqual(OWL);
		expect(await store.remove('own-eve')).toBe(true);
		expect(await store.remove('own-eve')).toBe(true);
		expect((await store.list()).characters).toHaveLength(2);
	});

	it('are replaced by one with the same id', async () => {
		const store = createCharacterStore(memory());
		await store.save(OWL);
		await store.save({ ...OWL, name: 'Old Owl' });
		expect((await store.list()).characters).toEqual([{ ...OWL, name: 'Old Owl' }]);
	});

	it('are kept though a form holds them in proxies, which cannot be copied', async () => {
		const proxied = new Proxy({ ...OWL, instructions: new Proxy(OWL.instructions, {}) }, {});
		expect(() => structuredClone(proxied)).toThrow();
		const store = createCharacterStore(memory());
		expect(await store.save(proxied)).toEqual({ ok: true });
		expect((await store.list()).characters).toEqual([OWL]);
	});

	it('are not kept where they are faulty or take an id of the relay’s', async () => {
		const shelf = memory();
		const store = createCharacterStore(shelf);
		expect(await store.save({ ...OWL, name: '<b>' })).toMatchObject({ why: 'faulty', faults: [{ path: ['name'] }] });
		expect(await store.save({ ...OWL, id: 'minna' })).toMatchObject({ why: 'faulty', faults: [{ path: ['id'] }] });
		expect(shelf.kept.size).toBe(0);
	});

	it('are set aside and not lost where they do not fit', async () => {
		const newer = { ...OWL, id: 'own-newer', mood: 'bright' };
		const shelf = memory([
			['own-owl', OWL],
			['own-newer', newer],
			['own-moved', OWL],
			['minna', { ...OWL, id: 'minna' }],
			['own-null', null],
			['own-huge', 'x'.repeat(1 << 20)],
			['__proto__', { good: true }],
			[7, OWL]
		]);
		const store = createCharacterStore(shelf);
		expect(await store.list()).toEqual({
			characters: [OWL],
			setAside: ['__proto__', 'minna', 'own-huge', 'own-moved', 'own-newer', 'own-null'],
			available: true
		});
		expect(shelf.kept.get('own-newer')).toEqual(newer);
		await store.remove('own-null');
		expect((await store.list()).setAside).not.toContain('own-null');
	});

	it('are no more than a browser keeps, but one of them can still be changed', async () => {
		const store = createCharacterStore(
			memory(Array.from({ length: 200 }, (_, i) => [`own-a${i}`, { ...OWL, id: `own-a${i}` }]))
		);
		expect(await store.save(OWL)).toEqual({ ok: false, why: 'full' });
		expect(await store.save({ ...OWL, id: 'own-a7', name: 'Seven' })).toEqual({ ok: true });
	});

	it('are done without where the browser keeps nothing', async () => {
		const store = createCharacterStore({ entries: refusing, set: refusing, delete: refusing });
		expect(await store.list()).toEqual({ characters: [], setAside: [], available: false });
		expect(await store.save(OWL)).toEqual({ ok: false, why: 'unavailable' });
		expect(await store.remove('own-owl')).toBe(false);
	});

	it('are done without where the disk is full', async () => {
		const store = createCharacterStore({ ...memory(), set: refusing });
		expect(await store.save(OWL)).toEqual({ ok: false, why: 'unavailable' });
	});

	it('are done without where there is no IndexedDB, as when a page is prerendered', async () => {
		expect(globalThis.indexedDB).toBeUndefined();
		expect(await createCharacterStore().list()).toMatchObject({ available: false });
	});
});
