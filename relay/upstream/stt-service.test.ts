import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import type { Instance } from '../discovery/instance.ts';
import { createService } from '../discovery/service.ts';
import { UpstreamError } from './failure.ts';
import { findStt, type SttServiceOptions } from './stt-service.ts';
import type { SttLeg } from './stt.ts';
import { serveMoshi, type MoshiServer } from './testing/moshi-server.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
	await Promise.all(closing.splice(0).map((close) => close()));
});

async function serve(...script: Parameters<typeof serveMoshi>): Promise<MoshiServer> {
	const server = await serveMoshi(...script);
	closing.push(() => server.close());
	return server;
}
/** Listens, and does with a connection what the test says. */
async function listen(server: Server): Promise<number> {
	const sockets = new Set<Socket>();
	server.on('connection', (socket: Socket) => {
		sockets.add(socket);
		socket.on('error', () => undefined);
	});
	closing.push(() => {
		for (const socket of sockets) socket.destroy();
		server.close();
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const address = server.address();
	return typeof address === 'object' && address !== null ? address.port : 0;
}

const ready: Parameters<typeof serveMoshi>[0] = (client) => client.send({ type: 'Ready' });
const here = (url: string): Instance => ({ url, address: '127.0.0.1' });
const portOf = (server: MoshiServer): string => new URL(server.url).port;

interface Search {
	readonly leg: Promise<SttLeg>;
	readonly told: string[];
	readonly seen: string[];
	readonly controller: AbortController;
}
/** Instances in this order. */
function search(instances: readonly Instance[], options: Partial<SttServiceOptions> = {}): Search {
	const told: string[] = [];
	const seen: string[] = [];
	const controller = new AbortController();
	closing.push(() => controller.abort());
	const service = createService({ name: 'stt', instances: () => Promise.resolve(instances), random: () => 0 });
	const watched = {
		...service,
		failed: (instance: Instance, cause: UpstreamError) =>
			void told.push(`${instances.indexOf(instance)} ${cause.code}`),
		succeeded: (instance: Instance) => void told.push(`${instances.indexOf(instance)} well`)
	};
	const see: SttServiceOptions['see'] = () => ({
		ready: () => seen.push('ready'),
		failed: (code) => seen.push(code),
		ended: () => seen.push('ended')
	});
	const leg = findStt(
		{ service: watched, apiKey: 'key' },
		{ signal: controller.signal, timeoutMs: 5000, see, ...options }
	);
	return { leg, told, seen, controller };
}

describe('the search for ears', () => {
	it('connects to the address of an instance, and asks for it by its name', async () => {
		const server = await serve(ready);
		await search([here(`ws://a.name.that.nobody.has:${portOf(server)}/base`)]).leg;
		const { headers, url } = server.clients[0]!.request;
		expect([headers.host, url]).toEqual([`a.name.that.nobody.has:${portOf(server)}`, '/base/api/asr-streaming']);
	});

	it('names it in TLS too', async () => {
		const names: string[] = [];
		const port = await listen(
			createTlsServer({
				SNICallback(name, answer) {
					names.push(name);
					answer(new Error('no certificate here'));
				}
			})
		);
		const { leg } = search([here(`wss://a.name.that.nobody.has:${port}`)]);
		await expect(leg).rejects.toBeInstanceOf(UpstreamError);
		expect(names).toEqual(['a.name.that.nobody.has']);
	});

	it('goes on where an instance takes the connection and says nothing, and counts that as a failure', async () => {
		const mute = await listen(createServer());
		const good = await serve(ready);
		const instances = [here(`ws://127.0.0.1:${mute}`), here(good.url)];
		const { leg, told, seen } = search(instances, { find: { timeoutMs: 50 } });
		await leg;
		expect(told).toEqual(['0 timed_out', '1 well']);
		expect(seen).toEqual(['timed_out', 'ready']);
	});

	it('lets TLS take its time once the connection is there: it needs several round trips', async () => {
		const mute = await listen(createServer());
		const { leg, told } = search([here(`wss://127.0.0.1:${mute}`)], { find: { timeoutMs: 40 }, timeoutMs: 120 });
		await expect(leg).rejects.toMatchObject({ code: 'timed_out', message: 'not ready in time' });
		expect(told).toEqual(['0 timed_out']);
	});

	it('goes on where one is full, and where one asks for another key', async () => {
		const full = await serve((client) => client.send({ type: 'Error', message: 'no free channels' }));
		const locked = await serve(ready, () => 401);
		const good = await serve(ready);
		const { leg, told } = search([full, locked, good].map(({ url }) => here(url)));
		await leg;
		expect(told).toEqual(['0 at_capacity', '1 unauthorized_upstream', '2 well']);
	});

	it('waits for a slot for longer than for a connection, and not for ever', async () => {
		const late = await serve((client) => void setTimeout(() => ready(client, 1), 80));
		const options = { find: { timeoutMs: 40 } };
		await search([here(late.url)], options).leg;
		const never = await serve(() => undefined);
		const { leg, told } = search([here(never.url)], { ...options, timeoutMs: 80 });
		await expect(leg).rejects.toMatchObject({ code: 'timed_out', message: 'not ready in time' });
		expect(told).toEqual(['0 timed_out']);
	});

	it('tells the service when its instance fails later, and not when we leave', async () => {
		const server = await serve(ready);
		const { leg, told } = search([here(server.url)]);
		const ended = leg.then(
			(its) =>
				new Promise<UpstreamError>((resolve) =>
					its.start({
						...{ step: () => undefined, word: () => undefined, endWord: () => undefined, marker: () => undefined },
						ended: resolve
					})
				)
		);
		await leg;
		server.clients[0]!.socket.terminate();
		expect((await ended).code).toBe('lost');
		expect(told).toEqual(['0 well', '0 lost']);
		const other = search([here(server.url)]);
		await other.leg;
		other.controller.abort();
		expect(await server.clients[1]!.gone).toBe(1000);
		expect(other.told).toEqual(['0 well']);
	});
});
