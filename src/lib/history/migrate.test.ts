import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readRecord, STEPS } from './migrate.ts';
import { VERSION } from './record.ts';
import { anyConversation, conversation, entry } from './testing/records.ts';

/** As the first build of Parley that kept a talk wrote it. It stays as it is for ever. */
const VERSION_1: unknown = JSON.parse(readFileSync(new URL('./testing/version-1.json', import.meta.url), 'utf8'));

describe('reading a record', () => {
	it('takes one of today as it is', () => {
		fc.assert(
			fc.property(anyConversation, (record) => {
				expect(readRecord(structuredClone(record))).toEqual({ ok: true, record, migrated: false });
			})
		);
	});

	it('makes one of version 1 into one of today, and loses nothing of it', () => {
		const read = readRecord(VERSION_1);
		expect(read).toMatchObject({
			ok: true,
			migrated: true,
			record: {
				version: VERSION,
				title: 'The lighthouse',
				starred: true,
				character: { name: 'Keeper Maren' },
				parts: [{ startedAtMs: 1795253400000, endedAtMs: null }],
				entries: [
					{ text: 'I can barely hear you over the', interrupted: true, part: 0 },
					{ text: 'Come closer', open: true, endMs: 1795253405900, part: 0 }
				]
			}
		});
	});

	it('has a step from every version before today’s', () => {
		for (let version = 1; version < VERSION; version++) expect(STEPS[version], String(version)).toBeTypeOf('function');
	});

	it('says where the fault is', () => {
		const one = { ...entry('user', 'x'), role: 'robot' };
		expect(readRecord({ ...conversation(), entries: [entry('user', 'a'), one] })).toEqual({
			ok: false,
			why: 'faulty',
			where: 'entries.1.role'
		});
		expect(readRecord({ ...conversation(), entries: [entry('user', 'a', 0, { part: 1 })] }).ok).toBe(false);
		expect(readRecord({ ...conversation(), surplus: 1 })).toMatchObject({ where: 'surplus' });
		expect(readRecord({ ...conversation(), id: '../x' })).toMatchObject({ where: 'id' });
	});

	it('leaves one of a newer Parley alone, and knows what is none', () => {
		expect(readRecord({ ...conversation(), version: VERSION + 1, entries: 'otherwise' })).toMatchObject({
			why: 'newer'
		});
		for (const other of [null, undefined, 0, 'x', [], {}, { format: 'parley-characters', version: 1 }, new Date()])
			expect(readRecord(other)).toMatchObject({ ok: false, why: 'not_a_conversation' });
		for (const version of [0, -1, 1.5, '1', null, NaN])
			expect(readRecord({ ...conversation(), version })).toMatchObject({ ok: false, why: 'faulty' });
	});

	it('never throws, whatever lies there, and never takes a damaged record for a whole one', () => {
		fc.assert(
			fc.property(fc.anything({ withDate: true, withMap: true, withBigInt: true }), (value) => {
				expect(readRecord(value).ok).toBe(false);
			})
		);
		fc.assert(
			fc.property(
				anyConversation,
				fc.constantFrom('id', 'parts', 'title', 'starred', 'character', 'language', 'entries'),
				fc.constantFrom(undefined, 7, '', {}, [7]),
				fc.constantFrom(1, VERSION),
				(record, key, rubbish, version) => {
					expect(readRecord({ ...record, version, [key]: rubbish }).ok).toBe(false);
				}
			)
		);
	});

	it('is not led astray by a step that throws, or does not step', () => {
		const old = { ...conversation(), version: 1 };
		const thrower = {
			1: () => {
				throw new Error('no');
			}
		};
		expect(readRecord(old, thrower)).toMatchObject({ ok: false, why: 'faulty' });
		expect(readRecord(old, { 1: (same) => same })).toMatchObject({ ok: false, why: 'faulty' });
		expect(readRecord(old, {})).toMatchObject({ ok: false, why: 'faulty' });
	});
});
