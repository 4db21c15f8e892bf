import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { checkHealth, firstVoice } from './server.ts';

const after: (() => unknown)[] = [];
afterEach(() => {
	for (const undo of after.splice(0)) undo();
});

/** A server that answers every route alike; answers its address, and what it was asked for. */
async function serve(
	answer: (response: ServerResponse) => void
): Promise<{ at: (path: string) => URL; asked: string[] }> {
	const asked: string[] = [];
	const server = createServer((request, response) => {
		asked.push(request.url ?? '');
		answer(response);
	}).listen(0, '127.0.0.1');
	await once(server, 'listening');
	after.push(() => {
		server.closeAllConnections();
		server.close();
	});
	const address = server.address();
	const port = typeof address === 'object' ? address?.port : 0;
	return { at: (path) => new URL(`ws://127.0.0.1:${port}${path}`), asked };
}
const say = (value: unknown) => (response: ServerResponse) => void response.end(JSON.stringify(value));

describe('the health of a server', () => {
	it('is asked for beside the socket', async () => {
		const { at, asked } = await serve(say({ tts_up: true, stt_up: true, llm_up: true, ok: true }));
		for (const path of ['', '/', '/v1/realtime', '/api', '/api/', '/api/v1/session?token=x'])
			await checkHealth(at(path));
		const [plain, prefixed] = ['/v1/health', '/api/v1/health'];
		expect(asked).toEqual([plain, plain, plain, prefixed, prefixed, prefixed]);
	});

	it('that is bad, or of nobody, is no reason to begin', async () => {
		const sick = await serve(say({ ok: false }));
		await expect(checkHealth(sick.at(''))).rejects.toThrow(/cannot work/);
		const gone = await serve((response) => void response.destroy());
		await expect(checkHealth(gone.at(''))).rejects.toThrow(/Nobody answers/);
	});

	it('that is not told, or not in words that are known, is let pass', async () => {
		for (const value of [null, [], { ok: 'yes' }]) await checkHealth((await serve(say(value))).at(''));
		await checkHealth((await serve((response) => void response.writeHead(404).end('no'))).at(''));
	});
});

describe('the voice of a server', () => {
	it("is the first of Unmute's list", async () => {
		const voices = [
			{
				name: 'Watercooler',
				good: true,
				source: { source_type: 'file', path_on_server: 'unmute-prod-website/p329.wav' }
			},
			{ name: 'Other', good: true, source: { source_type: 'file', path_on_server: 'other.wav' } }
		];
		expect(await firstVoice((await serve(say(voices))).at(''))).toBe('unmute-prod-website/p329.wav');
	});

	it('is its own where it offers none', async () => {
		for (const value of [[], {}, [{ name: 'x' }], [{ source: { path_on_server: null } }]])
			expect(await firstVoice((await serve(say(value))).at(''))).toBeNull();
	});
});
