/** An LLM server that does what a test says, one request at a time, and tells what it was asked. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

export interface ChatServer {
	readonly url: string;
	/** Requests whose connection is still open. */
	open(): number;
	/** Resolves when no request is open any more. */
	idle(): Promise<void>;
	close(): Promise<void>;
}

export type ChatScript = (response: ServerResponse, body: string, request: IncomingMessage) => unknown;

export async function serveChat(script: ChatScript): Promise<ChatServer> {
	let open = 0;
	let whenIdle: (() => void)[] = [];
	const server = createServer((request, response) => {
		open++;
		response.once('close', () => {
			open--;
			if (open > 0) return;
			for (const resolve of whenIdle) resolve();
			whenIdle = [];
		});
		const parts: Buffer[] = [];
		request.on('data', (part: Buffer) => parts.push(part));
		request.on('end', () => void script(response, Buffer.concat(parts).toString(), request));
		request.on('error', () => undefined);
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const address = server.address();
	if (address === null || typeof address === 'string') throw new Error('no port');
	return {
		url: `http://127.0.0.1:${address.port}`,
		open: () => open,
		idle: () => (open === 0 ? Promise.resolve() : new Promise((resolve) => whenIdle.push(resolve))),
		close() {
			const closed = new Promise<void>((resolve) => server.close(() => resolve()));
			server.closeAllConnections();
			return closed;
		}
	};
}

/** One event with a piece of text. */
export const said = (content: string): string => event({ choices: [{ index: 0, delta: { content } }] });
export const event = (chunk: object): string => `data: ${JSON.stringify(chunk)}\n\n`;
export const finished = event({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] });
export const DONE = 'data: [DONE]\n\n';

/** A whole answer, piece by piece. */
export function answer(response: ServerResponse, ...pieces: readonly string[]): void {
	response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
	for (const piece of pieces) response.write(said(piece));
	response.end(finished + DONE);
}
