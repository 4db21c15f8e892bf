import fc from 'fast-check';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { encodeMoshi } from '../../src/lib/protocol/moshi.ts';
import {
	replyAudioHead,
	withBin,
	wrapStep,
	type ClientMessage,
	type RelayMessage,
	type Welcome
} from '../../src/lib/protocol/session.ts';
import { opusStream } from '../session/testing/opus-stream.ts';
import type { SessionWatcher } from '../session/watcher.ts';
import { readRecording, type Recording } from './read.ts';
import { Recorder, type RecorderOptions } from './recorder.ts';
import { MOST_RECORDINGS } from './session-recorder.ts';

const ID = '6f9619ff-8b86-4d01-b42d-00cf4fc964ff';
const closers: (() => Promise<void> | void)[] = [];
afterEach(async () => {
	for (const close of closers.splice(0).reverse()) await close();
});

interface Studio {
	readonly folder: string;
	readonly watcher: SessionWatcher;
	readonly log: string[];
	readonly counted: number[];
	readonly failures: () => number;
	heard(...messages: readonly ClientMessage[]): void;
	sent(...messages: readonly RelayMessage[]): void;
	/** Ends the session, and answers what is in the folder then. */
	finish(): Promise<readonly { readonly name: string; readonly text: string }[]>;
	/** The only one. */
	recording(): Promise<Recording & { readonly text: string }>;
}

function studio(options: Partial<RecorderOptions> = {}): Studio {
	const folder = mkdtempSync(join(tmpdir(), 'parley-recorder-'));
	closers.push(() => rmSync(folder, { recursive: true, force: true }));
	const log: string[] = [];
	const counted: number[] = [];
	let failures = 0;
	const write =
		(level: string) =>
		(fields: object, message: string): void =>
			void log.push(`${level} ${message} ${JSON.stringify(fields)}`);
	let nowMs = Date.UTC(2026, 10, 21, 3, 12, 55, 123);
	const recorder = new Recorder({
		folder,
		maxBytes: 10_000_000,
		log: { info: write('info'), warn: write('warn'), error: write('error') },
		count: (by) => counted.push(by),
		failed: () => failures++,
		nowMs: () => nowMs++,
		...options
	});
	closers.push(() => recorder.close());
	const watcher = recorder.session({ id: ID, address: '192.0.2.7', bufferedBytes: () => 0 });
	const finish = async (): Promise<{ name: string; text: string }[]> => {
		watcher.closed(1000);
		await recorder.close();
		return readdirSync(folder).map((name) => ({ name, text: readFileSync(join(folder, name), 'utf8') }));
	};
	return {
		folder,
		watcher,
		log,
		counted,
		failures: () => failures,
		heard: (...messages) => messages.forEach((message) => watcher.heard(message, 1)),
		sent: (...messages) => messages.forEach((message) => watcher.sent(message, 1)),
		finish,
		async recording() {
			const files = await finish();
			const [file] = files;
			if (file === undefined || files.length !== 1) throw new Error(`${files.length} files`);
			return { ...readRecording(file.text), text: file.text };
		}
	};
}

const hello = (recording?: boolean): ClientMessage => ({
	type: 'hello',
	version: 1,
	client: 'test',
	language: 'en',
	token: 'a-secret-token',
	...(recording === undefined ? {} : { recording })
});
const welcome: Welcome = {
	type: 'welcome',
	session: ID,
	version: 1,
	relay: 'relay',
	stt: { name: 'an ear', embedded: true, recognises: false, delayS: 0.5 },
	llm: { name: 'a mind', embedded: false },
	tts: { name: 'a voice', embedded: false },
	records: true
};
const word = (text: string): RelayMessage => ({ type: 'word', text, startS: 0 });
const ask = (reply: number, ...contents: readonly string[]): ClientMessage => ({
	type: 'reply',
	reply,
	messages: contents.map((content) => ({ role: 'user', content })),
	temperature: 0.3,
	speculative: false
});
const types = ({ lines }: Recording): string[] => lines.map(({ event }) => event.type);

describe('a recording', () => {
	it('holds what both said, with wall time, and no sound of either', async () => {
		const { heard, sent, watcher, recording, folder } = studio();
		const { head, page } = opusStream();
		heard(hello(true));
		sent(welcome);
		heard({ type: 'listen', stream: 1, head });
		const pages = [page(), page()];
		for (const each of pages) heard({ type: 'audio', page: each });
		watcher.sentFrame(
			'step',
			wrapStep(encodeMoshi({ type: 'Step', step_idx: 0, prs: [0.5, 0.25, 0.123456, 1], buffered_pcm: 0 }))
		);
		sent(word('hello'));
		heard(ask(1, 'hello'));
		const sound = withBin(replyAudioHead(1), encodeMoshi({ type: 'OggOpus', data: page() }));
		watcher.sentFrame('replyAudio', sound);
		watcher.sentFrame('replyAudio', sound);
		sent({ type: 'replyDone', reply: 1, outcome: 'complete' });
		const recorded = await recording();
		expect(recorded.faults).toEqual([]);
		expect(recorded.lines.map(({ from, event }) => `${from} ${event.type}`)).toEqual([
			'relay welcome',
			'client listen',
			'client audio',
			'relay step',
			'relay word',
			'client reply',
			'relay replyAudio',
			'relay replyDone',
			'relay end'
		]);
		expect(recorded.lines[3]?.event).toEqual({ type: 'step', prs: [0.5, 0.25, 0.1235, 1] });
		expect(new Date(recorded.lines[0]?.atMs ?? 0).toISOString()).toMatch(/^2026-11-21T03:12:55/);
		for (const secret of ['OggS', 'OpusHead', 'a-secret-token', '192.0.2.7', 'page', 'frame'])
			expect(recorded.text).not.toContain(secret);
		expect(readdirSync(folder)).toEqual([`2026-11-21T03-12-55.123Z_${ID}.jsonl`]);
	});

	it('tells of each history only what is new', async () => {
		const { heard, sent, recording } = studio();
		heard(hello(true));
		sent(welcome);
		heard(ask(1, 'a', 'b'), ask(2, 'a', 'b', 'c'), ask(3, 'a', 'x', 'c'));
		const replies = (await recording()).lines.flatMap(({ event }) =>
			event.type === 'reply' ? [[event.same, ...event.messages.map(({ content }) => content)]] : []
		);
		expect(replies).toEqual([
			[0, 'a', 'b'],
			[2, 'c'],
			[1, 'x', 'c']
		]);
	});

	it('keeps any text on its line, as it was', async () => {
		const hostile = [
			'two\nlines\r\nand\u2028more',
			'\ud800 alone',
			'\udc00\ud800',
			'\0\u001b[2J"\\',
			'{"at":"x"}\n{"type":"end"}',
			'x'.repeat(1 << 20)
		];
		await fc.assert(
			fc.asyncProperty(
				fc.array(fc.oneof(fc.constantFrom(...hostile), fc.string({ unit: 'binary' })), { maxLength: 5 }),
				async (texts) => {
					const { heard, sent, recording } = studio({ maxWaitingBytes: 1e8 });
					heard(hello(true));
					sent(welcome, ...texts.map(word));
					const recorded = await recording();
					expect([recorded.faults, recorded.truncated]).toEqual([[], false]);
					const kept = recorded.lines.flatMap(({ event }) => (event.type === 'word' ? [event.text] : []));
					expect(kept).toEqual(texts);
				}
			),
			{ numRuns: 40 }
		);
	});

	it('says where events are missing because the disk was too slow', async () => {
		const { heard, sent, recording, folder } = studio({ maxWaitingBytes: 3000 });
		heard(hello(true));
		sent(welcome, ...Array.from({ length: 100 }, (_, i) => word(`word ${i}`)));
		// Until the disk has caught up: what it drops until then is counted too.
		let more = 0;
		const isSaid = (): boolean => readFileSync(join(folder, readdirSync(folder)[0] ?? ''), 'utf8').includes('"lost"');
		await expect.poll(() => (more++, sent(word('after')), isSaid())).toBe(true);
		const recorded = await recording();
		const at = recorded.lines.findIndex(({ event }) => event.type === 'lost');
		const kept = recorded.lines.filter(({ event }) => event.type === 'word').length;
		const lost = recorded.lines[at]?.event;
		expect(lost?.type === 'lost' ? lost.lines + kept : null).toBe(100 + more);
		expect(recorded.lines[at + 1]?.event).toMatchObject({ type: 'word', text: 'after' });
	});

	it('ends at its limit with a line that says so, and can still be deleted', async () => {
		const { heard, sent, finish, folder } = studio({ maxBytes: 2000 });
		heard(hello(true));
		sent(welcome, ...Array.from({ length: 100 }, () => word('and so on')));
		await expect.poll(() => readFileSync(join(folder, readdirSync(folder)[0] ?? ''), 'utf8')).toContain('"end"');
		const text = readFileSync(join(folder, readdirSync(folder)[0] ?? ''), 'utf8');
		expect(Buffer.byteLength(text)).toBeLessThanOrEqual(2000);
		expect(readRecording(text).lines.at(-1)?.event).toEqual({ type: 'end', reason: 'size' });
		heard({ type: 'consent', recording: false });
		expect(await finish()).toEqual([]);
	});
});

describe('consent', () => {
	it.each([undefined, false])('that was not given (%s) leaves no file', async (recording) => {
		const { heard, sent, finish, log } = studio();
		heard(hello(recording));
		sent(welcome, word('hello'));
		expect([await finish(), log]).toEqual([[], []]);
	});

	it('of somebody whom the relay does not let in leaves no file', async () => {
		const { heard, finish } = studio();
		heard(hello(true));
		expect(await finish()).toEqual([]);
	});

	it('that comes later begins there', async () => {
		const { heard, sent, recording } = studio();
		heard(hello());
		sent(welcome, word('before'));
		heard({ type: 'consent', recording: true }, { type: 'consent', recording: true });
		sent(word('after'));
		const recorded = await recording();
		expect(types(recorded)).toEqual(['welcome', 'consent', 'word', 'end']);
		expect(recorded.text).not.toContain('before');
	});

	it('that is withdrawn deletes everything, and nothing comes after it', async () => {
		const { heard, sent, finish, log, counted } = studio();
		heard(hello(true));
		sent(welcome, word('hello'));
		heard({ type: 'consent', recording: false });
		sent(word('still here'));
		expect(await finish()).toEqual([]);
		expect(counted).toEqual([1, -1]);
		expect(log.map((line) => line.split(' {')[0])).toEqual([
			'info recording, as this person agreed',
			'info recording deleted, as this person wished'
		]);
	});

	it('that is withdrawn and given again is a new recording', async () => {
		const { heard, sent, recording } = studio();
		heard(hello(true));
		sent(welcome, word('first'));
		heard({ type: 'consent', recording: false }, { type: 'consent', recording: true });
		sent(word('second'));
		const { text } = await recording();
		expect(text).toContain('second');
		expect(text).not.toContain('first');
	});
});

describe('somebody who cannot make up their mind', () => {
	it('makes a bounded number of files and of lines in the log, and is not recorded any more', async () => {
		const { heard, sent, finish, log, counted } = studio();
		heard(hello(true));
		sent(welcome);
		for (let i = 0; i < 500; i++) heard({ type: 'consent', recording: i % 2 === 1 });
		sent(word('late'));
		expect(await finish()).toEqual([]);
		expect(log.length).toBeLessThanOrEqual(2 * MOST_RECORDINGS + 1);
		expect(log.filter((line) => line.includes('too often'))).toHaveLength(1);
		expect(counted.reduce((sum, by) => sum + by, 0)).toBe(0);
	});

	it('who ends with no, has nothing kept; who ends with yes in time, is recorded', async () => {
		const { heard, sent, recording } = studio();
		heard(hello(true));
		sent(welcome);
		for (let i = 1; i < MOST_RECORDINGS; i++)
			heard({ type: 'consent', recording: false }, { type: 'consent', recording: true });
		sent(word('kept'));
		expect((await recording()).text).toContain('kept');
	});
});

describe('a folder that fails', () => {
	it('is warned of once, and disturbs nobody', async () => {
		const { heard, sent, finish, folder, log, failures, counted } = studio();
		rmSync(folder, { recursive: true });
		heard(hello(true));
		sent(welcome);
		for (let i = 0; i < 10 || failures() === 0; i++) {
			sent(word('hello'));
			await new Promise((resolve) => setImmediate(resolve));
		}
		mkdirSync(folder);
		expect(await finish()).toEqual([]);
		const warnings = log.filter((line) => line.startsWith('warn'));
		expect(warnings).toEqual([expect.stringMatching(/RECORDINGS_DIR.*"code":"ENOENT"/)]);
		expect(failures()).toBe(1);
		expect(counted).toEqual([1, -1]);
		expect(log.join()).not.toContain(folder);
	});
});
