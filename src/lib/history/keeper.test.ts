import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { Keeper, type Talk } from './keeper.ts';
import { readRecord } from './migrate.ts';
import type { ConversationRecord } from './record.ts';
import type { Line } from './scribe.ts';
import { HistoryStore, type Trouble } from './store.ts';
import { MemoryShelf } from './testing/memory-shelf.ts';
import { AT_MS, conversation, entry, uuid } from './testing/records.ts';

const TALK: Talk = { talk: 1, startedAtMs: AT_MS, character: null, language: 'en', continues: null };
const line = (id: number, text: string, changes: Partial<Line> = {}): Line => ({
	id,
	role: 'assistant',
	text,
	interrupted: false,
	open: true,
	who: null,
	...changes
});

/** Lets everything happen that waits for nothing but its turn. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

let shelf: MemoryShelf;
let store: HistoryStore;
let keeper: Keeper;
let timers: Set<() => void>;
let trouble: Trouble | null;
let forgotten: ConversationRecord[];
let ids: number;

beforeEach(() => {
	shelf = new MemoryShelf();
	store = new HistoryStore({ shelf });
	timers = new Set();
	trouble = null;
	forgotten = [];
	ids = 0;
	keeper = keeperOf(store);
});

function keeperOf(kept: HistoryStore): Keeper {
	return new Keeper({
		store: kept,
		newId: () => uuid(++ids),
		later: (_ms, callback) => {
			timers.add(callback);
			return () => void timers.delete(callback);
		},
		onTrouble: (next) => (trouble = next),
		onForgotten: (record) => forgotten.push(record)
	});
}
async function tick(): Promise<void> {
	await settled();
	for (const callback of [...timers]) {
		timers.delete(callback);
		callback();
	}
	await settled();
}
async function kept(id = uuid(1)): Promise<ConversationRecord | null> {
	const found = await store.read(id);
	return found.ok ? found.record : null;
}
const texts = async (id = uuid(1)): Promise<string[] | undefined> => (await kept(id))?.entries.map(({ text }) => text);

describe('keeping a talk', () => {
	it('writes the first word at once, words that follow closely together, and the end of a line at once', async () => {
		keeper.take(line(1, 'Once'), TALK, AT_MS + 1000);
		await settled();
		expect(await texts()).toEqual(['Once']);
		for (const text of ['Once upon', 'Once upon a', 'Once upon a time']) keeper.take(line(1, text), TALK, AT_MS + 1500);
		await settled();
		expect(shelf.writes).toBe(1);
		await tick();
		expect(await texts()).toEqual(['Once upon a time']);
		expect(shelf.writes).toBe(2);
		keeper.take(line(1, 'Once upon a time', { open: false, interrupted: true }), TALK, AT_MS + 3000);
		await settled();
		expect((await kept())?.entries).toMatchObject([
			{ open: false, interrupted: true, atMs: AT_MS + 1000, endMs: AT_MS + 1500 }
		]);
		expect(shelf.writes).toBe(3);
	});

	it('stores nothing of a talk without a word, and leaves no timer when all is written', async () => {
		keeper.end(1, AT_MS);
		keeper.flush();
		await tick();
		expect(shelf.kept.size).toBe(0);
		keeper.take(line(1, 'Hi', { open: false }), TALK, AT_MS);
		keeper.end(1, AT_MS + 1);
		await tick();
		await tick();
		expect(timers.size).toBe(0);
	});

	it('says who answered, when it ended, and takes lines that are finished after that', async () => {
		const maren = {
			id: 'maren',
			name: 'Maren',
			language: 'en',
			instructions: { type: 'smalltalk' },
			good: true
		} as const;
		const talk = { ...TALK, character: maren };
		keeper.take(line(1, 'Hello', { who: 'Maren' }), talk, AT_MS);
		keeper.take(line(2, 'Who are', { role: 'user' }), talk, AT_MS + 10);
		keeper.take(line(3, 'Owl.', { who: 'Owl' }), talk, AT_MS + 20);
		expect(keeper.id).toBe(uuid(1));
		keeper.end(1, AT_MS + 5000);
		expect(keeper.id).toBeNull();
		keeper.take(line(3, 'Owl. I', { who: 'Owl', open: false }), talk, AT_MS + 5010);
		await tick();
		expect(await kept()).toMatchObject({
			character: { id: 'maren', name: 'Maren', language: 'en' },
			parts: [{ startedAtMs: AT_MS, endedAtMs: AT_MS + 5000 }],
			entries: [{ text: 'Hello' }, { role: 'user' }, { text: 'Owl. I', who: 'Owl' }]
		});
		expect((await kept())?.entries[0]).not.toHaveProperty('who');
		expect(JSON.stringify(await kept())).not.toContain('smalltalk');
	});

	it('begins another record with the next talk, though the ids of lines begin anew', async () => {
		keeper.take(line(1, 'First'), TALK, AT_MS);
		keeper.take(line(1, 'Second'), { ...TALK, talk: 2 }, AT_MS);
		keeper.end(1, AT_MS); // too late to be about anything
		await tick();
		expect([await texts(uuid(1)), await texts(uuid(2))]).toEqual([['First'], ['Second']]);
		expect((await kept(uuid(2)))?.parts[0]?.endedAtMs).toBeNull();
	});

	it('keeps a name and a star that are given meanwhile, in whichever tab', async () => {
		keeper.take(line(1, 'Hello'), TALK, AT_MS);
		await settled();
		await new HistoryStore({ shelf }).change(uuid(1), (record) => ({ ...record!, title: 'Named', starred: true }));
		keeper.take(line(1, 'Hello there', { open: false }), TALK, AT_MS);
		await tick();
		expect(await kept()).toMatchObject({ title: 'Named', starred: true, entries: [{ text: 'Hello there' }] });
	});

	it('does not bring back what was deleted while it grew, and goes on once it is had back', async () => {
		keeper.take(line(1, 'Hello'), TALK, AT_MS);
		await settled();
		const { record } = await store.remove(uuid(1));
		keeper.take(line(1, 'Hello you', { open: false }), TALK, AT_MS);
		await tick();
		expect(await kept()).toBeNull();
		await store.restore(record!);
		keeper.take(line(2, 'More', { open: false }), TALK, AT_MS);
		await tick();
		expect(await texts()).toEqual(['Hello you', 'More']);
	});

	it('brings back every word of a talk that was deleted before it was gone on with', async () => {
		await store.restore(conversation());
		const { record } = await store.remove(uuid(1));
		const talk = { ...TALK, continues: uuid(1), startedAtMs: AT_MS + 86_400_000 };
		keeper.take(line(4, 'Welcome'), talk, talk.startedAtMs);
		await tick();
		expect(await store.restore(record!)).toBe('done');
		keeper.take(line(4, 'Welcome back.', { open: false }), talk, talk.startedAtMs);
		await tick();
		expect(await texts()).toEqual([...conversation().entries.map(({ text }) => text), 'Welcome back.']);
	});

	it('writes nothing any more once it was dropped, whatever was still to be written', async () => {
		shelf.fails = new Error('no disk');
		keeper.take(line(1, 'Hello'), TALK, AT_MS);
		await tick();
		keeper.end(1, AT_MS + 1);
		shelf.fails = null;
		keeper.flush();
		keeper.drop();
		keeper.flush();
		keeper.take(line(2, 'Late', { open: false }), TALK, AT_MS + 2);
		await tick();
		await tick();
		expect([shelf.kept.size, timers.size]).toEqual([0, 0]);
		keeper.take(line(1, 'Another'), { ...TALK, talk: 2 }, AT_MS + 3);
		await tick();
		expect([await texts(uuid(1)), await texts(uuid(2))]).toEqual([undefined, ['Another']]);
	});

	it('writes only records that can be read again, whatever is said and in whatever order', async () => {
		await fc.assert(
			fc.asyncProperty(
				fc.array(
					fc.record({
						id: fc.integer({ min: 1, max: 4 }),
						text: fc.string({ unit: 'binary' }),
						open: fc.boolean(),
						interrupted: fc.boolean(),
						role: fc.constantFrom('user', 'assistant' as const),
						who: fc.constantFrom(null, 'Owl')
					}),
					{ minLength: 1, maxLength: 8 }
				),
				async (lines) => {
					shelf.kept.clear();
					ids = 0;
					const one = keeperOf(store);
					for (const each of lines) one.take(each, TALK, AT_MS);
					one.end(1, AT_MS);
					await tick();
					await tick();
					expect(readRecord(shelf.kept.get(`c:${uuid(1)}`)).ok).toBe(true);
					const last = new Map(lines.map(({ id, text }) => [id, text]));
					expect(await texts()).toEqual([...last].sort(([a], [b]) => a - b).map(([, text]) => text));
				}
			),
			{ numRuns: 50 }
		);
	});
});

describe('going on with a talk', () => {
	const talk = { ...TALK, continues: uuid(1), startedAtMs: AT_MS + 86_400_000 };

	it('adds a part under the same id, and touches nothing of what was there', async () => {
		const before = conversation({ title: 'Old', starred: true });
		await store.restore(before);
		keeper.take(line(4, 'Welcome back.', { open: false }), talk, talk.startedAtMs + 1000);
		await tick();
		const record = await kept();
		expect(record).toMatchObject({
			title: 'Old',
			starred: true,
			parts: [before.parts[0], { startedAtMs: talk.startedAtMs }]
		});
		expect(record?.entries.slice(0, 3)).toEqual(before.entries);
		expect(record?.entries[3]).toMatchObject({ text: 'Welcome back.', part: 1 });
	});

	it('loses nothing where two tabs go on with the same one', async () => {
		await store.restore(conversation());
		const other = keeperOf(new HistoryStore({ shelf }));
		keeper.take(line(4, 'a'), talk, talk.startedAtMs);
		other.take(line(4, 'b'), talk, talk.startedAtMs);
		await tick();
		keeper.take(line(4, 'a1', { open: false }), talk, talk.startedAtMs);
		other.take(line(4, 'b1', { open: false }), talk, talk.startedAtMs);
		await tick();
		const record = await kept();
		expect(record?.parts).toHaveLength(3);
		expect(
			record?.entries
				.slice(3)
				.map(({ text, part }) => `${text} ${String(part)}`)
				.sort()
		).toEqual(['a1 1', 'b1 2']);
	});
});

describe('a private talk', () => {
	it('leaves nothing at all', async () => {
		await keeper.setPrivate(true);
		keeper.take(line(1, 'Secret', { open: false }), TALK, AT_MS);
		keeper.end(1, AT_MS);
		keeper.flush();
		await tick();
		expect(shelf.writes).toBe(0);
		expect(forgotten).toEqual([]);
	});

	it('deletes what was kept of it, once, when it becomes private in the middle, even in the middle of a write', async () => {
		keeper.take(line(1, 'Before'), TALK, AT_MS);
		await settled();
		keeper.take(line(1, 'Before that', { open: false }), TALK, AT_MS);
		await keeper.setPrivate(true);
		keeper.take(line(1, 'Before that,', { open: false }), TALK, AT_MS);
		keeper.take(line(2, 'Secret'), TALK, AT_MS);
		await tick();
		expect(shelf.kept.size).toBe(0);
		expect(forgotten.map(({ id }) => id)).toEqual([uuid(1)]);
		expect(await store.restore(forgotten[0]!)).toBe('done');
	});

	it('is kept again from the next line on when it is private no longer', async () => {
		await keeper.setPrivate(true);
		keeper.take(line(1, 'Secret'), TALK, AT_MS);
		await keeper.setPrivate(false);
		keeper.take(line(1, 'Secret too', { open: false }), TALK, AT_MS + 1);
		keeper.take(line(2, 'Open', { open: false }), TALK, AT_MS + 9000);
		await tick();
		expect(await kept()).toMatchObject({ parts: [{ startedAtMs: AT_MS + 9000 }], entries: [{ text: 'Open' }] });
	});

	it('takes only its own part from a talk that it goes on with, and that can be had back', async () => {
		await store.restore(conversation());
		const talk = { ...TALK, continues: uuid(1) };
		keeper.take(line(4, 'New', { open: false }), talk, AT_MS);
		await settled();
		await keeper.setPrivate(true);
		expect(await kept()).toEqual(conversation());
		await store.restore(forgotten[0]!);
		expect((await texts())?.at(-1)).toBe('New');
	});

	it('gives back what it took of a talk that is gone on with, though that talk was kept again meanwhile', async () => {
		await store.restore(conversation());
		const talk = { ...TALK, continues: uuid(1), startedAtMs: AT_MS + 86_400_000 };
		keeper.take(line(4, 'Before', { open: false }), talk, talk.startedAtMs + 1000);
		await settled();
		await keeper.setPrivate(true);
		await keeper.setPrivate(false);
		keeper.take(line(5, 'After'), talk, talk.startedAtMs + 9000);
		await tick();
		expect(await store.restore(forgotten[0]!)).toBe('done');
		expect((await texts())?.slice(3)).toEqual(['Before', 'After']);
		// Its writer finds its own words again among them.
		keeper.take(line(5, 'After that', { open: false }), talk, talk.startedAtMs + 9500);
		await tick();
		expect((await texts())?.slice(3)).toEqual(['Before', 'After that']);
	});

	it('takes nothing of another tab with it, which goes on with the same talk at that moment', async () => {
		keeper.take(line(1, 'Mine', { open: false }), TALK, AT_MS);
		await settled();
		const other = new HistoryStore({ shelf });
		const { change } = store;
		store.change = async (id, make) => {
			const outcome = await change.call(store, id, make);
			await other.change(uuid(1), (record) => ({
				...(record ?? conversation({ parts: [], entries: [] })),
				parts: [...(record?.parts ?? []), { startedAtMs: AT_MS + 5000, endedAtMs: null }],
				entries: [...(record?.entries ?? []), entry('user', 'Theirs', 5, { part: record?.parts.length ?? 0 })]
			}));
			return outcome;
		};
		await keeper.setPrivate(true);
		expect(await texts()).toEqual(['Theirs']);
	});

	it('says that nothing could be taken away where that is so', async () => {
		keeper.take(line(1, 'Mine', { open: false }), TALK, AT_MS);
		await tick();
		shelf.fails = new Error('no disk');
		await keeper.setPrivate(true);
		expect([forgotten, trouble]).toEqual([[], 'unavailable']);
	});

	it('has no trouble with keeping, since nothing is to be kept', async () => {
		shelf.fails = new DOMException('', 'QuotaExceededError');
		keeper.take(line(1, 'Hello'), TALK, AT_MS);
		await tick();
		expect(trouble).toBe('full');
		await keeper.setPrivate(true);
		expect(trouble).toBeNull();
	});

	it('leaves a finished talk as it is', async () => {
		keeper.take(line(1, 'Done', { open: false }), TALK, AT_MS);
		keeper.end(1, AT_MS);
		await tick();
		await keeper.setPrivate(true);
		expect(await texts()).toEqual(['Done']);
	});
});

describe('where nothing can be kept', () => {
	it('says so, tries again with the next word and at the end, and keeps all of it once it can', async () => {
		shelf.fails = new DOMException('', 'QuotaExceededError');
		keeper.take(line(1, 'Hello'), TALK, AT_MS);
		await tick();
		await tick();
		expect(trouble).toBe('full');
		expect(timers.size).toBe(0);
		shelf.fails = null;
		keeper.take(line(2, 'you', { open: false }), TALK, AT_MS);
		await tick();
		expect(trouble).toBeNull();
		expect(await texts()).toEqual(['Hello', 'you']);
	});
});
