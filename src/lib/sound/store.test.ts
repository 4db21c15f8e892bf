import { expect, it } from 'vitest';
import { MemoryShelf } from '../history/testing/memory-shelf.ts';
import { FORMAT, pieceKey, soundKey, VERSION, type Sound } from './sound.ts';
import { SoundStore } from './store.ts';

const id = (nth: number): string => `00000000-0000-4000-8000-${String(nth).padStart(12, '0')}`;
const RECORD = id(99);
const NOW_MS = 10_000_000;

function sound(nth: number, changes: Partial<Sound> = {}): Sound {
	return {
		format: FORMAT,
		version: VERSION,
		id: id(nth),
		record: RECORD,
		startedAtMs: nth * 1000,
		lastAtMs: nth * 1000,
		ended: true,
		lengthMs: 2000,
		pieces: 2,
		bytes: 8,
		...changes
	};
}
const piece = (first: number) => ({ pages: Uint8Array.of(first, 2, 3, 4), cues: [] });

function store(...sounds: readonly Sound[]) {
	const shelf = new MemoryShelf();
	for (const one of sounds) {
		shelf.kept.set(soundKey(one.id), one);
		for (let nth = 0; nth < one.pieces; nth++) shelf.kept.set(pieceKey(one.id, nth), piece(nth));
	}
	return { shelf, store: new SoundStore(shelf, () => NOW_MS) };
}
async function firsts(from: SoundStore, nth: number): Promise<number[]> {
	const all: number[] = [];
	for await (const { pages } of from.pieces(id(nth))) all.push(pages[0]!);
	return all;
}

it('lists what can be read, the oldest first, and leaves out what cannot', async () => {
	const { shelf, store: here } = store(sound(2), sound(1, { record: null }));
	shelf.kept.set(soundKey(id(3)), { ...sound(3), version: 9 });
	shelf.kept.set(soundKey(id(4)), sound(5));
	shelf.kept.set('s:junk', 'junk');
	expect((await here.list()).map((one) => one.id)).toEqual([id(1), id(2)]);
	expect((await here.of(RECORD)).map((one) => one.id)).toEqual([id(2)]);
});

it('reads pieces in their order, hundreds of them, up to one that is damaged', async () => {
	const { shelf, store: here } = store(sound(1, { pieces: 250 }));
	expect(await firsts(here, 1)).toEqual(Array.from({ length: 250 }, (_, nth) => nth));
	shelf.kept.set(pieceKey(id(1), 130), { pages: 'gone', cues: [] });
	expect(await firsts(here, 1)).toHaveLength(130);
});

it('takes a sound away at once, and puts it back whole', async () => {
	const { shelf, store: here } = store(sound(1), sound(2, { record: null }));
	const before = new Map(shelf.kept);
	const taken = await here.takeOf(RECORD);
	expect([...shelf.kept.keys()].filter((key) => key.includes(id(1)))).toEqual([]);
	expect(await here.list()).toHaveLength(1);
	expect(await here.restore(taken)).toBe(true);
	expect(shelf.kept).toEqual(before);
	expect((await here.take([id(7)])).size).toBe(0);
});

it('takes away what belongs to nobody, and leaves what may still grow', async () => {
	const { shelf, store: here } = store(
		sound(1),
		sound(2, { record: id(50) }),
		sound(3, { record: null }),
		sound(4, { record: null, lastAtMs: NOW_MS - 2000 }),
		sound(5, { record: id(50), lastAtMs: NOW_MS - 2000 })
	);
	shelf.kept.set(pieceKey(id(8), 0), piece(0));
	await here.tidy((record) => Promise.resolve(record === id(50)));
	expect((await here.list()).map((one) => one.id)).toEqual([id(1), id(4), id(5)]);
	expect([...shelf.kept.keys()].filter((key) => key.startsWith('p:'))).toHaveLength(6);
});

it('rejects nothing where the browser keeps nothing', async () => {
	const { shelf, store: here } = store(sound(1));
	shelf.fails = new Error('blocked');
	expect(await here.list()).toEqual([]);
	expect(await firsts(here, 1)).toEqual([]);
	expect((await here.take([id(1)])).size).toBe(0);
	expect(await here.restore(new Map([['s:x', 1]]))).toBe(false);
	await here.clear();
	await here.tidy(() => Promise.resolve(true));
	shelf.fails = null;
	expect(await here.list()).toHaveLength(1);
});
