/** A job that writes down where its servers are, while the relay that uses them runs: it starts, moves, and writes badly. */
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startSttEngine } from '../../relay/embedded/stt/engine.ts';
import type { Engine } from '../../relay/embedded/engine.ts';
import { opusStream } from '../../relay/session/testing/opus-stream.ts';
import { killRelays, startRelay } from './support/relay-process.ts';
import { Talker } from './support/talker.ts';
import { startUpstreams, type Upstreams } from './support/upstreams.ts';

/** Longer than the relay remembers what stood in the file. */
const FORGOTTEN_MS = 600;
const forgotten = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, FORGOTTEN_MS));

let others: Upstreams;
let folder: string;
let path: string;
const engines: Engine[] = [];
beforeAll(async () => {
	others = await startUpstreams({ replies: ['Hello.'] });
	folder = await mkdtemp(join(tmpdir(), 'parley-job-'));
	path = join(folder, 'instances');
});
afterAll(async () => {
	await Promise.all([others.close(), rm(folder, { recursive: true })]);
});
afterEach(async () => {
	killRelays();
	await Promise.all(engines.splice(0).map((engine) => engine.close()));
});

async function ears(): Promise<Engine> {
	const engine = await startSttEngine({ log: () => undefined });
	engines.push(engine);
	return engine;
}

describe('a file that says where the servers are', () => {
	it('is followed while a job starts, moves and writes half a line, without a restart', async () => {
		const relay = await startRelay({ ...others.env, STT_URL: `file:${path}` });
		const one = await Talker.welcome(relay.url);
		let stream = 0;
		const listen = async (): Promise<string> => {
			const before = one.heard.length;
			const isAnswer = ({ type }: { readonly type: string }): boolean => type === 'listening' || type === 'problem';
			one.say({ type: 'listen', stream: ++stream, head: opusStream().head });
			await one.until(() => one.heard.slice(before).some(isAnswer));
			const answer = one.heard.slice(before).find(isAnswer);
			return answer?.type === 'problem' ? answer.code : 'listening';
		};
		expect(await listen()).toBe('unresolved');

		const first = await ears();
		await writeFile(path, `# job 1\nstt ${first.url}\n`);
		await forgotten();
		expect(await listen()).toBe('listening');
		expect(first.usedSlots()).toBe(1);

		const second = await ears();
		await writeFile(path, `stt ${second.url.slice(0, -2)}`);
		await forgotten();
		expect(await listen()).toBe('listening');
		expect([second.usedSlots(), relay.said().includes('half written')]).toEqual([0, true]);

		await writeFile(`${path}.new`, `stt ${second.url}\n`);
		await rename(`${path}.new`, path);
		await forgotten();
		expect(await listen()).toBe('listening');
		expect(second.usedSlots()).toBe(1);

		await rm(path);
		await forgotten();
		expect(await listen()).toBe('listening');
		expect(relay.said()).toContain('it is not there');
		expect(relay.said()).not.toContain(second.url);
		one.close();
	});
});
