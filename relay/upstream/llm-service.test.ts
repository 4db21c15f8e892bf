import { afterEach, describe, expect, it } from 'vitest';
import type { Instance } from '../discovery/instance.ts';
import { createService, type Service } from '../discovery/service.ts';
import { UpstreamError, type LegCode } from './failure.ts';
import type { ChatOptions } from './llm-service.ts';
import { LLM_LIMITS } from './llm.ts';
import { streamFromService } from './testing/chat-pieces.ts';
import { answer, finished, said, serveChat, type ChatScript, type ChatServer } from './testing/chat-server.ts';

const servers: { close(): unknown }[] = [];
afterEach(async () => {
	await Promise.all(servers.splice(0).map((server) => server.close()));
});
async function serve(script: ChatScript): Promise<ChatServer> {
	const server = await serveChat(script);
	servers.push(server);
	return server;
}
/** A port where nobody listens: it was somebody's a moment ago. */
async function nobody(): Promise<string> {
	const server = await serveChat(() => undefined);
	await server.close();
	return server.url;
}

const QUESTION = { messages: [{ role: 'user' as const, content: 'Hello.' }], temperature: 0.3 };
const failing =
	(status: number): ChatScript =>
	(response) =>
		response.writeHead(status).end();

interface Asked {
	readonly text: string;
	readonly code: LegCode | null;
	readonly failures: readonly string[];
}
/** A failover list, in this order. */
function serviceAt(...instances: readonly (string | Instance)[]): { service: Service; failures: string[] } {
	const failures: string[] = [];
	const all = instances.map((it): Instance => (typeof it === 'string' ? { url: it, address: '127.0.0.1' } : it));
	const service = createService({ name: 'llm', instances: () => Promise.resolve(all), choice: 'failover' });
	return {
		failures,
		service: {
			...service,
			failed(instance, cause) {
				failures.push(`${all.indexOf(instance)} ${cause.code}`);
				service.failed(instance, cause);
			}
		}
	};
}
async function ask(
	{ service, failures }: ReturnType<typeof serviceAt>,
	options: Partial<ChatOptions> = {}
): Promise<Asked> {
	const signal = new AbortController().signal;
	let text = '';
	let code: LegCode | null = null;
	try {
		for await (const piece of streamFromService({ service, apiKey: 'k', model: 'm' }, QUESTION, { signal, ...options }))
			text += piece;
	} catch (error) {
		if (!(error instanceof UpstreamError)) throw error;
		code = error.code;
	}
	return { text, code, failures };
}

describe('an answer of several servers', () => {
	it('comes from the first that can give one', async () => {
		const good = await serve((response) => answer(response, 'Well, ', 'hello.'));
		const list = serviceAt(await nobody(), (await serve(failing(503))).url, good.url);
		expect(await ask(list)).toEqual({ text: 'Well, hello.', code: null, failures: ['0 refused', '1 at_capacity'] });
		expect(await ask(list)).toMatchObject({ text: 'Well, hello.', failures: ['0 refused', '1 at_capacity'] });
	});

	it('that breaks off before its first word is asked elsewhere, and after it is not', async () => {
		const good = await serve((response) => answer(response, 'Hello.'));
		const cut = await serve((response) => {
			response.writeHead(200, { 'content-type': 'text/event-stream' });
			response.write(': thinking\n\n', () => response.destroy());
		});
		expect(await ask(serviceAt(cut.url, good.url))).toEqual({ text: 'Hello.', code: null, failures: ['0 lost'] });
		const half = await serve((response) => {
			response.writeHead(200, { 'content-type': 'text/event-stream' });
			response.write(said('Half'), () => setTimeout(() => response.destroy(), 20));
		});
		expect(await ask(serviceAt(half.url, good.url))).toEqual({ text: 'Half', code: 'lost', failures: ['0 lost'] });
	});

	it('is not asked for again where the conversation is too long, nor where the model has nothing to say', async () => {
		const asked: string[] = [];
		const good = await serve((response) => {
			asked.push('good');
			answer(response, 'Hello.');
		});
		const long = await serve((response) => response.writeHead(400).end('{"error":{"code":"context_length_exceeded"}}'));
		expect(await ask(serviceAt(long.url, good.url))).toMatchObject({ code: 'context_overflow', text: '' });
		const silent = await serve((response) => {
			response.writeHead(200, { 'content-type': 'text/event-stream' });
			response.end(finished);
		});
		expect(await ask(serviceAt(silent.url, good.url))).toEqual({ text: '', code: null, failures: [] });
		expect(asked).toEqual([]);
	});

	it('tells apart who is not there and who thinks for long', async () => {
		const slow = await serve((response) => void setTimeout(() => answer(response, 'Slowly.'), 120));
		expect(await ask(serviceAt(slow.url), { timeoutMs: 60 })).toMatchObject({ text: 'Slowly.', code: null });
		// Reserved for documentation: no packet sent there is ever answered.
		const gone = serviceAt({ url: 'http://far.example:4', address: '192.0.2.1' });
		expect((await ask(gone, { timeoutMs: 60 })).code).toMatch(/timed_out|refused/);
		const hangs = await serve(() => undefined);
		const limits = { ...LLM_LIMITS, firstTokenMs: 60 };
		expect(await ask(serviceAt(hangs.url), { limits })).toMatchObject({ code: 'timed_out', failures: ['0 timed_out'] });
	});

	it('ends silently when it is given up, and lets go of its connection', async () => {
		const controller = new AbortController();
		const hangs = await serve(() => setImmediate(() => controller.abort()));
		const list = serviceAt(hangs.url);
		expect(await ask(list, { signal: controller.signal })).toEqual({ text: '', code: null, failures: [] });
		await hangs.idle();
		const talks = await serve((response) => {
			response.writeHead(200, { 'content-type': 'text/event-stream' });
			response.write(said('One'));
		});
		const words = streamFromService({ ...serviceAt(talks.url), apiKey: '', model: '' }, QUESTION, {
			signal: new AbortController().signal
		});
		expect(await words.next()).toEqual({ done: false, value: 'One' });
		await words.return();
		await talks.idle();
	});

	it('is asked for at the instance’s address, under the name that the operator gave', async () => {
		let host: string | undefined;
		const server = await serve((response, _body, request) => {
			host = request.headers.host;
			answer(response, 'Hello.');
		});
		const { port } = new URL(server.url);
		const named = { url: `http://a.name.that.nobody.has:${port}/v1`, address: '127.0.0.1' };
		expect(await ask(serviceAt(named))).toMatchObject({ text: 'Hello.' });
		expect(host).toBe(`a.name.that.nobody.has:${port}`);
	});
});
