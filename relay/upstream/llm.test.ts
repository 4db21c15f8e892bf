import { createServer } from 'node:net';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { ChatStream } from './chat-stream.ts';
import { UpstreamError } from './failure.ts';
import { LLM_LIMITS, type LlmEndpoint, type LlmLimits } from './llm.ts';
import { streamChat } from './testing/chat-pieces.ts';
import {
	DONE,
	answer,
	event,
	finished,
	said,
	serveChat,
	type ChatScript,
	type ChatServer
} from './testing/chat-server.ts';

const servers: ChatServer[] = [];
afterEach(async () => {
	await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function serve(script: ChatScript): Promise<{ server: ChatServer; endpoint: LlmEndpoint }> {
	const server = await serveChat(script);
	servers.push(server);
	return { server, endpoint: { url: server.url, apiKey: 'secret', model: 'some/model' } };
}

const question = { messages: [{ role: 'user' as const, content: 'Hello.' }], temperature: 0.7 };

interface Heard {
	readonly text: string[];
	readonly error: UpstreamError | null;
}

async function ask(endpoint: LlmEndpoint, limits: Partial<LlmLimits> = {}, signal?: AbortSignal): Promise<Heard> {
	const text: string[] = [];
	try {
		const stream = streamChat(endpoint, question, signal ?? new AbortController().signal, {
			limits: { ...LLM_LIMITS, ...limits }
		});
		for await (const piece of stream) text.push(piece);
	} catch (error) {
		if (!(error instanceof UpstreamError)) throw error;
		return { text, error };
	}
	return { text, error: null };
}

const streaming = { 'content-type': 'text/event-stream' };

describe('streamChat', () => {
	it('asks as OpenAI documents it and yields the text in its pieces', async () => {
		let asked: unknown;
		let authorization: string | undefined;
		let path: string | undefined;
		const { endpoint } = await serve((response, body, request) => {
			asked = JSON.parse(body);
			authorization = request.headers.authorization;
			path = request.url;
			answer(response, 'Hel', 'lo', ' there.');
		});
		expect(await ask(endpoint)).toEqual({ text: ['Hel', 'lo', ' there.'], error: null });
		expect(asked).toEqual({ model: 'some/model', messages: question.messages, temperature: 0.7, stream: true });
		expect(authorization).toBe('Bearer secret');
		expect(path).toBe('/v1/chat/completions');
	});

	it('finds the route behind a base that already ends in /v1, and sends neither an empty key nor an empty model', async () => {
		let seen: unknown;
		const { server } = await serve((response, body, request) => {
			seen = [request.url, request.headers.authorization, Object.keys(JSON.parse(body) as object)];
			answer(response, 'Hi');
		});
		await ask({ url: `${server.url}/api/v1/`, apiKey: '', model: '' });
		expect(seen).toEqual(['/api/v1/chat/completions', undefined, ['messages', 'temperature', 'stream']]);
	});

	it('speaks neither keep-alives nor null content nor reasoning', async () => {
		const { endpoint } = await serve((response) => {
			response.writeHead(200, streaming);
			response.write(
				': a comment\n\n' + event({ choices: [] }) + event({ choices: [{ delta: { role: 'assistant' } }] })
			);
			response.write(event({ choices: [{ delta: { content: null, reasoning_content: 'The person greets me.' } }] }));
			response.write(said('') + said('Hi') + event({ choices: [{ delta: {}, finish_reason: '' }] }));
			response.end(
				event({ choices: [{ delta: { content: '!' }, finish_reason: 'stop' }] }) + event({ choices: [] }) + DONE
			);
		});
		expect(await ask(endpoint)).toEqual({ text: ['Hi', '!'], error: null });
	});

	it.each([
		[401, '', 'unauthorized_upstream'],
		[403, '', 'unauthorized_upstream'],
		[404, '{"detail":"Not Found"}', 'not_found'],
		[404, '{"object":"error","message":"The model `x` does not exist.","type":"NotFoundError"}', 'no_model'],
		[404, '{"error":{"message":"model \\"x\\" not found, try pulling it first"}}', 'no_model'],
		[400, '{"error":{"code":"context_length_exceeded"}}', 'context_overflow'],
		[
			400,
			'{"message":"This model\'s maximum context length is 1536 tokens. However, you requested"}',
			'context_overflow'
		],
		[
			400,
			'{"error":{"type":"exceed_context_size_error","message":"the request exceeds the available context size"}}',
			'context_overflow'
		],
		[500, '{"error":"the input length exceeds the context length"}', 'context_overflow'],
		[400, '{"error":"temperature must be a number"}', 'protocol'],
		[500, 'oops', 'protocol'],
		[502, '', 'protocol'],
		[504, '', 'timed_out'],
		[302, '', 'protocol']
	] as const)('HTTP %i with %s is %s', async (status, body, code) => {
		const { endpoint, server } = await serve((response) => response.writeHead(status, { location: '/' }).end(body));
		const { text, error } = await ask(endpoint);
		expect(text).toEqual([]);
		expect(error?.code).toBe(code);
		await server.idle();
	});

	it.each([
		[503, '7', 7000],
		[429, '0.5', 500],
		[429, '999999', 60_000],
		[503, 'Wed, 21 Oct 2026 07:28:00 GMT', undefined],
		[503, '-1', undefined]
	])('HTTP %i with Retry-After %s is at_capacity for %s ms', async (status, header, retryAfterMs) => {
		const { endpoint } = await serve((response) => response.writeHead(status, { 'retry-after': header }).end());
		expect((await ask(endpoint)).error).toMatchObject({ code: 'at_capacity', retryAfterMs });
	});

	it('never passes on what an error says: it may quote the conversation', async () => {
		const { endpoint } = await serve((response) => response.writeHead(400).end('bad prompt: my diary'));
		const { error } = await ask(endpoint);
		expect(JSON.stringify([error?.message, error?.cause, error?.stack])).not.toContain('diary');
	});

	it('reads no more of an error than it needs, however long it is', async () => {
		const { endpoint, server } = await serve((response) => {
			response.writeHead(400);
			const more = (): void => {
				while (!response.destroyed && response.write('x'.repeat(16_384)));
			};
			response.on('drain', more);
			more();
		});
		expect((await ask(endpoint)).error?.code).toBe('protocol');
		await server.idle();
	});

	it('says that nobody listens, and that an address is none', async () => {
		const probe = createServer();
		const port = await new Promise<number>((resolve) => {
			probe.listen(0, '127.0.0.1', () => resolve((probe.address() as { port: number }).port));
		});
		await new Promise((resolve) => probe.close(resolve));
		const at = async (url: string): Promise<string | undefined> =>
			(await ask({ url, apiKey: '', model: '' })).error?.code;
		expect(await at(`http://127.0.0.1:${port}`)).toBe('refused');
		expect(await at('not an address')).toBe('not_found');
	});

	it('says refused where the connection is reset before an answer', async () => {
		const { endpoint } = await serve((_response, _body, request) => request.socket.resetAndDestroy());
		expect((await ask(endpoint)).error?.code).toBe('refused');
	});

	it('keeps its connection for the next question, and asks once more where that was closed meanwhile', async () => {
		const sockets: unknown[] = [];
		const { endpoint } = await serve((response, _body, request) => {
			sockets.push(request.socket);
			if (sockets.length === 3) request.socket.resetAndDestroy();
			else answer(response, 'Hi');
		});
		const at = { ...endpoint, address: '127.0.0.1' };
		for (let i = 0; i < 3; i++) expect(await ask(at)).toEqual({ text: ['Hi'], error: null });
		expect(sockets).toHaveLength(4);
		expect(new Set(sockets).size).toBe(2);
		expect(sockets[0]).toBe(sockets[2]);
	});

	it('that is cut off or given up while nobody reads on is told when somebody does', async () => {
		const { endpoint, server } = await serve((response) => {
			response.writeHead(200, streaming);
			response.write(said('One'), () => setImmediate(() => response.destroy()));
		});
		const words = streamChat(endpoint, question, new AbortController().signal);
		expect((await words.next()).value).toBe('One');
		await server.idle();
		for (let i = 0; i < 10; i++) await new Promise(setImmediate);
		await expect(words.next()).rejects.toMatchObject({ code: 'lost' });

		const talks = await serve((response) => {
			response.writeHead(200, streaming);
			response.write(said('One'));
		});
		const controller = new AbortController();
		const others = streamChat(talks.endpoint, question, controller.signal);
		await others.next();
		controller.abort();
		await talks.server.idle();
		expect(await others.next()).toEqual({ done: true, value: undefined });
	});

	it('does not ask a new connection’s server again: another instance is asked', async () => {
		let requests = 0;
		const { endpoint } = await serve((_response, _body, request) => {
			requests++;
			request.socket.resetAndDestroy();
		});
		expect((await ask(endpoint)).error?.code).toBe('refused');
		expect(requests).toBe(1);
	});

	it('loses patience before the first token, keep-alives or not, and lets go of the connection', async () => {
		const { endpoint, server } = await serve((response) => {
			response.writeHead(200, streaming);
			const timer = setInterval(() => response.write(event({ choices: [] })), 5);
			response.on('close', () => clearInterval(timer));
		});
		expect((await ask(endpoint, { firstTokenMs: 60 })).error?.code).toBe('timed_out');
		await server.idle();
	});

	it('loses patience where the answer never begins at all', async () => {
		const { endpoint, server } = await serve(() => undefined);
		expect((await ask(endpoint, { firstTokenMs: 40 })).error?.code).toBe('timed_out');
		await server.idle();
	});

	it('loses patience in the middle, after what was said', async () => {
		const { endpoint, server } = await serve((response) => void response.writeHead(200, streaming).write(said('Well')));
		const { text, error } = await ask(endpoint, { stallMs: 40 });
		expect([text, error?.code]).toEqual([['Well'], 'timed_out']);
		await server.idle();
	});

	it('is lost where the stream is cut, or ends, before it says that it is complete', async () => {
		const cut = await serve((response) => {
			response.writeHead(200, streaming);
			response.write(said('Half'), () => response.destroy());
		});
		expect(await ask(cut.endpoint)).toMatchObject({ text: ['Half'], error: { code: 'lost' } });
		const ended = await serve((response) => void response.writeHead(200, streaming).end(said('Half')));
		expect(await ask(ended.endpoint)).toMatchObject({ text: ['Half'], error: { code: 'lost' } });
	});

	it.each([
		['[DONE] alone', DONE],
		['finish_reason alone', finished]
	])('is complete after %s, even if the server then holds the connection', async (_name, end) => {
		const { endpoint, server } = await serve(
			(response) => void response.writeHead(200, streaming).write(said('All') + end)
		);
		expect(await ask(endpoint)).toEqual({ text: ['All'], error: null });
		await server.idle();
	});

	it('speaks nothing that comes after the end', async () => {
		const { endpoint } = await serve(
			(response) => void response.writeHead(200, streaming).end(finished + said('more') + DONE)
		);
		expect(await ask(endpoint)).toEqual({ text: [], error: null });
	});

	it.each([
		['an event that is no JSON', 'data: {"choices":[{\n\n'],
		['an event of another shape', event({ choices: 'none' })],
		['content that is no text', event({ choices: [{ delta: { content: 7 } }] })],
		['a line that is no field', '\x00\xff what is this\n\n'],
		['an event without end', `data: ${'x'.repeat(5000)}`],
		['an error in mid-stream', event({ error: { message: 'cuda said no' } })]
	])('%s is protocol, after what was said before it', async (_name, garbage) => {
		const { endpoint, server } = await serve(
			(response) => void response.writeHead(200, streaming).write(said('So') + garbage)
		);
		expect(await ask(endpoint, { maxEventChars: 4096 })).toMatchObject({ text: ['So'], error: { code: 'protocol' } });
		await server.idle();
	});

	it('tells a context overflow inside the stream apart', async () => {
		const { endpoint } = await serve((response) => {
			response.writeHead(200, streaming);
			response.end(event({ error: { code: 'context_length_exceeded' } }));
		});
		expect((await ask(endpoint)).error?.code).toBe('context_overflow');
	});

	it('refuses an answer that is no event stream', async () => {
		const { endpoint } = await serve((response) => {
			response.writeHead(200, { 'content-type': 'application/json' }).end('{"choices":[{"message":{"content":"Hi"}}]}');
		});
		expect((await ask(endpoint)).error?.code).toBe('protocol');
	});

	it('stops at its limit of bytes', async () => {
		const { endpoint, server } = await serve((response) => {
			response.writeHead(200, streaming);
			const more = (): void => {
				while (!response.destroyed && response.write(said('blah')));
			};
			response.on('drain', more);
			more();
		});
		expect((await ask(endpoint, { maxBodyBytes: 100_000 })).error?.code).toBe('protocol');
		await server.idle();
	});

	it('frees the connection and says nothing when it is aborted: before, while waiting, in the middle', async () => {
		const { endpoint, server } = await serve((response, body) => {
			if (body.includes('0.7')) response.writeHead(200, streaming).write(said('One'));
		});
		const early = new AbortController();
		early.abort();
		expect(await ask(endpoint, {}, early.signal)).toEqual({ text: [], error: null });
		const middle = new AbortController();
		const text: string[] = [];
		for await (const piece of streamChat(endpoint, question, middle.signal)) {
			text.push(piece);
			middle.abort();
		}
		expect(text).toEqual(['One']);
		const waiting = new AbortController();
		const silent = streamChat(endpoint, { ...question, temperature: 0 }, waiting.signal);
		const next = silent.next();
		waiting.abort();
		expect((await next).done).toBe(true);
		await server.idle();
	});

	it('frees the connection when the reader stops reading', async () => {
		const { endpoint, server } = await serve((response) => void response.writeHead(200, streaming).write(said('One')));
		for await (const _piece of streamChat(endpoint, question, new AbortController().signal)) break;
		await server.idle();
		expect(server.open()).toBe(0);
	});
});

describe('ChatStream', () => {
	it.each([
		['a word', { content: 'Hm' }, true],
		['a thought', { content: null, reasoning_content: 'Hm' }, true],
		['a thought under its newer name', { content: '', reasoning: 'Hm' }, true],
		['a role', { role: 'assistant', content: '', reasoning: null }, false]
	])('takes %s for a sign of life or not', (_name, delta, alive) => {
		const stream = new ChatStream(LLM_LIMITS);
		const text: string[] = [];
		stream.push(new TextEncoder().encode(event({ choices: [{ delta }] })), (piece) => text.push(piece));
		expect(text).toEqual(delta.content ? [delta.content] : []);
		expect([stream.tookSignOfLife(), stream.tookSignOfLife()]).toEqual([alive, false]);
	});

	it('says the same however the bytes are cut', () => {
		const whole = new TextEncoder().encode(
			`${said('Ça va')}:ping\r\n\r\n${said(' bien, 😀')}${event({ choices: [] })}${said(' «merci»')}${finished}${DONE}`
		);
		fc.assert(
			fc.property(fc.array(fc.integer({ min: 1, max: whole.length - 1 }), { maxLength: 30 }), (cuts) => {
				const stream = new ChatStream(LLM_LIMITS);
				const edges = [0, ...cuts.sort((a, b) => a - b), whole.length];
				let text = '';
				for (const [i, to] of edges.slice(1).entries()) {
					stream.push(whole.subarray(edges[i], to), (piece) => (text += piece));
				}
				expect([text, stream.complete]).toEqual(['Ça va bien, 😀 «merci»', true]);
			})
		);
	});

	it('throws nothing but UpstreamError at hostile bytes', () => {
		fc.assert(
			fc.property(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 10 }), (parts) => {
				const stream = new ChatStream({ maxBodyBytes: 1000, maxEventChars: 100 });
				try {
					for (const part of parts) stream.push(part, (piece) => expect(piece).not.toBe(''));
				} catch (error) {
					expect(error).toBeInstanceOf(UpstreamError);
				}
			})
		);
	});
});
