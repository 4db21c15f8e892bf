/** What an operator sees of a relay that runs in earnest: its metrics, its live sessions, its log, its recordings. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { parse } from '../../relay/metrics/testing/readings.ts';
import { readRecording } from '../../relay/recorder/read.ts';
import { opusStream } from '../../relay/session/testing/opus-stream.ts';
import { killRelays, startRelay, type RelayProcess } from '../faults/support/relay-process.ts';
import { Talker } from '../faults/support/talker.ts';
import { startUpstreams, type Upstreams } from '../faults/support/upstreams.ts';

const TOKEN = 'the-operator-alone-0123';
const QUESTION = 'My secret is nightingale.';
const ANSWER = 'Good day to you.';

let upstreams: Upstreams;
const folders: string[] = [];
beforeAll(async () => {
	upstreams = await startUpstreams({ replies: [ANSWER] });
});
afterAll(() => upstreams.close());
afterEach(() => {
	killRelays();
	for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

function newFolder(): string {
	const folder = mkdtempSync(join(tmpdir(), 'parley-sight-'));
	folders.push(folder);
	return folder;
}

const asOperator = { authorization: `Bearer ${TOKEN}` };
async function ask(relay: RelayProcess, path: string, headers: Record<string, string> = asOperator) {
	const response = await fetch(`${relay.url}${path}`, { headers });
	return { status: response.status, text: await response.text() };
}

/** Listens to three pages of silence, asks one question, hears the answer. */
async function talk(talker: Talker, recording = true): Promise<void> {
	const { head, page } = opusStream();
	talker.say({ type: 'consent', recording });
	talker.say({ type: 'listen', stream: 1, head });
	await talker.next('listening');
	for (let i = 0; i < 3; i++) talker.say({ type: 'audio', page: page() });
	await talker.next('step');
	const messages = [{ role: 'user' as const, content: QUESTION }];
	talker.say({ type: 'reply', reply: 1, messages, temperature: 0, speculative: false });
	await talker.next('replyDone');
	talker.say({ type: 'report', heardLatencyMs: 420, firstHeardMs: 700 });
}

describe('after a conversation', () => {
	it('the metrics tell of it, and promtool finds no fault with them', async () => {
		const relay = await startRelay({ ...upstreams.env, OPERATOR_TOKEN: TOKEN });
		const talker = await Talker.welcome(relay.url);
		await talk(talker);
		await ask(relay, '/v1/health');
		talker.close();
		await talker.closed();
		await expect.poll(async () => parse((await ask(relay, '/metrics')).text).get('worker_active_sessions')).toBe(0);
		await upstreams.free();
		const { text } = await ask(relay, '/metrics');
		expect(execFileSync('promtool', ['check', 'metrics'], { input: text, encoding: 'utf8' })).toBe('');
		const readings = parse(text);
		for (const [name, value] of Object.entries({
			worker_sessions_total: 1,
			worker_session_duration_count: 1,
			worker_stt_sent_frames_total: 3,
			worker_stt_ttft_count: 1,
			worker_stt_active_sessions: 0,
			worker_tts_sent_frames_total: 4,
			worker_tts_recv_words_total: 4,
			worker_tts_ttft_count: 1,
			worker_tts_audio_duration_count: 1,
			worker_tts_active_sessions: 0,
			worker_vllm_sent_words_total: 4,
			worker_vllm_recv_words_total: 4,
			worker_vllm_ttft_count: 1,
			worker_vllm_active_sessions: 0,
			worker_health_ok_sum: 1,
			parley_heard_latency_seconds_sum: 0.42,
			'parley_replies_total{outcome="complete"}': 1,
			parley_buffered_bytes: 0
		}))
			expect(readings.get(name), name).toBe(value);
		// Four words of a fifth of a second, and what surrounds them.
		expect(readings.get('worker_tts_audio_duration_sum')).toBeGreaterThan(0.7);
		expect(readings.get('worker_tts_audio_duration_sum')).toBeLessThan(2);
		expect(readings.get('process_cpu_seconds_total')).toBeGreaterThan(0);
		await expect
			.poll(async () => parse((await ask(relay, '/metrics')).text).get('parley_event_loop_delay_seconds_count'))
			.toBeGreaterThan(0);
		const failures = [...readings].filter(([name, value]) => name.startsWith('parley_leg_failures') && value > 0);
		expect(failures).toEqual([]);
	});

	it('its log says when it came, what it was answered and when it went, and nothing that was said', async () => {
		const relay = await startRelay({ ...upstreams.env });
		const talker = await Talker.welcome(relay.url);
		await talk(talker);
		talker.close();
		await expect.poll(() => relay.said()).toContain('session closed');
		const lines = relay
			.said()
			.trimEnd()
			.split('\n')
			.map((line): Record<string, unknown> => JSON.parse(line));
		const { session } = await talker.next('welcome');
		const ours = lines.filter((line) => line['session'] === session).map((line) => line['msg']);
		expect(ours).toEqual(['session opened', 'reply done', 'measured by the browser', 'session closed']);
		for (const secret of ['nightingale', 'Good', '127.0.0.1:', 'public_token']) {
			const shown = relay.said().replace(/"url":"[^"]+"/, '');
			expect(shown).not.toContain(secret);
		}
	});

	it('that an operator asked to have logged, its log says everything', async () => {
		const relay = await startRelay({ ...upstreams.env, LOG_TRANSCRIPTS: 'true', LOG_ADDRESSES: 'true' });
		const talker = await Talker.welcome(relay.url);
		await talk(talker);
		for (const asked of ['"address":"127.0.0.1"', '"text":"My secret is nightingale."', '"text":"Good"'])
			expect(relay.said()).toContain(asked);
		talker.close();
	});
});

describe('the list of live sessions', () => {
	it('shows what each is doing, to the operator alone, and nothing that was said', async () => {
		const relay = await startRelay({ ...upstreams.env, OPERATOR_TOKEN: TOKEN });
		const talker = await Talker.welcome(relay.url);
		await talk(talker);
		for (const path of ['/metrics', '/v1/debug/sessions']) {
			expect((await ask(relay, path, {})).status).toBe(401);
			expect((await ask(relay, path, { authorization: 'Bearer no' })).status).toBe(401);
		}
		const { status, text } = await ask(relay, '/v1/debug/sessions');
		expect(status).toBe(200);
		expect(JSON.parse(text)).toMatchObject({
			count: 1,
			sessions: [
				{
					id: (await talker.next('welcome')).session,
					legs: [{ service: 'stt', instance: 'stt-1', state: 'ready' }],
					failures: {},
					reply: null,
					pages: 3,
					replies: 1,
					replyWords: 4,
					problems: 0
				}
			]
		});
		expect(text).not.toMatch(/nightingale|Good|127\.0\.0\.1/);
		talker.close();
		await talker.closed();
		await expect.poll(async () => (await ask(relay, '/v1/debug/sessions')).text).toContain('"count": 0');
	});
});

describe('with RECORDINGS_DIR', () => {
	it('who agrees is recorded, into a file of their own that is whole when the relay has stopped', async () => {
		const folder = newFolder();
		const relay = await startRelay({ ...upstreams.env, RECORDINGS_DIR: folder });
		const talker = await Talker.welcome(relay.url);
		expect((await talker.next('welcome')).records).toBe(true);
		await talk(talker);
		relay.kill('SIGTERM');
		await talker.next('drain');
		talker.close();
		expect(await relay.ended).toBe(0);
		const [name = '', ...more] = readdirSync(folder);
		expect(more).toEqual([]);
		expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
		const recording = readRecording(readFileSync(join(folder, name), 'utf8'));
		expect([recording.faults, recording.truncated]).toEqual([[], false]);
		const shown = execFileSync(process.execPath, ['relay/recorder/print.ts', join(folder, name)], { encoding: 'utf8' });
		expect(shown).toContain(`user “${QUESTION}”`);
		expect(shown).toContain(`“${ANSWER}”`);
		expect(shown).toMatch(/end {6}1000\n$/);
	});

	it('who does not agree is not, and who no longer does is forgotten', async () => {
		const folder = newFolder();
		const relay = await startRelay({ ...upstreams.env, RECORDINGS_DIR: folder });
		const [one, two] = [await Talker.welcome(relay.url), await Talker.welcome(relay.url)];
		await talk(one, false);
		await talk(two, true);
		expect(readdirSync(folder)).toHaveLength(1);
		two.say({ type: 'consent', recording: false });
		await expect.poll(() => readdirSync(folder)).toEqual([]);
		one.close();
		two.close();
	});

	it('that is shot leaves a recording that can be read up to the shot', async () => {
		const folder = newFolder();
		const relay = await startRelay({ ...upstreams.env, RECORDINGS_DIR: folder });
		const talker = await Talker.welcome(relay.url);
		await talk(talker);
		const file = (): string => readFileSync(join(folder, readdirSync(folder)[0] ?? ''), 'utf8');
		await expect.poll(file).toContain('"report"');
		relay.kill('SIGKILL');
		await relay.ended;
		const recording = readRecording(file());
		expect(recording.faults).toEqual([]);
		expect(recording.lines.at(-1)?.event.type).toBe('report');
	});

	it('that is no folder keeps the relay from starting, with what to do', async () => {
		const folder = join(newFolder(), 'nowhere');
		await expect(startRelay({ ...upstreams.env, RECORDINGS_DIR: folder })).rejects.toThrow(
			/RECORDINGS_DIR does not exist/
		);
	});
});
