import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { post } from './post.ts';
import { answer, finished, said, serveChat, type ChatScript, type ChatServer } from './testing/chat-server.ts';

/** What nobody caught: in earnest, the end of the process. */
const uncaught: unknown[] = [];
const note = (error: unknown): void => void uncaught.push(error);
let server: ChatServer | null = null;
beforeEach(() => {
	uncaught.length = 0;
	process.on('uncaughtException', note);
});
afterEach(async () => {
	process.off('uncaughtException', note);
	await server?.close();
});

const streaming = { 'content-type': 'text/event-stream' };
const whole = said('Hello.') + finished;
const SCRIPTS: readonly (readonly [string, ChatScript])[] = [
	['in chunks', (response) => answer(response, 'Hello.', 'And so on.')],
	[
		'with its length',
		(response) => response.writeHead(200, { ...streaming, 'content-length': whole.length }).end(whole)
	],
	['cut off', (response) => response.writeHead(200, streaming).end(said('Hello.'))],
	[
		'to the end of the connection',
		(response) => response.writeHead(200, { ...streaming, connection: 'close' }).end(whole)
	]
];

describe('an answer that comes in one piece', () => {
	it.each(SCRIPTS)('%s may be given up at its first byte, and nothing else ends', async (_name, script) => {
		server = await serveChat(script);
		for (const later of [null, () => Promise.resolve(), turn]) {
			const controller = new AbortController();
			const { signal } = controller;
			const response = await post(new URL(server.url), { address: '127.0.0.1', headers: {}, body: '', signal });
			response.on('error', () => undefined);
			const given = new Promise<void>((resolve) => {
				response.once('data', async () => {
					if (later !== null) await later();
					controller.abort('no longer wanted');
					resolve();
				});
			});
			await given;
			await server.idle();
			await turn();
		}
		expect(uncaught).toEqual([]);
	});

	it('leaves no more listeners on a connection that is used again than were there before', async () => {
		server = await serveChat((response) => response.end('yes'));
		const counts = new Set<number>();
		for (let i = 0; i < 30; i++) {
			const { signal } = new AbortController();
			const options = { address: '127.0.0.1', headers: {}, body: '', signal };
			const response = await post(new URL(server.url), options);
			counts.add(response.socket.listenerCount('error'));
			for await (const bytes of response) expect(String(bytes)).toBe('yes');
			await turn();
		}
		expect(counts.size).toBe(1);
	});
});
