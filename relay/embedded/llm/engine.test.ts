import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import * as v from 'valibot';
import fc from 'fast-check';
import { CHAT_COMPLETIONS_PATH, ChatChunkSchema, MODELS_PATH, ModelsSchema } from '../../../src/lib/protocol/llm.ts';
import type { Engine } from '../engine.ts';
import { DEMO_MODEL, startLlmEngine, type LlmEngineOptions } from './engine.ts';
import { pieces } from './pieces.ts';

let engines: Engine[] = [];
afterEach(async () => {
	await Promise.all(engines.map((engine) => engine.close()));
	engines = [];
});

async function start(options: LlmEngineOptions = {}): Promise<Engine> {
	const engine = await startLlmEngine({ tokenDelayMs: 0, ...options });
	engines.push(engine);
	return engine;
}

const hello = [{ role: 'user', content: 'Hello.' }];
const ask = (engine: Engine, body: unknown, signal?: AbortSignal): Promise<Response> =>
	fetch(engine.url + CHAT_COMPLETIONS_PATH, {
		method: 'POST',
		headers: { 'content-type': 'application/json', authorization: 'Bearer EMPTY' },
		body: typeof body === 'string' ? body : JSON.stringify(body),
		...(signal === undefined ? {} : { signal })
	});

/** The `data:` of each event. */
const eventsOf = (stream: string): string[] =>
	stream
		.split('\n\n')
		.filter((event) => event !== '')
		.map((event) => {
			expect(event.startsWith('data: ')).toBe(true);
			return event.slice('data: '.length);
		});
const contentOf = (events: readonly string[]): string =>
	events
		.filter((data) => data !== '[DONE]')
		.map((data) => v.parse(ChatChunkSchema, JSON.parse(data)).choices[0]?.delta.content ?? '')
		.join('');

/** Reads until the text so far fits, and leaves the stream open: a loop would cancel it on its way out. */
async function readUntil(response: Response, fits: (text: string) => boolean): Promise<void> {
	const reader = response.body!.getReader();
	const decoder = new TextDecoder();
	let text = '';
	while (!fits(text)) {
		const { done, value } = await reader.read();
		if (done) throw new Error('the stream ended first');
		text += decoder.decode(value, { stream: true });
	}
	reader.releaseLock();
}

const ErrorSchema = v.object({
	error: v.object({ message: v.string(), type: v.string(), code: v.nullable(v.string()) })
});
const errorOf = async (response: Response): Promise<v.InferOutput<typeof ErrorSchema>['error']> =>
	v.parse(ErrorSchema, await response.json()).error;

describe('the embedded LLM', () => {
	it('streams chunks as OpenAI does: the role, a keep-alive, the text in pieces, the reason, [DONE]', async () => {
		const engine = await start({ script: { replies: ['Hello there, friend.'] } });
		const response = await ask(engine, { model: 'any', messages: hello, stream: true, temperature: 0.7 });
		expect(response.headers.get('content-type')).toContain('text/event-stream');
		const events = eventsOf(await response.text());
		const chunks = events.slice(0, -1).map((data) => JSON.parse(data) as Record<string, unknown>);
		expect(events.at(-1)).toBe('[DONE]');
		expect(chunks[0]).toMatchObject({
			object: 'chat.completion.chunk',
			model: DEMO_MODEL,
			choices: [{ index: 0, delta: { role: 'assistant', content: '' }, finish_reason: null }]
		});
		expect(chunks[1]?.['choices']).toEqual([]);
		expect(chunks.at(-1)?.['choices']).toMatchObject([{ delta: {}, finish_reason: 'stop' }]);
		expect(new Set(chunks.map((chunk) => chunk['id'])).size).toBe(1);
		expect(contentOf(events)).toBe('Hello there, friend.');
		// Pieces that split words: a client that speaks pieces mispronounces them.
		expect(chunks.some((chunk) => JSON.stringify(chunk).includes('"Hel"'))).toBe(true);
	});

	it('answers whole where no stream is asked for', async () => {
		const engine = await start();
		const response = await ask(engine, { messages: [{ role: 'user', content: 'What is two plus two?' }] });
		expect(await response.json()).toMatchObject({
			object: 'chat.completion',
			choices: [{ message: { role: 'assistant', content: 'That is 4.' }, finish_reason: 'stop' }]
		});
	});

	it('lists one model with its context, and is healthy', async () => {
		const engine = await start({ maxModelLen: 1536 });
		const models = v.parse(ModelsSchema, await (await fetch(engine.url + MODELS_PATH)).json());
		expect(models.data).toEqual([{ id: DEMO_MODEL, max_model_len: 1536 }]);
		expect((await fetch(`${engine.url}/health`)).status).toBe(200);
		expect(await (await fetch(`${engine.url}/health`, { method: 'HEAD' })).text()).toBe('');
	});

	it('gives its scripted replies in turn, the last one for ever', async () => {
		const engine = await start({ script: { replies: ['one', 'two'] } });
		const said: string[] = [];
		const messages: { role: string; content: string }[] = [...hello];
		for (let turn = 0; turn < 3; turn++) {
			said.push(contentOf(eventsOf(await (await ask(engine, { messages, stream: true })).text())));
			messages.push({ role: 'assistant', content: said.at(-1)! }, { role: 'user', content: 'and' });
		}
		expect(said).toEqual(['one', 'two', 'two']);
	});

	it('asks a scripted function, and survives one that throws', async () => {
		const engine = await start({
			script: (messages) => {
				if (messages.length > 1) throw new Error('no idea');
				return `${messages.length} message`;
			}
		});
		expect(contentOf(eventsOf(await (await ask(engine, { messages: hello, stream: true })).text()))).toBe('1 message');
		const failed = await ask(engine, { messages: [...hello, ...hello], stream: true });
		expect(failed.status).toBe(500);
		expect((await errorOf(failed)).message).toBe('no idea');
		await expect.poll(() => engine.usedSlots()).toBe(0);
	});

	it.each([
		['no JSON', '{"messages":'],
		['no messages', '{}'],
		['no message', '{"messages":[]}'],
		['an unknown role', '{"messages":[{"role":"tool","content":"x"}]}'],
		['content that is no text', '{"messages":[{"role":"user","content":[1]}]}'],
		['a temperature out of range', '{"messages":[{"role":"user","content":"x"}],"temperature":3}'],
		['null', 'null'],
		['nothing', '']
	])('answers 400 to %s', async (_what, body) => {
		const engine = await start();
		const response = await ask(engine, body);
		expect(response.status).toBe(400);
		expect((await errorOf(response)).type).toBe('invalid_request_error');
		await expect.poll(() => engine.usedSlots()).toBe(0);
	});

	it('answers 413 to a body over 1 MiB, with its length told or not', async () => {
		const engine = await start();
		const body = `{"messages":[{"role":"user","content":"${'x'.repeat(1 << 20)}"}]}`;
		expect((await ask(engine, body)).status).toBe(413);
		const streamed = new Response(body).body;
		const request: RequestInit & { duplex: 'half' } = { method: 'POST', body: streamed, duplex: 'half' };
		expect((await fetch(engine.url + CHAT_COMPLETIONS_PATH, request)).status).toBe(413);
		await expect.poll(() => engine.usedSlots()).toBe(0);
	});

	it('says context_length_exceeded when the messages outgrow the context', async () => {
		const engine = await start({ maxModelLen: 100 });
		const messages = (characters: number): object => ({
			messages: [{ role: 'user', content: 'x'.repeat(characters) }]
		});
		expect((await ask(engine, messages(96 * 4))).status).toBe(200);
		const overflow = await ask(engine, messages(96 * 4 + 1));
		expect(overflow.status).toBe(400);
		expect((await errorOf(overflow)).code).toBe('context_length_exceeded');
	});

	it('answers 404 elsewhere and 405 to the wrong method, as errors of its kind', async () => {
		const engine = await start();
		const elsewhere = await fetch(`${engine.url}/v1/embeddings`, { method: 'POST', body: '{}' });
		expect([elsewhere.status, (await errorOf(elsewhere)).type]).toEqual([404, 'invalid_request_error']);
		const got = await fetch(engine.url + CHAT_COMPLETIONS_PATH);
		expect([got.status, got.headers.get('allow')]).toEqual([405, 'POST']);
		expect((await fetch(`${engine.url}/constructor`)).status).toBe(404);
	});

	it('stops and frees the slot when the client leaves in the middle', async () => {
		const engine = await start({ script: { replies: ['word '.repeat(10_000)] }, tokenDelayMs: 1 });
		const leave = new AbortController();
		const response = await ask(engine, { messages: hello, stream: true }, leave.signal);
		await readUntil(response, (text) => text.includes('wor'));
		expect(engine.usedSlots()).toBe(1);
		leave.abort();
		await expect.poll(() => engine.usedSlots()).toBe(0);
	});

	it('frees the slot of a client that leaves while it still sends its question', async () => {
		const engine = await start();
		const socket = connect(engine.port, '127.0.0.1');
		socket.write(`POST ${CHAT_COMPLETIONS_PATH} HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{"messages":`);
		await expect.poll(() => engine.usedSlots()).toBe(1);
		socket.destroy();
		await expect.poll(() => engine.usedSlots()).toBe(0);
	});

	it('turns away one question too many with 503 and when to come back', async () => {
		const engine = await start({ slots: 1, script: { replies: ['word '.repeat(10_000)] }, tokenDelayMs: 1 });
		const leave = new AbortController();
		await readUntil(await ask(engine, { messages: hello, stream: true }, leave.signal), (text) => text.includes('wor'));
		const second = await ask(engine, { messages: hello, stream: true });
		expect([second.status, second.headers.get('retry-after')]).toEqual([503, '1']);
		leave.abort();
		await expect.poll(() => engine.usedSlots()).toBe(0);
		const third = await ask(engine, { messages: hello, stream: true }, AbortSignal.timeout(1000));
		expect(third.status).toBe(200);
		await third.body!.cancel();
	});
});

describe('the faults of the embedded LLM', () => {
	it('refuse, full, unauthorized, and healed again', async () => {
		const engine = await start({ fault: 'refuse' });
		await expect(ask(engine, { messages: hello })).rejects.toThrow();
		engine.setFault('full');
		expect((await ask(engine, { messages: hello })).status).toBe(503);
		engine.setFault('unauthorized');
		const unauthorized = await ask(engine, { messages: hello });
		expect([unauthorized.status, (await errorOf(unauthorized)).code]).toEqual([401, 'invalid_api_key']);
		expect((await fetch(engine.url + MODELS_PATH)).status).toBe(401);
		engine.setFault(null);
		expect((await ask(engine, { messages: hello })).status).toBe(200);
	});

	it('diesMidStream: the connection is cut after the third piece', async () => {
		const engine = await start({ fault: 'diesMidStream', script: { replies: ['Hello there, friend.'] } });
		const response = await ask(engine, { messages: hello, stream: true });
		let text = '';
		const reading = (async () => {
			const decoder = new TextDecoder();
			for await (const chunk of response.body!) text += decoder.decode(chunk, { stream: true });
		})();
		await expect(reading).rejects.toThrow();
		expect(contentOf(eventsOf(text))).toBe('Hello ther');
		await expect.poll(() => engine.usedSlots()).toBe(0);
	});

	it('garbage: one event in the middle is no JSON, the rest is sound', async () => {
		const engine = await start({ fault: 'garbage', script: { replies: ['Hello there, friend.'] } });
		const events = eventsOf(await (await ask(engine, { messages: hello, stream: true })).text());
		const bad = events.filter((data) => data !== '[DONE]' && !isJson(data));
		expect(bad).toHaveLength(1);
		expect(contentOf(events.filter((data) => !bad.includes(data)))).toBe('Hello there, friend.');
	});

	it('never: takes the question and holds a slot until the client gives up', async () => {
		const engine = await start({ fault: 'never' });
		const patience = new AbortController();
		const response = ask(engine, { messages: hello, stream: true }, patience.signal);
		await expect.poll(() => engine.usedSlots()).toBe(1);
		patience.abort();
		await expect(response).rejects.toThrow();
		await expect.poll(() => engine.usedSlots()).toBe(0);
	});

	it('slow: the pieces come at a fifth of the pace', async () => {
		const engine = await start({ fault: 'slow', script: { replies: ['Hello there'] } });
		const startMs = performance.now();
		await (await ask(engine, { messages: hello, stream: true })).text();
		// Four pieces, 50 ms each.
		expect(performance.now() - startMs).toBeGreaterThan(180);
	});
});

describe('pieces of text', () => {
	it('join to the text again, and never split a character', () => {
		fc.assert(
			fc.property(fc.string({ unit: 'binary' }), (text) => {
				const all = [...pieces(text)];
				expect(all.join('')).toBe(text);
				if (text.isWellFormed()) for (const piece of all) expect(piece.isWellFormed()).toBe(true);
			})
		);
	});
});

function isJson(text: string): boolean {
	try {
		JSON.parse(text);
		return true;
	} catch {
		return false;
	}
}
