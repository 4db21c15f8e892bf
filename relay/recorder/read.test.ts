import fc from 'fast-check';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readRecording } from './read.ts';
import { writeLine, type RecordedEvent, type Sender } from './schema.ts';
import { timeline } from './timeline.ts';

const START_MS = Date.UTC(2026, 10, 21, 3, 12, 55);
const at = (ms: number, from: Sender, event: RecordedEvent): string => writeLine(START_MS + ms, from, event);

const TALK = [
	at(0, 'relay', {
		type: 'welcome',
		session: 'a1',
		version: 1,
		relay: 'r',
		stt: { name: 'ear', embedded: true, recognises: true, delayS: 0.5 },
		llm: { name: 'mind', embedded: true },
		tts: { name: 'mouth', embedded: true }
	}),
	at(100, 'client', { type: 'listen', stream: 1 }),
	at(150, 'relay', { type: 'listening', stream: 1 }),
	at(160, 'client', { type: 'audio' }),
	at(200, 'relay', { type: 'step', prs: [0, 0, 0, 1] }),
	at(1000, 'relay', { type: 'word', text: 'good', startS: 0.4 }),
	at(1200, 'relay', { type: 'endWord', stopS: 0.6 }),
	at(1300, 'relay', { type: 'word', text: 'day', startS: 0.7 }),
	at(2000, 'client', {
		type: 'reply',
		reply: 1,
		same: 0,
		messages: [
			{ role: 'system', content: 'Be kind.' },
			{ role: 'user', content: 'good day' }
		],
		speculative: true
	}),
	at(2100, 'client', { type: 'commit', reply: 1 }),
	at(2300, 'relay', { type: 'replyWord', reply: 1, text: 'Hello' }),
	at(2310, 'relay', { type: 'replyWord', reply: 1, text: ' there.' }),
	at(2320, 'relay', { type: 'replyWritten', reply: 1 }),
	at(2500, 'relay', { type: 'replyAudio' }),
	at(2510, 'relay', { type: 'replyText', reply: 1, text: 'Hello', startS: 0, stopS: 0.4 }),
	at(2600, 'relay', { type: 'problem', fault: 'tts', code: 'lost', retry: 'soon', retryAfterMs: 1, detail: 'gone' }),
	at(2700, 'relay', { type: 'replyDone', reply: 1, outcome: 'failed' }),
	at(2800, 'client', { type: 'report', heardLatencyMs: 412.7 }),
	at(9000, 'relay', { type: 'end', reason: 'closed', code: 1001 })
].join('');

describe('a timeline', () => {
	it('tells a conversation as a person would follow it', () => {
		expect(timeline(readRecording(TALK)).split('\n')).toEqual([
			'recorded from 2026-11-21T03:12:55.000Z, 19 events, 1 of them steps of the STT',
			'    0.000  session  “a1” at “r”: “ear”, “mind”, “mouth”',
			'    0.100  listen   stream 1',
			'    0.150  ears     open, stream 1',
			'    0.160  person   can be heard from here on',
			'    1.000  person   “good day”',
			'    2.000  reply 1  asked ahead for, 2 messages: user “good day”',
			'    2.100  reply 1  is meant',
			'    2.300  model    “Hello there.”',
			'    2.320  reply 1  written',
			'    2.500  voice    first sound',
			'    2.510  voice    “Hello”',
			'    2.600  problem  tts lost: “gone”',
			'    2.700  reply 1  failed',
			'    2.800  measured heardLatencyMs 413',
			'    9.000  end      1001',
			''
		]);
	});

	it('cannot drive the terminal it is read on', () => {
		const hostile = 'a\u001b[2J\u009b31m\u0007\r\n\u202eb\ud800\u2028';
		const shown = timeline(readRecording(at(0, 'relay', { type: 'word', text: hostile, startS: 0 })));
		expect(shown.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\u2028]/u);
		expect(shown.trimEnd().split('\n')).toHaveLength(2);
	});
});

describe('a recording that is not whole', () => {
	it('is read up to the cut, wherever that is', () => {
		const bytes = Buffer.from(TALK.replace('good day', 'schöner 日 🌞'));
		const whole = readRecording(bytes.toString()).lines;
		for (let cut = 0; cut <= bytes.length; cut++) {
			const text = bytes.subarray(0, cut).toString();
			const read = readRecording(text);
			expect(read.faults).toEqual([]);
			const complete = text.split('\n').length - 1;
			// A line may be complete but for its newline.
			expect([complete, complete + 1]).toContain(read.lines.length);
			expect(read.lines).toEqual(whole.slice(0, read.lines.length));
			if (read.truncated) expect(timeline(read)).toContain('the last line is cut off');
		}
	});

	it('names the lines that are none by their number, and reads the rest', () => {
		const lines = TALK.trimEnd().split('\n');
		const bad = ['', 'garbage', '{}', '[]', 'null', '1', `${lines[1] ?? ''} `.replace('listen', 'nonsense')];
		const mixed = bad.flatMap((line, i) => [lines[i], line]).join('\n');
		const read = readRecording(`${mixed}\n`);
		expect(read.lines).toHaveLength(bad.length);
		expect(read.faults.map(({ number }) => number)).toEqual(bad.map((_, i) => 2 * i + 2));
		expect(timeline(read)).toContain('line 4 is left out: no JSON');
	});

	it('never throws, whatever bytes it is, or whatever was done to a good one', () => {
		const good = Buffer.from(TALK);
		const changed = fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { maxLength: 20 }).map((changes) => {
			const copy = Buffer.from(good);
			for (const [where, value] of changes) copy[where] = value;
			return copy;
		});
		const any = fc.uint8Array({ maxLength: 500 }).map((bytes) => Buffer.from(bytes));
		fc.assert(
			fc.property(fc.oneof(any, changed), (bytes) => {
				const shown = timeline(readRecording(bytes.toString()));
				expect(shown.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cs}]/u);
			}),
			{ numRuns: 500 }
		);
		const json = fc.json().map((text) => `${text}\n`);
		fc.assert(fc.property(json, (text) => void timeline(readRecording(text))));
	});

	it.each(['2026-02-31T24:61:00.000Z', '0000-00-00T00:00:00Z', '9999-12-31T23:59:59.999Z', '2026-12-31T23:59:60Z'])(
		'is not undone by the time %s',
		(time) => {
			const line = JSON.stringify({ at: time, from: 'relay', type: 'audio' });
			expect(() => timeline(readRecording(`${line}\n`))).not.toThrow();
		}
	);
});

describe('npm run recording', () => {
	const run = (...args: readonly string[]) =>
		spawnSync(process.execPath, [join(import.meta.dirname, 'print.ts'), ...args], { encoding: 'utf8' });

	it('prints the timeline, and says in a sentence why it cannot', () => {
		const folder = mkdtempSync(join(tmpdir(), 'parley-print-'));
		try {
			const file = join(folder, 'talk.jsonl');
			writeFileSync(file, TALK);
			expect(run(file)).toMatchObject({ status: 0, stdout: timeline(readRecording(TALK)), stderr: '' });
			expect(run(join(folder, 'no.jsonl'))).toMatchObject({ status: 1, stdout: '' });
			expect(run(join(folder, 'no.jsonl')).stderr).toMatch(/no\.jsonl: ENOENT\n$/);
			expect(run().stderr).toBe('Give one file: npm run recording -- FILE\n');
		} finally {
			rmSync(folder, { recursive: true });
		}
	});
});
