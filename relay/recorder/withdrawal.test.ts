/** Leave to record, taken back after the connection has changed: nothing of the talk stays, and everything of the others. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { ClientMessage, Welcome } from '../../src/lib/protocol/session.ts';
import type { SessionWatcher } from '../session/watcher.ts';
import { Recorder } from './recorder.ts';

const MINE = '0123456789abcdef0123456789abcdef';
const THEIRS = 'fedcba9876543210fedcba9876543210';

const closers: (() => Promise<void> | void)[] = [];
afterEach(async () => {
	for (const close of closers.splice(0).reverse()) await close();
});

/** So many relays that share a folder. */
function relays(count: number) {
	const folder = mkdtempSync(join(tmpdir(), 'parley-withdrawal-'));
	closers.push(() => rmSync(folder, { recursive: true, force: true }));
	const counted: number[] = [];
	const log: string[] = [];
	const write = (fields: object, message: string): void => void log.push(`${message} ${JSON.stringify(fields)}`);
	const make = (): Recorder =>
		new Recorder({
			folder,
			maxBytes: 1_000_000,
			log: { info: write, warn: write, error: write },
			count: (by) => counted.push(by)
		});
	const all = Array.from({ length: count }, make);
	closers.push(async () => {
		for (const recorder of all) await recorder.close();
	});
	return { folder, all, counted, log, files: () => readdirSync(folder).length };
}

let sessions = 0;
/** One connection of a browser's, welcome; with `recordingId`, somebody agreed at some time. */
function joins(recorder: Recorder, recording: boolean, recordingId?: string): SessionWatcher {
	const id = `session-${++sessions}`;
	const watcher = recorder.session({ id, address: '', bufferedBytes: () => 0 });
	const hello: ClientMessage = {
		type: 'hello',
		version: 1,
		client: 'test',
		language: 'en',
		...(recording ? { recording } : {}),
		...(recordingId === undefined ? {} : { recordingId })
	};
	watcher.heard(hello, 1);
	watcher.sent(welcome(id), 1);
	return watcher;
}
const welcome = (session: string): Welcome => ({
	type: 'welcome',
	session,
	version: 1,
	relay: 'relay',
	stt: { name: 'an ear', embedded: true, recognises: false, delayS: 0.5 },
	llm: { name: 'a mind', embedded: false },
	tts: { name: 'a voice', embedded: false },
	records: true
});
const no = (recordingId?: string): ClientMessage => ({
	type: 'consent',
	recording: false,
	...(recordingId === undefined ? {} : { recordingId })
});

describe('leave to record, taken back', () => {
	it('after a reconnection, deletes the files of both connections, and nobody else loses any', async () => {
		const { all, files, log } = relays(1);
		const [relay] = all;
		joins(relay!, true, MINE).closed(1006);
		joins(relay!, true, THEIRS).closed(1000);
		joins(relay!, true).closed(1000);
		const second = joins(relay!, true, MINE);
		await expect.poll(files).toBe(4);
		second.heard(no(MINE), 1);
		await expect.poll(files).toBe(2);
		second.closed(1000);
		await relay!.close();
		expect([files(), log.filter((line) => line.includes('deleted')).length]).toEqual([2, 1]);
		expect(log.join()).not.toContain(MINE);
	});

	it('deletes what another relay wrote that shares the folder, though it has not noticed the end yet', async () => {
		const { all, files } = relays(2);
		const [first, second] = all;
		const lost = joins(first!, true, MINE);
		const here = joins(second!, true, MINE);
		await expect.poll(files).toBe(2);
		here.heard(no(MINE), 1);
		await expect.poll(files).toBe(0);
		lost.sent({ type: 'word', text: 'late', startS: 1 }, 1);
		lost.closed(1006);
		here.closed(1000);
		await Promise.all(all.map((relay) => relay.close()));
		expect(files()).toBe(0);
	});

	it('stops a connection of this relay that is still being recorded, and counts it as over', async () => {
		const { all, files, counted } = relays(1);
		const [relay] = all;
		const lost = joins(relay!, true, MINE);
		const here = joins(relay!, true, MINE);
		here.heard(no(MINE), 1);
		lost.sent({ type: 'word', text: 'late', startS: 1 }, 1);
		lost.closed(1006);
		here.closed(1000);
		await relay!.close();
		expect([files(), counted]).toEqual([0, [1, 1, -1, -1]]);
	});

	it('while nobody was there, is said by the next hello', async () => {
		const { all, files } = relays(2);
		joins(all[0]!, true, MINE).closed(1006);
		await expect.poll(files).toBe(1);
		joins(all[1]!, false, MINE);
		await expect.poll(files).toBe(0);
	});

	it('by somebody whom the relay did not let in, deletes nothing', async () => {
		const { all, files } = relays(1);
		joins(all[0]!, true, MINE).closed(1006);
		const refused = all[0]!.session({ id: 'refused', address: '', bufferedBytes: () => 0 });
		refused.heard({ type: 'hello', version: 1, client: 'x', language: 'en', recordingId: MINE }, 1);
		refused.heard(no(MINE), 1);
		refused.closed(4401);
		await all[0]!.close();
		expect(files()).toBe(1);
	});

	it('with an id that is not there, or over and over, looks into the folder once', async () => {
		const { all, files, log } = relays(1);
		joins(all[0]!, true, MINE).closed(1006);
		const other = joins(all[0]!, false, THEIRS);
		for (let i = 0; i < 100; i++) other.heard(no(i % 2 === 0 ? THEIRS : MINE), 1);
		other.closed(1000);
		await all[0]!.close();
		// An id is a conversation's: the first one that a connection presents is its own.
		expect(files()).toBe(1);
		expect(log.filter((line) => line.includes('deleted'))).toEqual([]);
	});

	it('says so where a file cannot be deleted', async () => {
		const { all, folder, log } = relays(1);
		const here = joins(all[0]!, true, MINE);
		await expect.poll(() => readdirSync(folder).length).toBe(1);
		rmSync(folder, { recursive: true, force: true });
		here.heard(no(MINE), 1);
		await all[0]!.close();
		expect(log.filter((line) => line.includes('could not be deleted'))).toHaveLength(1);
	});
});
