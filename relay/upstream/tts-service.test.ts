import { afterEach, describe, expect, it } from 'vitest';
import { fixedService } from '../discovery/service.ts';
import { backoffMs } from '../lifecycle/backoff.ts';
import { UpstreamError } from './failure.ts';
import { serveMoshi, type MoshiServer } from './testing/moshi-server.ts';
import { TTS_TRIES, findTts, type TtsServiceOptions } from './tts-service.ts';
import type { TtsLeg } from './tts.ts';

const servers: MoshiServer[] = [];
const controllers: AbortController[] = [];
afterEach(async () => {
	for (const controller of controllers.splice(0)) controller.abort();
	await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function serve(...script: Parameters<typeof serveMoshi>): Promise<MoshiServer> {
	const server = await serveMoshi(...script);
	servers.push(server);
	return server;
}

const quick = { ...TTS_TRIES, firstMs: 1 };
function find(server: MoshiServer, options: Partial<TtsServiceOptions> = {}): Promise<TtsLeg> {
	const controller = new AbortController();
	controllers.push(controller);
	const upstream = { service: fixedService('tts', server.url), apiKey: 'key' };
	return findTts(upstream, { voice: '', signal: controller.signal, timeoutMs: 5000, tries: quick, ...options });
}

describe('the search for a voice', () => {
	it.each([
		['full', (): null => null],
		['refused with 503', (attempt: number): number | null => (attempt < 4 ? 503 : null)]
	])('goes on while the server is %s, and says so', async (_name, refusal) => {
		const warnings: string[] = [];
		const server = await serve((client, number) => {
			if (number < 4 && server.attempts() < 4) client.send({ type: 'Error', message: 'no free channels' });
			else client.send({ type: 'Ready' });
		}, refusal);
		await find(server, { retrying: (number, cause) => warnings.push(`${number} ${cause.code}`) });
		expect(server.attempts()).toBe(4);
		expect(warnings).toEqual(['1 at_capacity', '2 at_capacity', '3 at_capacity']);
	});

	it('gives up after five tries, with the last reason', async () => {
		const server = await serve((client) => client.send({ type: 'Error', message: 'no free channels' }));
		await expect(find(server)).rejects.toMatchObject({ code: 'at_capacity' });
		expect(server.attempts()).toBe(5);
	});

	it.each([
		[401, 'unauthorized_upstream'],
		[404, 'not_found'],
		[500, 'protocol']
	])('does not go on after HTTP %i: it would be the same', async (status, code) => {
		const server = await serve(
			() => undefined,
			() => status
		);
		await expect(find(server)).rejects.toMatchObject({ code });
		expect(server.attempts()).toBe(1);
	});

	it('does not go on after a whole timeout', async () => {
		const server = await serve(() => undefined);
		await expect(find(server, { timeoutMs: 40 })).rejects.toMatchObject({ code: 'timed_out' });
		expect(server.attempts()).toBe(1);
	});

	it('stops waiting for the next try when it is aborted', async () => {
		const server = await serve((client) => client.send({ type: 'Error', message: 'no free channels' }));
		const controller = new AbortController();
		const tries = { ...TTS_TRIES, firstMs: 1_000_000, maxMs: 1_000_000 };
		const leg = find(server, { signal: controller.signal, tries });
		while (server.clients.length === 0) await new Promise(setImmediate);
		await server.clients[0]!.gone;
		controller.abort();
		await expect(leg).rejects.toBeInstanceOf(UpstreamError);
		expect(server.attempts()).toBe(1);
	});

	it('lets a leg go on past the time of a connection, and ends it with the signal', async () => {
		const server = await serve((client) => void setTimeout(() => client.send({ type: 'Ready' }), 60));
		const controller = new AbortController();
		const leg = await find(server, { signal: controller.signal, find: { timeoutMs: 40 } });
		expect(leg.isOpen).toBe(true);
		controller.abort();
		expect(await server.clients[0]!.gone).toBe(1000);
	});

	it('waits 50 ms, half as long again each time, and never more than a second, less what chance takes off', () => {
		const most = (number: number): number => backoffMs(number, TTS_TRIES, () => 0);
		expect([1, 2, 3, 4].map(most)).toEqual([50, 75, 112.5, 168.75]);
		expect(most(20)).toBe(1000);
		expect(backoffMs(1, TTS_TRIES, () => 1)).toBe(37.5);
	});
});
