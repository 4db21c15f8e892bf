import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { boundedOutput } from './log-output.ts';
import { createLog } from './log.ts';

describe('a reader of the log who stops reading', () => {
	it('has a bounded number of bytes waiting, and learns how many lines are missing', () => {
		const out = new PassThrough({ highWaterMark: 100 });
		const write = boundedOutput(out, (lines) => `${lines} missing\n`, 1000);
		for (let i = 0; i < 10_000; i++) write(`${'x'.repeat(99)}\n`);
		expect(out.writableLength + out.readableLength).toBeLessThanOrEqual(1200);
		const before = String(out.read()).split('\n').length - 1;
		for (let more = out.read(); more !== null; more = out.read());
		write('here again\n');
		const after = String(out.read());
		expect(after).toMatch(/^\d+ missing\nhere again\n$/);
		expect(before).toBeGreaterThan(0);
		expect(Number.parseInt(after)).toBeGreaterThan(9900);
		write('and again\n');
		expect(String(out.read())).toBe('and again\n');
	});

	it.each([
		['json', /^\{"level":"warn","time":"[^"]+","lines":1,"msg":"lines are missing.*"\}\n\{.*"second"\}\n$/],
		['text', /^\d\d:\d\d:\d\d warning: lines are missing.* {2}lines=1\n.* second\n$/]
	] as const)('is told in the form of every other line: %s', (format, expected) => {
		let text = '';
		const out = { writableLength: Infinity, write: (line: string) => (text += line) !== '' };
		const log = createLog({ level: 'info', format, out });
		log.info({}, 'first');
		out.writableLength = 0;
		log.info({}, 'second');
		expect(text).toMatch(expected);
	});
});
