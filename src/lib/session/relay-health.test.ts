import { describe, expect, it } from 'vitest';
import { askBuild, askHealth, readBuild, readHealth } from './relay-health.ts';

const UNMUTE = { ok: true, stt_up: true, llm_up: false, tts_up: true, voice_cloning_up: false };
const PARLEY = {
	...UNMUTE,
	latency_ms: { stt: 1.5, llm: null, tts: 2, voice_cloning: null },
	instances: { stt: { up: 1, of: 2 }, llm: { up: 0, of: 1 }, tts: { up: 1, of: 1 }, voice_cloning: { up: 0, of: 0 } },
	free_slots: { stt: 7, tts: null }
};

describe('what a relay tells of its health', () => {
	it('is understood from Parley', () => {
		expect(readHealth(PARLEY)).toEqual({
			stt: { state: 'up', latencyMs: 1.5, instances: { up: 1, of: 2 }, freeSlots: 7 },
			llm: { state: 'down', latencyMs: null, instances: { up: 0, of: 1 }, freeSlots: null },
			tts: { state: 'up', latencyMs: 2, instances: { up: 1, of: 1 }, freeSlots: null },
			voice_cloning: { state: 'none', latencyMs: null, instances: { up: 0, of: 0 }, freeSlots: null }
		});
	});

	it('is understood from Unmute’s backend, which tells less', () => {
		const health = readHealth(UNMUTE);
		expect(health?.llm).toEqual({ state: 'down', latencyMs: null, instances: null, freeSlots: null });
		expect(health?.voice_cloning.state).toBe('none');
	});

	it('calls voice cloning away only where there is a server for it', () => {
		const instances = { ...PARLEY.instances, voice_cloning: { up: 0, of: 1 } };
		expect(readHealth({ ...PARLEY, instances })?.voice_cloning.state).toBe('down');
	});

	it.each([
		null,
		[],
		'ok',
		{},
		{ ...UNMUTE, stt_up: 'yes' },
		{ ...PARLEY, latency_ms: { ...PARLEY.latency_ms, stt: -1 } },
		{ ...PARLEY, latency_ms: { ...PARLEY.latency_ms, stt: Infinity } },
		{ ...PARLEY, free_slots: { stt: 1.5, tts: 0 } },
		{ ...PARLEY, instances: 'all' }
	])('is not believed where it does not fit: %j', (answer) => {
		expect(readHealth(answer)).toBeNull();
	});
});

describe('a relay’s build', () => {
	const build = { name: 'parley', version: '0.1.0', transport: 'node', node: 'v24.0.0', sessions: 3 };
	it('is taken as it is told, without what nobody asked for', () => {
		expect(readBuild(build)).toEqual({ name: 'parley', version: '0.1.0', transport: 'node', node: 'v24.0.0' });
	});
	it('is bounded', () => {
		expect(readBuild({ ...build, version: 'x'.repeat(101) })).toBeNull();
		expect(readBuild({ ...build, version: 1 })).toBeNull();
	});
});

describe('asking', () => {
	const saying =
		(body: string, status = 200): typeof fetch =>
		() =>
			Promise.resolve(new Response(body, { status }));
	it('says how long the answer took', async () => {
		const answer = await askHealth('/v1/health', undefined, saying(JSON.stringify(PARLEY)));
		expect(answer?.told.stt.freeSlots).toBe(7);
		expect(answer?.tookMs).toBeGreaterThanOrEqual(0);
	});
	it('is answered by null where nobody answers, or not so', async () => {
		const away: typeof fetch = () => Promise.reject(new TypeError('Failed to fetch'));
		for (const ask of [away, saying('<html>'), saying('{}'), saying(JSON.stringify(PARLEY), 503)]) {
			expect(await askHealth('/v1/health', undefined, ask)).toBeNull();
			expect(await askBuild('/v1/build', undefined, ask)).toBeNull();
		}
	});
	it('brings no cookie and takes nothing from a cache', async () => {
		let seen: RequestInit | undefined;
		await askBuild('/v1/build', undefined, (_, init) => {
			seen = init;
			return Promise.resolve(new Response('{}'));
		});
		expect(seen).toMatchObject({ cache: 'no-store', credentials: 'omit' });
	});
});
