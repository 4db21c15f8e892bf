import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { LEG_CODES, rankOf } from '../../relay/upstream/failure.ts';
import { parseInstancesFile } from '../../relay/discovery/instances-file.ts';
import { PROBLEMS } from '../../src/lib/protocol/problems.ts';
import { en } from '../../src/lib/i18n/en.ts';

const text = readFileSync(fileURLToPath(new URL('../../docs/operations.md', import.meta.url)), 'utf8');
const section = text.slice(text.indexOf('## When something fails'), text.indexOf('## What to watch'));
const straight = (line: string): string => line.replaceAll('’', "'");

describe('the table of failures', () => {
	const rows = [...section.matchAll(/^\| `(\w+)` \|(.*)\|$/gm)].map(([, code = '', cells = '']) => ({
		code,
		cells: cells.split('|').map((cell) => cell.trim())
	}));

	it('has a row for every code of an upstream, and no other', () => {
		expect(rows.map(({ code }) => code).sort()).toEqual([...LEG_CODES].sort());
	});

	it.each(rows)('says of $code what the person reads, and whether the browser asks again', ({ code, cells }) => {
		const known = LEG_CODES.find((leg) => leg === code)!;
		const [, does = '', reads = ''] = cells;
		const said = straight(en.problems[known]('stt'));
		expect(said).toContain(reads.replaceAll('"', '').replace(/^… /, '').replace(/ …$/, ''));
		const stopsAsking = /does not ask again|nothing elsewhere/.test(does);
		expect(stopsAsking).toBe(PROBLEMS[known].retry === 'never');
	});

	it('is followed by the order in which one of several is told', () => {
		const order = section.slice(section.indexOf('the first in this order'));
		const named = [...order.matchAll(/`(\w+)`/g)].map(([, code]) => code);
		expect(named).toEqual(LEG_CODES.toSorted((a, b) => rankOf(a) - rankOf(b)));
	});
});

describe('the example of an instances file', () => {
	it('is one', () => {
		const example = /( {6}# service address\n(?: {6}.*\n)+)/.exec(text)?.[1] ?? '';
		expect(parseInstancesFile(example)).toMatchObject({ ok: true, file: { tts: { length: 2 } } });
	});
});
