import { createServer, type RequestListener, type Server } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import type { Instance } from './discovery/instance.ts';
import { fixedService, type Service } from './discovery/service.ts';
import { MOST_ASKED, createHealth, type HealthTarget } from './health.ts';
import { UpstreamError } from './upstream/failure.ts';
import { contextOf, onlyModel } from './model.ts';

const servers: Server[] = [];
afterEach(() => {
	for (const server of servers.splice(0)) {
		server.close();
		server.closeAllConnections();
	}
});

async function serve(listener: RequestListener): Promise<string> {
	const server = createServer(listener);
	servers.push(server);
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const address = server.address();
	return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
}
const target = (url: string, apiKey: string): HealthTarget => ({ service: fixedService('stt', url), apiKey });
const at = (url: string): Service => fixedService('llm', url);
const ws = (url: string): string => url.replace('http', 'ws');
/** A port where nobody listens: it was somebody's a moment ago. */
async function nobody(): Promise<string> {
	const url = await serve(() => undefined);
	servers.pop()?.close();
	return url;
}

describe('health', () => {
	it('asks each server its own question, with its key, and says how long it took', async () => {
		const asked: string[] = [];
		const url = await serve((request, response) => {
			asked.push(`${request.url} ${request.headers['kyutai-api-key'] ?? ''}${request.headers.authorization ?? ''}`);
			response.end('{}');
		});
		const report = await createHealth({
			stt: target(ws(url), 's'),
			tts: target(ws(url), 't'),
			llm: target(`${url}/v1`, 'l'),
			voice: target(url, 'v')
		}).check();
		const ms: unknown = expect.any(Number);
		expect(report).toEqual({
			...{ ok: true, stt_up: true, tts_up: true, llm_up: true, voice_cloning_up: true },
			latency_ms: { stt: ms, tts: ms, llm: ms, voice_cloning: ms },
			instances: Object.fromEntries(['stt', 'tts', 'llm', 'voice_cloning'].map((name) => [name, { up: 1, of: 1 }])),
			free_slots: { stt: null, tts: null }
		});
		expect(asked.sort()).toEqual([
			...['/api/build_info s', '/api/build_info t', '/api/build_info v'],
			...['/api/modules_info s', '/api/modules_info t', '/v1/models Bearer l']
		]);
	});

	it('tells which one is down: refused, unauthorised, or never answering', async () => {
		const never = await serve(() => undefined);
		const unauthorised = await serve((_request, response) => response.writeHead(401).end());
		const targets = {
			stt: target(ws(await nobody()), ''),
			tts: target(ws(never), ''),
			llm: target(unauthorised, '')
		};
		const report = await createHealth(targets, { timeoutMs: 50 }).check();
		expect(report).toMatchObject({
			ok: false,
			stt_up: false,
			tts_up: false,
			llm_up: false,
			latency_ms: { stt: null, tts: null, llm: null, voice_cloning: null },
			instances: { stt: { up: 0, of: 1 }, voice_cloning: { up: 0, of: 0 } }
		});
	});

	it('takes a redirect for no answer, and carries no key to where it leads', async () => {
		const keys: unknown[] = [];
		const elsewhere = await serve((request, response) => {
			keys.push(request.headers['kyutai-api-key']);
			response.end('{}');
		});
		const moved = await serve((_request, response) => response.writeHead(307, { location: elsewhere }).end());
		const one = target(moved, 'secret');
		expect(await createHealth({ stt: one, tts: one, llm: one }).check()).toMatchObject({ ok: false, stt_up: false });
		await expect(onlyModel(at(moved), 'secret')).rejects.toThrow(/status 307/);
		expect(keys).toEqual([]);
	});

	it('does not wait for a body without end, nor take a wrong address for the end of the world', async () => {
		const endless = await serve((_request, response) => void response.write('x'));
		const targets = {
			stt: target(ws(endless), ''),
			tts: target('nonsense', ''),
			llm: target(endless, '')
		};
		expect(await createHealth(targets, { timeoutMs: 2000 }).check()).toMatchObject({
			ok: false,
			stt_up: true,
			tts_up: false,
			llm_up: true
		});
	});

	it('asks once for everybody who asks at the same time, and not again within half a second', async () => {
		let asked = 0;
		let now = 1000;
		const url = await serve((_request, response) => {
			asked++;
			response.end();
		});
		const one = target(url, '');
		const health = createHealth({ stt: one, tts: one, llm: one }, { nowMs: () => now });
		const reports = await Promise.all(Array.from({ length: 20 }, () => health.check()));
		expect(new Set(reports).size).toBe(1);
		now += 499;
		await health.check();
		expect(asked).toBe(5);
		now += 1;
		await health.check();
		expect(asked).toBe(10);
	});
});

describe('the health of a service of several instances', () => {
	const several = (...urls: readonly string[]): HealthTarget => ({
		service: { instances: () => Promise.resolve(urls.map((url): Instance => ({ url, address: null }))) },
		apiKey: ''
	});
	const slots = (used: string, total: string): RequestListener => {
		const modules = [{ path: '/api/asr-streaming', used_slots: used, total_slots: total }];
		return (request, response) => response.end(request.url === '/api/modules_info' ? JSON.stringify(modules) : '{}');
	};

	it('is up while any of them answers, with the free slots of all that tell', async () => {
		const stt = several(await serve(slots('1', '8')), await nobody(), await serve(slots('7', '8')));
		const none = several(await nobody(), await nobody());
		const report = await createHealth({ stt, tts: none, llm: stt }).check();
		expect(report).toMatchObject({
			...{ ok: false, stt_up: true, tts_up: false, llm_up: true },
			instances: { stt: { up: 2, of: 3 }, tts: { up: 0, of: 2 } },
			free_slots: { stt: 8, tts: null }
		});
	});

	it('is down, and no error, where they cannot be found', async () => {
		const lost: HealthTarget = {
			service: { instances: () => Promise.reject(new UpstreamError('unresolved', 'gone')) },
			apiKey: ''
		};
		expect(await createHealth({ stt: lost, tts: lost, llm: lost }).check()).toMatchObject({
			ok: false,
			instances: { stt: { up: 0, of: 0 } }
		});
	});

	it('asks a bounded number of them', async () => {
		let asked = 0;
		const url = await serve((_request, response) => {
			asked++;
			response.end();
		});
		const many = several(...Array.from({ length: 100 }, () => url));
		const none = several();
		await createHealth({ stt: none, tts: none, llm: many }).check();
		expect(asked).toBe(MOST_ASKED);
	});
});

describe('the only model', () => {
	const listing = (...ids: string[]): Promise<string> =>
		serve((_request, response) =>
			response.end(JSON.stringify({ object: 'list', data: ids.map((id) => ({ id, object: 'model' })) }))
		);

	it('is the one that the server lists', async () => {
		expect(await onlyModel(at(await listing('gemma')), '')).toEqual({ id: 'gemma', contextTokens: null });
		expect(await onlyModel(at(`${await listing('gemma')}/v1`), 'key')).toMatchObject({ id: 'gemma' });
	});

	it('is that of the first server that answers, of several', async () => {
		const url = await listing('gemma');
		const urls = [await nobody(), await serve((_request, response) => response.writeHead(503).end()), url];
		const several = { instances: () => Promise.resolve(urls.map((it): Instance => ({ url: it, address: null }))) };
		expect(await onlyModel(several, '')).toMatchObject({ id: 'gemma' });
		urls.pop();
		await expect(onlyModel(several, '')).rejects.toThrow(/nothing listens/);
		urls.splice(0);
		await expect(onlyModel(several, '')).rejects.toThrow(/no server is known/);
	});

	it('is not guessed where there are several, or none', async () => {
		await expect(onlyModel(at(await listing('a', 'b')), '')).rejects.toThrow(
			/lists 2 models. Set LLM_MODEL to one of them: a, b$/
		);
		await expect(onlyModel(at(await listing()), '')).rejects.toThrow(/lists no model/);
	});

	it.each([
		['a wrong key', 401, '', /LLM_API_KEY/],
		['another server', 404, '', /status 404/],
		['something that is no list', 200, '<html>', /no list of models/],
		['a list of something else', 200, '{"data":[{"name":1}]}', /no list of models/]
	])('is explained away for %s', async (_name, status, body, expected) => {
		const url = await serve((_request, response) => response.writeHead(status).end(body));
		await expect(onlyModel(at(url), 'secret-key')).rejects.toThrow(expected);
		await expect(onlyModel(at(url), 'secret-key')).rejects.not.toThrow(/secret-key/);
	});

	it('comes with the size of its context, where the server tells a sane one', async () => {
		const told = (max_model_len: unknown): Promise<string> =>
			serve((_request, response) => response.end(JSON.stringify({ data: [{ id: 'gemma', max_model_len }] })));
		expect(await onlyModel(at(await told(8192)), '')).toEqual({ id: 'gemma', contextTokens: 8192 });
		for (const odd of [null, 0, -1, 1.5, 1e300])
			expect((await onlyModel(at(await told(odd)), '')).contextTokens).toBe(null);
		expect(await contextOf(at(await told(8192)), '', 'gemma')).toBe(8192);
	});

	it('need not be the only one, nor there, for its context to be asked for', async () => {
		expect(await contextOf(at(await listing('a', 'b')), '', 'b')).toBe(null);
		expect(await contextOf(at(await listing('a')), '', 'c')).toBe(null);
		expect(await contextOf(at(await nobody()), '', 'a')).toBe(null);
		expect(await contextOf(at(await serve((_request, response) => response.end('<html>'))), '', 'a')).toBe(null);
		expect(await contextOf(at(await serve(() => undefined)), '', 'a', 50)).toBe(null);
	});

	it('is not waited for without end', async () => {
		await expect(onlyModel(at(await serve(() => undefined)), '', 50)).rejects.toThrow(/nothing answers .*in time/);
		await expect(onlyModel(at(await nobody()), '')).rejects.toThrow(/nothing answers .*nothing listens/);
	});
});
