import { execFileSync } from 'node:child_process';
import { afterEach, describe, expect, it } from 'vitest';
import { encodeMoshi, type SttOut } from '../../src/lib/protocol/moshi.ts';
import { problem } from '../../src/lib/protocol/problems.ts';
import { replyAudioHead, withBin, wrapStep } from '../../src/lib/protocol/session.ts';
import { answer, said, type ChatScript } from '../upstream/testing/chat-server.ts';
import { serveMoshi, type MoshiClient } from '../upstream/testing/moshi-server.ts';
import { createSessions } from '../session/index.ts';
import { opusStream } from '../session/testing/opus-stream.ts';
import { READY, parrot, replyHouse, request, stream, type ReplyHouse } from '../session/testing/reply-house.ts';
import { TestBrowser } from '../session/testing/test-browser.ts';
import { testDeps, type TestTargets } from '../session/testing/test-deps.ts';
import { SERVICES, type LegEvent } from '../session/watcher.ts';
import { COUNTERS, GAUGES, HISTOGRAMS, SUMMARIES } from './catalogue.ts';
import { Metrics } from './metrics.ts';
import { changes, read } from './testing/readings.ts';

const closers: (() => Promise<void> | void)[] = [];
afterEach(async () => {
	for (const close of closers.splice(0)) await close();
});

const metricsOf = (): Metrics => {
	const metrics = new Metrics();
	closers.push(() => metrics.close());
	return metrics;
};

const step = (index: number): SttOut => ({ type: 'Step', step_idx: index, prs: [0.5, 0.25, 0, 1], buffered_pcm: 0 });
/** Two words. */
const twoWords: ChatScript = (response) => answer(response, 'Good ', 'day.');
/** Begins to answer, and says no more. */
const silent: ChatScript = (response) => stream(response).write(': thinking\n\n');

interface Watched extends ReplyHouse {
	readonly metrics: Metrics;
	/** What has changed since the browser said hello. */
	moved(): Promise<Readonly<Record<string, number>>>;
}

async function house(
	chat: ChatScript = twoWords,
	speak: (client: MoshiClient, number: number) => void = parrot,
	targets: TestTargets = {}
): Promise<Watched> {
	const metrics = metricsOf();
	const it = await replyHouse(chat, speak, { watch: metrics, ...targets });
	closers.push(() => it.close());
	const before = await read(metrics);
	return { ...it, metrics, moved: async () => changes(before, await read(metrics)) };
}

describe('what /metrics answers', () => {
	it('is found without fault by promtool, with the metrics of the process and after a reply', async () => {
		const metrics = new Metrics({ process: true });
		closers.push(() => metrics.close());
		const it = await replyHouse(twoWords, parrot, { watch: metrics });
		closers.push(() => it.close());
		it.browser.say(request(1));
		await it.browser.next('replyDone');
		const { body, headers } = await metrics.respond();
		expect(headers?.['content-type']).toMatch(/^text\/plain; version=0\.0\.4/);
		// It prints what it finds and exits with 3.
		expect(execFileSync('promtool', ['check', 'metrics'], { input: String(body), encoding: 'utf8' })).toBe('');
		expect(String(body)).toContain('nodejs_eventloop_lag_p99_seconds');
	});

	it('begins with every series that a counter can have, at 0', async () => {
		const readings = await read(metricsOf());
		for (const [name, row] of Object.entries(COUNTERS)) {
			const labels: readonly (readonly string[])[] = 'labels' in row ? Object.values(row.labels) : [];
			const expected = labels.reduce((count, values) => count * values.length, 1);
			const series = [...readings].filter(([key]) => key === name || key.startsWith(`${name}{`));
			expect(series, name).toHaveLength(expected);
			expect(new Set(series.map(([, value]) => value)), name).toEqual(new Set([0]));
		}
		for (const [name, row] of Object.entries(GAUGES)) {
			// Of a gauge by name there is nothing while nobody is named.
			expect(readings.get(name), name).toBe('named' in row ? undefined : 0);
		}
		for (const name of [...Object.keys(SUMMARIES)]) expect(readings.get(`${name}_count`), name).toBe(0);
	});

	it('has the buckets of the catalogue, each above the one before', () => {
		for (const [name, { buckets }] of Object.entries(HISTOGRAMS)) {
			const sorted = [...new Set<number>(buckets)].sort((a, b) => a - b);
			expect([...buckets], name).toEqual(sorted);
		}
	});
});

describe('a reply', () => {
	it('counts its words, its sound, its times and its slots, which are free again afterwards', async () => {
		const { browser, moved, freed } = await house();
		browser.say(request(1));
		await browser.next('replyDone');
		await freed();
		expect(await moved()).toEqual({
			worker_vllm_sessions_total: 1,
			worker_vllm_sent_words_total: 4,
			worker_vllm_recv_words_total: 2,
			worker_vllm_request_length_count: 1,
			worker_vllm_reply_length_count: 1,
			worker_vllm_ttft_count: 1,
			worker_vllm_gen_duration_count: 1,
			worker_tts_sessions_total: 1,
			worker_tts_sent_frames_total: 2,
			worker_tts_recv_frames_total: 3,
			worker_tts_recv_words_total: 2,
			worker_tts_ping_time_count: 1,
			worker_tts_find_time_count: 1,
			worker_tts_ttft_count: 1,
			worker_tts_gen_duration_count: 1,
			'parley_replies_total{outcome="complete"}': 1
		});
	});

	it('holds its slots while it lasts, and lets go of them with its browser', async () => {
		const { browser, metrics, tts } = await house(silent);
		browser.say(request(1));
		const active = async (): Promise<(number | undefined)[]> => {
			const readings = await read(metrics);
			return ['worker_tts_active_sessions', 'worker_vllm_active_sessions', 'worker_active_sessions'].map((name) =>
				readings.get(name)
			);
		};
		await expect.poll(active).toEqual([1, 1, 1]);
		browser.vanish();
		await Promise.all(tts.clients.map((client) => client.gone));
		await expect.poll(active).toEqual([0, 0, 0]);
	});

	it('that is cancelled is an interruption of whatever was not over', async () => {
		const { browser, moved } = await house((response) => stream(response).write(said('Good day. ')));
		browser.say(request(1));
		await browser.next('replyText');
		browser.say({ type: 'cancel', reply: 1 });
		expect(await moved()).toMatchObject({
			'parley_replies_total{outcome="cancelled"}': 1,
			worker_tts_interrupt_total: 1,
			worker_vllm_interrupt_total: 1
		});
	});

	it('that was never meant interrupts nobody', async () => {
		const { browser, moved } = await house(silent);
		browser.say(request(1, { speculative: true }));
		browser.say({ type: 'cancel', reply: 1 });
		const changed = await moved();
		expect(changed).toMatchObject({ 'parley_replies_total{outcome="dropped"}': 1 });
		expect(Object.keys(changed).filter((name) => name.includes('interrupt'))).toEqual([]);
	});

	it('whose LLM fails says which way', async () => {
		const { browser, moved } = await house((response) => response.writeHead(401).end());
		browser.say(request(1));
		await browser.next('replyDone');
		expect(await moved()).toMatchObject({
			'parley_leg_failures_total{leg="llm",stage="connecting",code="unauthorized_upstream"}': 1,
			'parley_problems_total{fault="llm",code="unauthorized_upstream"}': 1,
			'parley_replies_total{outcome="failed"}': 1,
			worker_vllm_hard_errors_total: 1
		});
	});

	it('whose TTS is full counts each try, one miss, and no hard one', async () => {
		const { browser, moved } = await house(twoWords, (client) => {
			client.send({ type: 'Error', message: 'no free channels' });
			client.socket.close();
		});
		browser.say(request(1));
		await browser.next('replyDone');
		const changed = await moved();
		const tries = changed['parley_leg_failures_total{leg="tts",stage="connecting",code="at_capacity"}'] ?? 0;
		expect(tries).toBeGreaterThan(1);
		expect(changed).toMatchObject({
			'parley_leg_retries_total{leg="tts"}': tries - 1,
			worker_tts_ping_time_count: tries,
			worker_tts_misses_total: 1,
			worker_service_misses_total: 1
		});
		expect(changed).not.toHaveProperty('worker_hard_service_misses_total');
	});
});

describe('listening', () => {
	async function ears(open: (client: MoshiClient) => void): Promise<Watched> {
		const stt = await serveMoshi(open);
		closers.push(() => stt.close());
		return house(twoWords, parrot, { stt: stt.url });
	}

	it('counts pages, steps, words and the time to the first step', async () => {
		const { browser, moved } = await ears((client) => {
			client.send(READY);
			client.socket.on('message', () => {
				if (client.received.length === 3) client.send(step(1), { type: 'Word', text: 'hello', start_time: 0 });
			});
		});
		const { head, page } = opusStream();
		browser.say({ type: 'listen', stream: 1, head });
		await browser.next('listening');
		for (let i = 0; i < 2; i++) browser.say({ type: 'audio', page: page() });
		await browser.next('word');
		expect(await moved()).toMatchObject({
			worker_stt_sessions_total: 1,
			worker_stt_active_sessions: 1,
			worker_stt_sent_frames_total: 2,
			worker_stt_recv_frames_total: 1,
			worker_stt_recv_words_total: 1,
			worker_stt_ttft_count: 1
		});
		browser.vanish();
		expect(await moved()).toMatchObject({
			worker_stt_session_duration_count: 1,
			worker_stt_audio_duration_count: 1,
			worker_stt_num_words_count: 1,
			worker_active_sessions: -1,
			worker_session_duration_count: 1
		});
	});

	it('to a server that is lost is a failure of an open leg, not a miss', async () => {
		const { browser, moved } = await ears((client) => {
			client.send(READY);
			client.socket.on('message', () => client.socket.terminate());
		});
		browser.say({ type: 'listen', stream: 1, head: opusStream().head });
		await expect
			.poll(async () => (await moved())['parley_leg_failures_total{leg="stt",stage="open",code="lost"}'] ?? 0)
			.toBeGreaterThan(0);
		expect(await moved()).not.toHaveProperty('worker_stt_misses_total');
	});

	it('of a browser that has listened on an earlier connection is a reconnect', async () => {
		const { browser, moved } = await house();
		browser.say({ type: 'listen', stream: 7, head: opusStream().head });
		browser.say({ type: 'listen', stream: 8, head: opusStream().head });
		expect(await moved()).toMatchObject({ parley_reconnects_total: 1 });
	});
});

describe('what browsers report', () => {
	it('becomes histograms in seconds', async () => {
		const { browser, metrics, moved } = await house();
		browser.say({
			type: 'report',
			pauseDecidedMs: 300,
			firstTokenMs: 400,
			firstPageMs: 700,
			firstHeardMs: 800,
			heardLatencyMs: 500,
			bufferedMs: 160,
			gaps: 2
		});
		expect(await moved()).toEqual({
			'parley_turn_phase_seconds_count{phase="pause_decided"}': 1,
			'parley_turn_phase_seconds_count{phase="first_token"}': 1,
			'parley_turn_phase_seconds_count{phase="first_page"}': 1,
			'parley_turn_phase_seconds_count{phase="first_heard"}': 1,
			parley_heard_latency_seconds_count: 1,
			parley_playout_buffered_seconds_count: 1,
			parley_playout_gaps_count: 1
		});
		expect((await read(metrics)).get('parley_heard_latency_seconds_sum')).toBe(0.5);
	});

	it('spoils no sum where it cannot be', async () => {
		const { browser, metrics, moved } = await house();
		browser.say({ type: 'report', heardLatencyMs: 1e300, bufferedMs: Infinity, gaps: Number.MAX_SAFE_INTEGER });
		expect(await moved()).toEqual({ parley_playout_gaps_count: 1 });
		expect((await read(metrics)).get('parley_playout_gaps_sum')).toBe(1000);
	});
});

describe('a session that the relay does not want', () => {
	it('is counted by the reason it was turned away for', async () => {
		const metrics = metricsOf();
		const { deps } = testDeps({ watch: metrics, limits: { sessions: 1 } });
		const sessions = createSessions(deps);
		const first = new TestBrowser(sessions);
		closers.push(() => first.vanish());
		first.hello();
		await first.next('welcome');
		new TestBrowser(sessions);
		const readings = await read(metrics);
		expect(readings.get('parley_refused_total{code="too_many_sessions"}')).toBe(1);
		expect(readings.get('worker_sessions_total')).toBe(1);
	});

	it.each([
		[
			'too_slow',
			(browser: TestBrowser) => (
				(browser.full = true),
				browser.say({ type: 'cancel', reply: 0 }),
				browser.say(request(1, { written: true, begin: 'Yes.' }))
			)
		],
		['bad_message', (browser: TestBrowser) => browser.raw(Uint8Array.of(0xc1))]
	] as const)('is counted by the reason it was closed for: %s', async (code, misbehave) => {
		const { browser, moved } = await house();
		misbehave(browser);
		await browser.closed();
		expect(await moved()).toMatchObject({
			[`parley_relay_closes_total{code="${code}"}`]: 1,
			worker_force_disconnects_total: 1,
			worker_active_sessions: -1
		});
	});
});

describe('the catalogue', () => {
	it('has nothing that no event can move', async () => {
		const metrics = metricsOf();
		const buffered = { bytes: 0 };
		const before = await read(metrics);
		const watcher = metrics.session({ id: 's', address: '', bufferedBytes: () => buffered.bytes });
		buffered.bytes = 5;
		const { head, page } = opusStream();
		const frame = encodeMoshi(step(1));
		watcher.heard({ type: 'listen', stream: 2, head }, 1);
		for (const event of everything()) watcher.leg(event);
		for (let i = 0; i < 12; i++) watcher.heard({ type: 'audio', page: page() }, 1);
		watcher.sentFrame('step', wrapStep(frame));
		watcher.sent({ type: 'word', text: 'a', startS: 0 }, 1);
		watcher.heard(request(1), 1);
		watcher.leg({ what: 'ready', service: 'llm', leg: 3 });
		watcher.leg({ what: 'say', service: 'tts' });
		watcher.sent({ type: 'replyWord', reply: 1, text: 'a' }, 1);
		watcher.sentFrame('replyAudio', withBin(replyAudioHead(1), encodeMoshi({ type: 'OggOpus', data: page() })));
		watcher.sent({ type: 'replyText', reply: 1, text: 'a', startS: 0, stopS: 1 }, 1);
		watcher.sent({ type: 'replyDone', reply: 1, outcome: 'cancelled' }, 1);
		for (const fault of ['stt', 'tts'] as const) {
			watcher.leg({ what: 'connecting', service: fault, leg: 10, instance: 'it-1' });
			watcher.leg({ what: 'failed', service: fault, leg: 10, code: 'refused' });
			watcher.leg({ what: 'connecting', service: fault, leg: 11, instance: 'it-2' });
			watcher.leg({ what: 'failed', service: fault, leg: 11, code: 'at_capacity' });
			watcher.sent({ type: 'problem', ...problem(fault, 'at_capacity') }, 1);
		}
		watcher.sent({ type: 'replyDone', reply: 2, outcome: 'failed' }, 1);
		watcher.heard({ type: 'report', heardLatencyMs: 1, bufferedMs: 1, gaps: 1, firstHeardMs: 1 }, 1);
		metrics.refused('draining');
		metrics.health(true);
		metrics.cacheError('unavailable');
		metrics.recordings(1);
		metrics.recordingError();
		metrics.kiosks = () => [['lobby', 12.5]];
		const during = await read(metrics);
		watcher.leg({ what: 'failed', service: 'llm', leg: 3, code: 'lost' });
		watcher.closing('internal');
		for (const leg of [1, 2]) watcher.leg({ what: 'ended', service: leg === 1 ? 'stt' : 'tts', leg });
		watcher.closed(1011);
		const after = await read(metrics);
		const hasMoved = (name: string): boolean =>
			[...after].some(([key, value]) => {
				const isOurs = key === name || key.startsWith(`${name}{`) || key.startsWith(`${name}_count`);
				return isOurs && (value !== (before.get(key) ?? 0) || during.get(key) !== (before.get(key) ?? 0));
			});
		const names = [COUNTERS, GAUGES, HISTOGRAMS, SUMMARIES].flatMap((rows) => Object.keys(rows));
		const still = names.filter((name) => !hasMoved(name));
		// Moves with time; see loop-delay.test.ts.
		expect(still).toEqual(['parley_event_loop_delay_seconds']);
		for (const gauge of [
			'worker_active_sessions',
			'worker_stt_active_sessions',
			'worker_tts_active_sessions',
			'worker_vllm_active_sessions',
			'parley_buffered_bytes'
		])
			expect(after.get(gauge), gauge).toBe(0);
	});
});

function everything(): readonly LegEvent[] {
	const connecting = SERVICES.map(
		(service, at) => ({ what: 'connecting', service, leg: [1, 3, 2][at] ?? 0, instance: 'it-1' }) as const
	);
	return [
		...connecting,
		{ what: 'ready', service: 'stt', leg: 1 },
		{ what: 'ready', service: 'tts', leg: 2 },
		{ what: 'failover', service: 'tts' },
		{ what: 'hedge', service: 'llm' }
	];
}
