import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clock, tell, type Telling } from './formats.ts';
import { rawText } from './raw.ts';
import { summarise } from './summary.ts';
import { timeline } from './timeline.ts';
import { anyConversation, AT_MS, conversation, entry } from './testing/records.ts';

const TELLING: Telling = {
	title: (record) => record.title ?? summarise(record).first,
	about: () => '21 November · Parley',
	speaker: ({ role }, { character }) => (role === 'user' ? 'You' : (character?.name ?? 'Parley')),
	text: ({ text, interrupted }) => (interrupted ? `${text} —` : text)
};
const DAY_MS = 86_400_000;
const continued = conversation({
	title: 'The café',
	parts: [
		{ startedAtMs: AT_MS, endedAtMs: AT_MS + 60_000 },
		{ startedAtMs: AT_MS + DAY_MS, endedAtMs: null }
	],
	entries: [
		entry('user', 'Hello.', 1),
		entry('assistant', 'It is by the', 5, { interrupted: true }),
		entry('user', 'Back again.', 86_403, { part: 1 })
	]
});

describe('a conversation as a text', () => {
	it('in Markdown', () => {
		expect(tell([continued], 'markdown', TELLING)).toBe(
			'# The café\n\n*21 November · Parley*\n' +
				'\n**You** · 0:01\n\nHello.\n' +
				'\n**Parley** · 0:05\n\nIt is by the —\n' +
				'\n**You** · 1:03\n\nBack again.\n'
		);
	});

	it('in plain text', () => {
		expect(tell([continued], 'text', TELLING)).toBe(
			'The café\n21 November · Parley\n\n[0:01] You: Hello.\n[0:05] Parley: It is by the —\n[1:03] You: Back again.\n'
		);
	});

	it('in WebVTT, with times from the beginning of the talk, as if it had no break', () => {
		expect(tell([continued], 'vtt', TELLING)).toBe(
			'WEBVTT\n\nNOTE\nThe café\n21 November · Parley\n' +
				'\n00:00:01.000 --> 00:00:03.000\n<v You>Hello.\n' +
				'\n00:00:05.000 --> 00:00:07.000\n<v Parley>It is by the —\n' +
				'\n00:01:03.000 --> 00:01:05.000\n<v You>Back again.\n'
		);
		// The second of two begins where the first ended.
		expect(tell([conversation(), conversation()], 'vtt', TELLING)).toContain('\n00:01:01.000 --> 00:01:03.000\n');
	});

	it('leaves out lines without words', () => {
		const empty = conversation({ entries: [entry('user', ' \n ')] });
		expect(tell([empty], 'vtt', TELLING)).not.toContain('-->');
		expect(tell([empty], 'text', TELLING)).not.toContain('You');
	});
});

describe('hostile words in a text', () => {
	const CUE = /^(\d{2,}):(\d\d):(\d\d)\.(\d{3}) --> (\d{2,}):(\d\d):(\d\d)\.(\d{3})$/;

	it('make no cue, no note and no tag of their own in WebVTT; cues begin in order, and each ends after that', () => {
		fc.assert(
			fc.property(fc.array(anyConversation, { minLength: 1, maxLength: 3 }), (records) => {
				const text = tell(records, 'vtt', TELLING);
				const [head, ...blocks] = text.trimEnd().split('\n\n');
				expect(head).toBe('WEBVTT');
				const spoken = records.flatMap(({ entries }) => entries.filter((one) => TELLING.text(one).trim() !== ''));
				expect(blocks).toHaveLength(records.length + spoken.length);
				let last = -1;
				for (const block of blocks) {
					const [first = '', ...lines] = block.split('\n');
					if (first === 'NOTE') {
						expect(lines.join('')).not.toContain('-->');
						continue;
					}
					const numbers = CUE.exec(first)?.slice(1).map(Number);
					expect(numbers, first).toBeDefined();
					const [h = 0, m = 0, s = 0, ms = 0, h2 = 0, m2 = 0, s2 = 0, ms2 = 0] = numbers ?? [];
					const [from, to] = [((h * 60 + m) * 60 + s) * 1000 + ms, ((h2 * 60 + m2) * 60 + s2) * 1000 + ms2];
					expect(to).toBeGreaterThan(from);
					expect(lines).toHaveLength(1);
					expect(lines[0]).toMatch(/^<v [^<>]*>[^<>]*$/u);
					expect(from).toBeGreaterThanOrEqual(last);
					last = from;
				}
			})
		);
	});

	it('make no heading, list, link, emphasis or markup of their own in Markdown', () => {
		fc.assert(
			fc.property(anyConversation, (record) => {
				const text = tell([record], 'markdown', TELLING);
				const bare = text.replace(/\\[\\`*_{}[\]<>#|~&+=.)-]/gu, 'x');
				expect(bare.match(/^# /gmu)).toHaveLength(1);
				expect(bare).not.toMatch(/[<>`_[\]~|&]/u);
				expect(bare.replace(/^\*.*\*$/mu, '').replace(/^\*\*.*?\*\* ·/gmu, '')).not.toContain('*');
				expect(bare).not.toMatch(/^(?:[-+=]|\d+[.)])/mu);
			})
		);
	});

	it('stay on their line in plain text, and leave no half of a character', () => {
		fc.assert(
			fc.property(anyConversation, (record) => {
				const text = tell([record], 'text', TELLING);
				expect(text.isWellFormed()).toBe(true);
				const spoken = record.entries.filter((one) => TELLING.text(one).trim() !== '').length;
				expect(text.split(/[\n\r\u0085\u2028\u2029]/u)).toHaveLength(3 + spoken + 1);
			})
		);
	});
});

describe('the timeline', () => {
	it('counts talk, not the break between two parts, and is never shorter than its words', () => {
		const { lengthMs, lastAtMs, startedAtMs } = timeline(continued);
		expect(lengthMs).toBe(60_000 + 5000);
		expect([startedAtMs, lastAtMs]).toEqual([AT_MS, AT_MS + DAY_MS + 5000]);
		fc.assert(
			fc.property(anyConversation, (record) => {
				const { lengthMs: length, span } = timeline(record);
				expect(length).toBeGreaterThanOrEqual(0);
				for (const one of record.entries) {
					const { fromMs, toMs } = span(one);
					expect(fromMs).toBeGreaterThanOrEqual(0);
					expect(toMs).toBeGreaterThanOrEqual(fromMs);
				}
			})
		);
	});

	it('is told as a clock', () => {
		expect([0, 59_999, 60_000, 3_600_000, 90_061_000, -5].map(clock)).toEqual([
			'0:00',
			'0:59',
			'1:00',
			'1:00:00',
			'25:01:01',
			'0:00'
		]);
	});
});

describe('a summary', () => {
	it('has the person’s first words, cut at a whole character, or the assistant’s', () => {
		expect(summarise(conversation()).first).toBe('Tell me about Zoë’s café.');
		expect(summarise(conversation({ entries: [entry('user', '[speech]'), entry('assistant', 'Hm?')] })).first).toBe(
			'Hm?'
		);
		expect(summarise(conversation({ entries: [] })).first).toBe('');
		const { first } = summarise(conversation({ entries: [entry('user', '🙂'.repeat(100_000))] }));
		expect(first.length).toBeLessThan(170);
		expect(first.isWellFormed()).toBe(true);
	});
});

describe('what could not be read', () => {
	it('is a text all the same, whatever it is', () => {
		expect(rawText({ a: 1n, b: new Map([[1, 'x']]), c: new Uint8Array([1, 2]) })).toBe(
			'{\n\t"a": "1n",\n\t"b": [\n\t\t[\n\t\t\t1,\n\t\t\t"x"\n\t\t]\n\t],\n\t"c": [\n\t\t1,\n\t\t2\n\t]\n}\n'
		);
		const loop: Record<string, unknown> = {};
		loop['me'] = loop;
		for (const value of [undefined, null, 7, 'text', Symbol('x'), loop, Object.create(null)])
			expect(rawText(value)).toMatch(/.\n$/);
	});
});
