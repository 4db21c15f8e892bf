/** The tables of docs/protocols.md say of OpenAI's events what is true. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
	decodeRealtimeClientEvent,
	decodeRealtimeServerEvent,
	RealtimeClientEventSchema,
	RealtimeServerEventSchema
} from '../../../src/lib/protocol/realtime.ts';

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8');
const [, section = ''] = read('../../../docs/protocols.md').split("### OpenAI's events");

interface Row {
	readonly type: string;
	readonly here: string;
}
/** Of the table under this head, one for each event. */
function rowsOf(head: string): Row[] {
	const [, table = ''] = section.split(`| ${head} |`);
	const lines = (table.split('\n\n')[0] ?? '').split('\n').slice(2);
	return lines.flatMap((line) => {
		const [, names = '', here = ''] = line.split('|');
		return [...names.matchAll(/`([^`]+)`/g)].map(([, type = '']) => ({ type, here: here.trim() }));
	});
}
const client = rowsOf("OpenAI's, from the client");
const server = rowsOf("OpenAI's, from the relay");
const named = (rows: readonly Row[], ...here: string[]): string[] =>
	rows.filter((row) => here.includes(row.here)).map(({ type }) => type);
const known = (schema: typeof RealtimeClientEventSchema | typeof RealtimeServerEventSchema): string[] =>
	schema.options.map(({ entries }) => entries.type.literal).filter((type) => !type.startsWith('unmute.'));

describe("the tables of OpenAI's events", () => {
	it('say of each event once whether it is supported', () => {
		expect([client.length, server.length]).toEqual([12, 34]);
		for (const rows of [client, server]) {
			expect(new Set(rows.map(({ type }) => type)).size).toBe(rows.length);
			expect(rows.filter(({ here }) => !['yes', 'yes*', 'no'].includes(here))).toEqual([]);
		}
	});

	it('name all that are', () => {
		expect(named(client, 'yes').toSorted()).toEqual(known(RealtimeClientEventSchema).toSorted());
		expect(named(server, 'yes', 'yes*').toSorted()).toEqual(known(RealtimeServerEventSchema).toSorted());
	});

	it('name what is answered as an unknown type', () => {
		for (const [decode, rows] of [
			[decodeRealtimeClientEvent, client],
			[decodeRealtimeServerEvent, server]
		] as const) {
			for (const type of named(rows, 'no')) {
				expect(decode(JSON.stringify({ type }))).toMatchObject({ ok: false, fault: { code: 'unknown_type' } });
			}
		}
	});

	it('name every code with which an event is refused', () => {
		const source = read('requests.ts') + read('../session.ts');
		const codes = [...source.matchAll(/(?:#refuse\(|: \[|'invalid_request_error', )'([a-z_]+)'/g)].map(
			([, code]) => code
		);
		expect(codes).toContain('item_not_found');
		const unnamed = codes.filter((code) => code !== 'bad_audio' && !section.includes(`\`${code ?? ''}\``));
		expect(unnamed).toEqual([]);
	});
});
