import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLog, type LogFormat } from './log.ts';

function capture(format: LogFormat, level: 'debug' | 'info' = 'info') {
	const lines: string[] = [];
	return { lines, log: createLog({ level, format, write: (line) => lines.push(line) }) };
}

const SECRET = 'sk-Very5ecretValue';

describe('the log', () => {
	it('writes one readable line: time, message, fields', () => {
		const { lines, log } = capture('text');
		log.info({ port: 8080, transport: 'node', note: 'two words' }, 'listening');
		expect(lines).toHaveLength(1);
		expect(lines[0]).toMatch(/^\d\d:\d\d:\d\d listening {2}port=8080 {2}transport=node {2}note="two words"\n$/);
	});

	it('marks warnings and errors in readable lines', () => {
		const { lines, log } = capture('text');
		log.warn({}, 'hm');
		log.error({}, 'oh');
		expect(lines[0]).toContain('warning: hm');
		expect(lines[1]).toContain('error: oh');
	});

	it('writes JSON with a level by name and keeps below its level silent', () => {
		const { lines, log } = capture('json');
		log.debug({}, 'unseen');
		log.child({ session: 'abc' }).info({ n: 1 }, 'seen');
		expect(lines.map((line) => JSON.parse(line))).toEqual([
			{ level: 'info', time: expect.any(String), session: 'abc', n: 1, msg: 'seen' }
		]);
	});

	it.each<LogFormat>(['text', 'json'])('never holds an address, a secret or a transcript (%s)', (format) => {
		const { lines, log } = capture(format);
		const spoken = 'my bank code is 4711';
		const address = '203.0.113.77';
		log.info(
			{
				remoteAddress: address,
				apiKey: SECRET,
				headers: { authorization: `Bearer ${SECRET}`, 'x-forwarded-for': address },
				nested: { llm: { api_key: SECRET, transcript: spoken, 'KYUTAI-API-KEY': SECRET } },
				messages: [{ role: 'user', content: spoken }],
				list: [{ text: spoken }, { Word: spoken }],
				url: `ws://user:${SECRET}@stt/api?auth_id=${SECRET}&x=1`,
				place: new URL(`http://a:${SECRET}@llm/?key=${SECRET}`),
				why: `401 for Bearer ${SECRET}`,
				error: new Error('refused', { cause: new Error(`token=${SECRET}`) }),
				bytes: new TextEncoder().encode(spoken),
				deep: { a: { b: { c: { d: spoken } } } }
			},
			'request'
		);
		log.child({ ip: address, token: SECRET }).warn({ query: `auth_id=${SECRET}` }, 'refused');
		const all = lines.join('');
		expect(all).not.toContain(SECRET);
		expect(all).not.toContain(spoken);
		expect(all).not.toContain(address);
		expect(all).toContain('refused');
	});

	it('logs whatever it is given on one line, without throwing', () => {
		const circle: Record<string, unknown> = {};
		circle.self = circle;
		const trap = {
			get boom(): string {
				throw new Error('getter');
			}
		};
		const { lines, log } = capture('text');
		log.info(
			{ circle, big: 12n, fn: () => 1, sym: Symbol('s'), trap, none: undefined, newline: 'a\nb', esc: '\x1b[2J' },
			'odd'
		);
		expect(lines).toHaveLength(1);
		expect(lines[0]?.trimEnd().split('\n')).toHaveLength(1);
		expect(lines[0]).not.toContain('\x1b');
		fc.assert(
			fc.property(fc.dictionary(fc.string(), fc.anything()), (fields) => {
				const one = capture('text');
				one.log.info(fields, 'anything');
				expect(one.lines).toHaveLength(1);
				expect(one.lines[0]?.trimEnd().split('\n')).toHaveLength(1);
			}),
			{ numRuns: 200 }
		);
	});

	it('cuts a text that is too long to be a field', () => {
		const { lines, log } = capture('json');
		log.info({ why: 'x'.repeat(100_000) }, 'long');
		expect(lines[0]?.length).toBeLessThan(3000);
	});
});
