import { describe, expect, it } from 'vitest';
import type { Shelf } from './shelf.ts';
import { HistoryStore, type Changed } from './store.ts';
import { MemoryShelf } from './testing/memory-shelf.ts';
import { AT_MS, conversation, entry, uuid } from './testing/records.ts';

const many = (count: number) =>
	Array.from({ length: count }, (_, n) =>
		conversation({
			id: uuid(n),
			parts: [{ startedAtMs: AT_MS + n * 1000, endedAtMs: AT_MS + n * 1000 + 500 }]
		})
	);
async function filled(count: number): Promise<{ shelf: MemoryShelf; store: HistoryStore }> {
	const shelf = new MemoryShelf();
	const store = new HistoryStore({ shelf, nowMs: () => AT_MS });
	for (const record of many(count)) await store.restore(record);
	return { shelf, store };
}

describe('the history’s store', () => {
	it('lists the newest first, without reading a single record', async () => {
		const { shelf, store } = await filled(120);
		const read: string[] = [];
		const watched: Shelf = {
			entries: (prefix, after, most) => {
				read.push(prefix);
				return shelf.entries(prefix, after, most);
			},
			keys: (prefix) => shelf.keys(prefix),
			get: (key) => {
				read.push(key);
				return shelf.get(key);
			},
			change: (keys, change) => {
				read.push(...keys);
				return shelf.change(keys, change);
			},
			clear: () => shelf.clear()
		};
		const listing = await new HistoryStore({ shelf: watched }).list();
		expect(listing.conversations).toHaveLength(120);
		expect(listing.conversations[0]).toMatchObject({ id: uuid(119), first: 'Tell me about Zoë’s café.', who: null });
		expect(read).toEqual(['i:']);
		expect((await store.list()).available).toBe(true);
	});

	it('makes lines that are missing, foreign or of nobody anew from the records', async () => {
		const { shelf, store } = await filled(60);
		for (let n = 0; n < 55; n++) shelf.kept.delete(`i:${uuid(n)}`);
		shelf.kept.set(`i:${uuid(55)}`, { id: uuid(55), title: 7 });
		shelf.kept.set(`i:${uuid(56)}`, shelf.kept.get(`i:${uuid(57)}`));
		shelf.kept.set(`i:${uuid(999)}`, { ...(shelf.kept.get(`i:${uuid(57)}`) as object), id: uuid(999) });
		const { conversations } = await store.list();
		expect(conversations.map(({ id }) => id).sort()).toEqual(many(60).map(({ id }) => id));
		expect(new Set(conversations.map(({ startedAtMs }) => startedAtMs)).size).toBe(60);
	});

	it('sets a damaged record aside, whole, and shows the others', async () => {
		const { shelf, store } = await filled(3);
		const damaged = { ...conversation({ id: uuid(1) }), entries: [{ text: 'half' }], big: 10n, at: new Map([[1, 2]]) };
		shelf.kept.set(`c:${uuid(1)}`, damaged);
		shelf.kept.delete(`i:${uuid(1)}`);
		shelf.kept.set('c:rubbish', 'rubbish');
		const { conversations, setAside } = await store.list();
		expect(conversations.map(({ id }) => id)).toEqual([uuid(2), uuid(0)]);
		expect(setAside).toHaveLength(2);
		expect(await store.setAside(`q:${uuid(1)}:${String(AT_MS)}`)).toEqual(damaged);
		expect((await store.list()).setAside.map(({ key }) => key).sort()).toEqual(setAside.map(({ key }) => key).sort());
		for (const one of setAside) expect(await store.discard(one)).toBe('done');
		expect(await store.list()).toMatchObject({ setAside: [], conversations: { length: 2 } });
	});

	it('sets aside what turns out to be damaged when it is opened, or under another’s id', async () => {
		const { shelf, store } = await filled(2);
		shelf.kept.set(`c:${uuid(0)}`, { ...conversation({ id: uuid(0) }), starred: 'yes' });
		shelf.kept.set(`c:${uuid(1)}`, conversation({ id: uuid(0) }));
		expect(await store.read(uuid(0))).toEqual({ ok: false, why: 'set_aside' });
		expect(await store.read(uuid(1))).toEqual({ ok: false, why: 'set_aside' });
		// It is told again, and no longer once it is thrown away.
		expect(await store.read(uuid(0))).toEqual({ ok: false, why: 'set_aside' });
		const { conversations, setAside } = await store.list();
		expect([conversations.length, setAside.length]).toEqual([0, 2]);
		for (const one of setAside) await store.discard(one);
		expect(await store.read(uuid(0))).toEqual({ ok: false, why: 'absent' });
	});

	it('leaves what a newer Parley wrote as it is, whatever is done', async () => {
		const { shelf, store } = await filled(1);
		const newer = { ...conversation({ id: uuid(0) }), version: 99, feelings: 'warm' };
		shelf.kept.set(`c:${uuid(0)}`, newer);
		shelf.kept.delete(`i:${uuid(0)}`);
		expect(await store.list()).toMatchObject({ conversations: [], setAside: [], newer: 1 });
		expect(await store.read(uuid(0))).toEqual({ ok: false, why: 'newer' });
		expect(await store.change(uuid(0), () => conversation({ id: uuid(0) }))).toBe('newer');
		expect(shelf.kept.get(`c:${uuid(0)}`)).toEqual(newer);
	});

	it('loses no change where two tabs write at the same time', async () => {
		const { shelf } = await filled(1);
		const tabs = [new HistoryStore({ shelf }), new HistoryStore({ shelf })];
		await Promise.all(
			Array.from({ length: 20 }, (_, n) =>
				tabs[n % 2]!.change(uuid(0), (record) =>
					record === null ? null : { ...record, entries: [...record.entries, entry('user', `line ${String(n)}`)] }
				)
			).concat(tabs[0]!.change(uuid(0), (record) => (record === null ? null : { ...record, title: 'Mine' })))
		);
		const found = await tabs[1]!.read(uuid(0));
		expect(found.ok && [found.record.title, found.record.entries.length]).toEqual(['Mine', 23]);
		expect((await tabs[1]!.list()).conversations[0]?.title).toBe('Mine');
	});

	it('gives back what was removed, and only that which is missing', async () => {
		const { store } = await filled(2);
		const { outcome, record } = await store.remove(uuid(1));
		expect([outcome, record?.id]).toEqual(['done', uuid(1)]);
		expect(await store.line(uuid(1))).toBeNull();
		expect((await store.list()).conversations).toHaveLength(1);
		expect(await store.restore(record!)).toBe('done');
		await store.change(uuid(1), (current) => ({ ...current!, title: 'Renamed since' }));
		expect(await store.restore(record!)).toBe('done');
		expect(await store.line(uuid(1))).toMatchObject({ title: 'Renamed since' });
		expect(await store.remove(uuid(77))).toEqual({ outcome: 'absent', record: null });
	});

	it('reads all of them, batch after batch, and no more than is wanted', async () => {
		const { store } = await filled(120);
		const ids: string[] = [];
		await store.each((records) => {
			ids.push(...records.map(({ id }) => id));
			return true;
		});
		expect(ids).toEqual(many(120).map(({ id }) => id));
		let batches = 0;
		await store.each(() => {
			batches += 1;
			return false;
		});
		expect(batches).toBe(1);
	});

	it('is an answer, not an error, where the browser keeps nothing or has no room', async () => {
		const { shelf, store } = await filled(1);
		for (const [error, trouble] of [
			[new DOMException('', 'QuotaExceededError'), 'full'],
			[new DOMException('', 'SecurityError'), 'unavailable'],
			[new ReferenceError('indexedDB is not defined'), 'unavailable']
		] as const) {
			shelf.fails = error;
			expect(await store.list()).toMatchObject({ conversations: [], available: false });
			expect(await store.read(uuid(0))).toEqual({ ok: false, why: 'unavailable' });
			expect(await store.change(uuid(0), (record) => record)).toBe(trouble);
			expect(await store.remove(uuid(0))).toEqual({ outcome: trouble, record: null });
			expect(await store.clear()).toBe(trouble);
			expect(await store.each(() => true)).toBe('unavailable');
			expect(await store.line(uuid(0))).toBeNull();
			expect(await store.setAside('q:x:1')).toBeUndefined();
		}
		shelf.fails = null;
		expect((await store.list()).conversations).toHaveLength(1);
		expect(await store.clear()).toBe('done');
		expect(shelf.kept.size).toBe(0);
	});

	it('tells who follows, here and in the other tabs, and believes nothing foreign from them', async () => {
		const posted: unknown[] = [];
		const channel = new EventTarget() as BroadcastChannel;
		channel.postMessage = (message: unknown) => void posted.push(message);
		const store = new HistoryStore({ shelf: new MemoryShelf(), channel });
		const heard: Changed[] = [];
		const end = store.follow((changed) => void heard.push(changed));
		await store.restore(conversation());
		await store.change(uuid(5), () => null);
		await store.clear();
		channel.dispatchEvent(new MessageEvent('message', { data: uuid(7) }));
		channel.dispatchEvent(new MessageEvent('message', { data: { evil: true } }));
		expect(heard).toEqual([uuid(1), null, uuid(7), null]);
		expect(posted).toEqual([uuid(1), null]);
		end();
		await store.clear();
		expect(heard).toHaveLength(4);
	});
});
