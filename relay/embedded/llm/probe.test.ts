import { describe, expect, it } from 'vitest';
import { findLocalModel, type FetchLike } from './probe.ts';

/** What stands on each port: a body, a status, or a promise that never settles. */
type Town = Readonly<Record<string, string | number | 'hangs' | 'endless'>>;

function town(ports: Town, asked: string[] = []): FetchLike {
	return async (url) => {
		asked.push(url);
		const there = ports[new URL(url).port];
		if (there === undefined) throw new TypeError('fetch failed');
		if (there === 'hangs') return new Promise(() => undefined);
		if (there === 'endless') return { ok: true, body: endless() };
		if (typeof there === 'number') return { ok: false, body: null };
		return { ok: true, body: once(there) };
	};
}
async function* once(text: string): AsyncGenerator<Uint8Array> {
	// In two pieces, the first of which may end inside a character.
	const bytes = new TextEncoder().encode(text);
	yield bytes.subarray(0, 21);
	yield bytes.subarray(21);
}
async function* endless(): AsyncGenerator<Uint8Array> {
	for (;;) yield new Uint8Array(1 << 16).fill(0x20);
}

const list = (...ids: readonly string[]): string => JSON.stringify({ object: 'list', data: ids.map((id) => ({ id })) });

describe('looking for a model on this machine', () => {
	it('asks the three usual ports of this machine and nothing else', async () => {
		const asked: string[] = [];
		expect(await findLocalModel(town({}, asked))).toBeNull();
		expect(asked.sort()).toEqual([
			'http://127.0.0.1:11434/v1/models',
			'http://127.0.0.1:1234/v1/models',
			'http://127.0.0.1:8080/v1/models'
		]);
	});

	it('names the program and the model', async () => {
		expect(await findLocalModel(town({ 11434: list('llama3.2:latest') }))).toEqual({
			url: 'http://127.0.0.1:11434',
			model: 'llama3.2:latest',
			name: 'Ollama, llama3.2',
			maxModelLen: null
		});
		const llamaCpp = town({ 8080: list('/models/Qwen2.5 é-7B.gguf') });
		expect((await findLocalModel(llamaCpp))?.name).toBe('llama.cpp, Qwen2.5 é-7B');
		expect((await findLocalModel(town({ 1234: list('gemma') })))?.name).toBe('LM Studio, gemma');
	});

	it('takes the first in order that has a model to talk to', async () => {
		const all = town({ 11434: list('a'), 8080: list('b'), 1234: list('c') });
		expect((await findLocalModel(all))?.model).toBe('a');
		const some = town({ 11434: list(), 8080: list('text-embedding-3', 'bge-m3'), 1234: list('nomic-embed-text', 'c') });
		expect((await findLocalModel(some))?.model).toBe('c');
	});

	it('does not ask our own port, which the relay shares with llama.cpp by default', async () => {
		const asked: string[] = [];
		expect(await findLocalModel(town({ 8080: list('us') }, asked), { ownPort: 8080 })).toBeNull();
		expect(asked.some((url) => url.includes(':8080'))).toBe(false);
	});

	it.each([
		'',
		'<!doctype html>',
		'null',
		'[]',
		'{"data":{}}',
		'{"data":[{"id":7}]}',
		'{"data":[{"id":""}]}',
		'{"models":[]}'
	])('passes over a program that answers %j', async (body) => {
		expect((await findLocalModel(town({ 11434: body, 1234: list('c') })))?.model).toBe('c');
	});

	it('passes over errors, and answers without end', async () => {
		expect((await findLocalModel(town({ 11434: 500, 8080: 'endless', 1234: list('c') })))?.model).toBe('c');
	});

	it('does not wait for what hangs, even where that ignores its signal', async () => {
		const hanging = town({ 11434: 'hangs', 8080: 'hangs', 1234: list('c') });
		expect((await findLocalModel(hanging, { patienceMs: 20 }))?.model).toBe('c');
		const aborted = AbortSignal.abort();
		expect(await findLocalModel(hanging, { signal: aborted })).toBeNull();
	});

	it('takes the built-in fetch as it is', async () => {
		// Whatever runs here or not: it settles, and never throws.
		await expect(
			findLocalModel(fetch as FetchLike, { patienceMs: 100, signal: AbortSignal.abort() })
		).resolves.toBeNull();
	});
});
