import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exportJson, importJson } from './exchange.ts';
import type { ConversationRecord } from './record.ts';
import { HistoryStore } from './store.ts';
import { takeIn } from './take-in.ts';
import { MemoryShelf } from './testing/memory-shelf.ts';
import { anyConversation, AT_MS, conversation, entry, uuid } from './testing/records.ts';

describe('a file of conversations', () => {
	it('comes back as it went, whatever was said', () => {
		fc.assert(
			fc.property(fc.array(anyConversation, { maxLength: 4 }), (records) => {
				expect(importJson(exportJson(records))).toEqual({ ok: true, records, faults: [] });
			})
		);
	});

	it('survives an editor that puts a mark before it', () => {
		expect(importJson(`\ufeff${exportJson([conversation()])}`)).toMatchObject({ ok: true, records: { length: 1 } });
	});

	it('may hold conversations of an older version', () => {
		const old: unknown = JSON.parse(readFileSync(new URL('./testing/version-1.json', import.meta.url), 'utf8'));
		const text = JSON.stringify({ format: 'parley-history', version: 1, conversations: [old] });
		expect(importJson(text)).toMatchObject({ ok: true, records: [{ title: 'The lighthouse' }] });
	});

	it('says what it is not', () => {
		expect(importJson('{"format":"parley-hist')).toEqual({ ok: false, why: 'not_json' });
		expect(importJson('')).toEqual({ ok: false, why: 'not_json' });
		for (const text of ['null', '[]', '7', '{}', '{"format":"parley-characters","version":1,"characters":[]}'])
			expect(importJson(text)).toEqual({ ok: false, why: 'not_history' });
		for (const rest of ['"version":1', '"version":"1","conversations":[]', '"version":1,"conversations":{}'])
			expect(importJson(`{"format":"parley-history",${rest}}`)).toEqual({ ok: false, why: 'not_history' });
		expect(importJson('{"format":"parley-history","version":2}')).toEqual({ ok: false, why: 'newer_version' });
	});

	it('gives what can be read of it, and says of the rest which and where', () => {
		const text = JSON.stringify({
			format: 'parley-history',
			version: 1,
			conversations: [conversation(), { ...conversation(), language: 'de' }, 7, { ...conversation(), version: 9 }]
		});
		expect(importJson(text)).toMatchObject({
			ok: true,
			records: { length: 1 },
			faults: [
				{ nth: 2, why: 'faulty', where: 'language' },
				{ nth: 3, why: 'not_a_conversation' },
				{ nth: 4, why: 'newer' }
			]
		});
	});

	it('never throws, whatever it is', () => {
		fc.assert(
			fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
				expect(importJson(text).ok).toBe(false);
			})
		);
	});
});

describe('taking conversations in', () => {
	async function here(...records: ConversationRecord[]) {
		const store = new HistoryStore({ shelf: new MemoryShelf() });
		for (const record of records) await store.restore(record);
		let ids = 100;
		return {
			store,
			take: (...all: ConversationRecord[]) => takeIn(store, all, () => uuid(ids++)),
			all: async () => {
				const all: ConversationRecord[] = [];
				await store.each((some) => {
					all.push(...some);
					return true;
				});
				return all;
			}
		};
	}
	const longer = (record: ConversationRecord): ConversationRecord => ({
		...record,
		entries: [...record.entries, entry('user', 'And then?', 30)]
	});

	it('adds what is new, and nothing twice, under whatever name it goes here', async () => {
		const { take, all } = await here({ ...conversation(), title: 'My name', starred: true });
		const other = { ...conversation({ id: uuid(2) }), entries: [entry('user', 'Else')] };
		expect(await take(conversation(), other, other)).toEqual({ added: 1, known: 2, trouble: null });
		expect(await take(conversation(), other)).toEqual({ added: 0, known: 2, trouble: null });
		expect((await all()).map(({ title }) => title)).toEqual(['My name', null]);
	});

	it('knows a talk that was gone on with here, and takes up one that was gone on with elsewhere', async () => {
		const mine = longer({ ...conversation(), title: 'Mine' });
		const { take, all } = await here(mine);
		expect(await take(conversation())).toMatchObject({ added: 0, known: 1 });
		expect(await all()).toEqual([mine]);
		const theirs = longer(longer(conversation()));
		expect(await take(theirs)).toMatchObject({ added: 1, known: 0 });
		expect(await all()).toEqual([{ ...theirs, title: 'Mine' }]);
	});

	it('knows a talk that was exported while it went on, and takes up the rest of one', async () => {
		const said = conversation().entries;
		const early = conversation({
			parts: [{ startedAtMs: AT_MS, endedAtMs: null }],
			entries: [...said.slice(0, 2), { ...said[2]!, text: 'It is', interrupted: false, open: true }]
		});
		const { take, all } = await here(conversation());
		expect(await take(early)).toMatchObject({ added: 0, known: 1 });
		// Nothing but its end was missing.
		expect(await take(conversation({ parts: early.parts }))).toMatchObject({ added: 0, known: 1 });
		expect(await all()).toEqual([conversation()]);

		const late = await here(early);
		expect(await late.take(conversation())).toMatchObject({ added: 1, known: 0 });
		expect(await late.all()).toEqual([conversation()]);
	});

	it('gives another talk with the same id an id of its own, once', async () => {
		const { take, all } = await here(conversation());
		const other = { ...conversation(), entries: [entry('user', 'Something else')] };
		expect(await take(other)).toMatchObject({ added: 1 });
		expect(await take(other)).toMatchObject({ added: 0, known: 1 });
		expect((await all()).map(({ id }) => id)).toEqual([uuid(1), uuid(100)]);
	});

	it('loses no conversation, whatever is here and whatever comes', async () => {
		const few = fc.array(
			anyConversation.map((record) => ({ ...record, id: uuid(record.entries.length % 2) })),
			{ maxLength: 4 }
		);
		await fc.assert(
			fc.asyncProperty(few, few, async (mine, theirs) => {
				const { take, all } = await here(...mine);
				const before = await all();
				await take(...theirs);
				const said = (await all()).map(({ entries }) => JSON.stringify(entries).slice(1, -1));
				for (const { entries } of [...before, ...theirs]) {
					const text = JSON.stringify(entries).slice(1, -1);
					expect(said.some((one) => one.startsWith(text))).toBe(true);
				}
			}),
			{ numRuns: 60 }
		);
	});

	it('stops where there is no room, and says how far it came', async () => {
		const shelf = new MemoryShelf();
		const store = new HistoryStore({ shelf });
		let left = 1;
		const full: Parameters<typeof takeIn>[0] = {
			each: (visit) => store.each(visit),
			change: (id, make) => (left-- > 0 ? store.change(id, make) : Promise.resolve('full'))
		};
		const records = [1, 2, 3].map((n) => conversation({ id: uuid(n), entries: [entry('user', String(n))] }));
		expect(await takeIn(full, records, () => uuid(9))).toEqual({ added: 1, known: 0, trouble: 'full' });
	});
});
