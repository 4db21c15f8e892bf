import { createServer, type RequestListener, type Server } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { createHealth } from './health.ts';
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
			stt: { url: ws(url), apiKey: 's' },
			tts: { url: ws(url), apiKey: 't' },
			llm: { url: `${url}/v1`, apiKey: 'l' }
		}).check();
		expect(report).toEqual({
			...{ ok: true, stt_up: true, tts_up: true, llm_up: true, voice_cloning_up: false },
			latency_ms: { stt: expect.any(Number), tts: expect.any(Number), llm: expect.any(Number) }
		});
		expect(asked.sort()).toEqual(['/api/build_info s', '/api/build_info t', '/v1/models Bearer l']);
	});

	it('tells which one is down: refused, unauthorised, or never answering', async () => {
		const never = await serve(() => undefined);
		const unauthorised = await serve((_request, response) => response.writeHead(401).end());
		const targets = {
			stt: { url: ws(await nobody()), apiKey: '' },
			tts: { url: ws(never), apiKey: '' },
			llm: { url: unauthorised, apiKey: '' }
		};
		const report = await createHealth(targets, { timeoutMs: 50 }).check();
		expect(report).toMatchObject({
			ok: false,
			stt_up: false,
			tts_up: false,
			llm_up: false,
			latency_ms: { stt: null, tts: null, llm: null }
		});
	});

	it('takes a redirect for no answer, and carries no key to where it leads', async () => {
		const keys: unknown[] = [];
		const elsewhere = await serve((request, response) => {
			keys.push(request.headers['kyutai-api-key']);
			response.end('{}');
		});
		const moved = await serve((_request, response) => response.writeHead(307, { location: elsewhere }).end());
		const one = { url: moved, apiKey: 'secret' };
		expect(await createHealth({ stt: one, tts: one, llm: one }).check()).toMatchObject({ ok: false, stt_up: false });
		await expect(onlyModel(moved, 'secret')).rejects.toThrow(/status 307/);
		expect(keys).toEqual([]);
	});

	it('does not wait for a body without end, nor take a wrong address for the end of the world', async () => {
		const endless = await serve((_request, response) => void response.write('x'));
		const targets = {
			stt: { url: ws(endless), apiKey: '' },
			tts: { url: 'nonsense', apiKey: '' },
			llm: { url: endless, apiKey: '' }
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
		const one = { url, apiKey: '' };
		const health = createHealth({ stt: one, tts: one, llm: one }, { nowMs: () => now });
		const reports = await Promise.all(Array.from({ length: 20 }, () => health.check()));
		expect(new Set(reports).size).toBe(1);
		now += 499;
		await health.check();
		expect(asked).toBe(3);
		now += 1;
		await health.check();
		expect(asked).toBe(6);
	});
});

describe('the only model', () => {
	const listing = (...ids: string[]): Promise<string> =>
		serve((_request, response) =>
			response.end(JSON.stringify({ object: 'list', data: ids.map((id) => ({ id, object: 'model' })) }))
		);

	it('is the one that the server lists', async () => {
		expect(await onlyModel(await listing('gemma'), '')).toEqual({ id: 'gemma', contextTokens: null });
		expect(await onlyModel(`${await listing('gemma')}/v1`, 'key')).toMatchObject({ id: 'gemma' });
	});

	it('is not guessed where there are several, or none', async () => {
		await expect(onlyModel(await listing('a', 'b'), '')).rejects.toThrow(
			/lists 2 models. Set LLM_MODEL to one of them: a, b$/
		);
		await expect(onlyModel(await listing(), '')).rejects.toThrow(/lists no model/);
	});

	it.each([
		['a wrong key', 401, '', /LLM_API_KEY/],
		['another server', 404, '', /status 404/],
		['something that is no list', 200, '<html>', /no list of models/],
		['a list of something else', 200, '{"data":[{"name":1}]}', /no list of models/]
	])('is explained away for %s', async (_name, status, body, expected) => {
		const url = await serve((_request, response) => response.writeHead(status).end(body));
		await expect(onlyModel(url, 'secret-key')).rejects.toThrow(expected);
		await expect(onlyModel(url, 'secret-key')).rejects.not.toThrow(/secret-key/);
	});

	it('comes with the size of its context, where the server tells a sane one', async () => {
		const told = (max_model_len: unknown): Promise<string> =>
			serve((_request, response) => response.end(JSON.stringify({ data: [{ id: 'gemma', max_model_len }] })));
		expect(await onlyModel(await told(8192), '')).toEqual({ id: 'gemma', contextTokens: 8192 });
		for (const odd of [null, 0, -1, 1.5, 1e300])
			expect((await onlyModel(await told(odd), '')).contextTokens).toBe(null);
		expect(await contextOf(await told(8192), '', 'gemma')).toBe(8192);
	});

	it('need not be the only one, nor there, for its context to be asked for', async () => {
		expect(await contextOf(await listing('a', 'b'), '', 'b')).toBe(null);
		expect(await contextOf(await listing('a'), '', 'c')).toBe(null);
		expect(await contextOf(await nobody(), '', 'a')).toBe(null);
		expect(await contextOf(await serve((_request, response) => response.end('<html>')), '', 'a')).toBe(null);
		expect(await contextOf(await serve(() => undefined), '', 'a', 50)).toBe(null);
	});

	it('is not waited for without end', async () => {
		await expect(onlyModel(await serve(() => undefined), '', 50)).rejects.toThrow(/nothing answers .*in time/);
		await expect(onlyModel(await nobody(), '')).rejects.toThrow(/nothing answers .*nothing listens/);
	});
});
