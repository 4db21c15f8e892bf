/** What the engines of the benches have in common: they answer from memory, on loopback, and say what a real server says. */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CHAT_COMPLETIONS_PATH, MODELS_PATH } from '../src/lib/protocol/llm.ts';

const FACTS: Readonly<Record<string, object>> = {
	'/api/modules_info': { asr: { used_slots: '0', total_slots: '10000' } },
	'/api/build_info': { version: 'bench' },
	[MODELS_PATH]: { object: 'list', data: [{ id: 'bench', object: 'model', max_model_len: 100_000 }] }
};

/** Everything but the sockets and `/v1/chat/completions`. */
export function answerFacts(request: IncomingMessage, response: ServerResponse): void {
	const fact = FACTS[request.url ?? ''];
	response.writeHead(fact === undefined ? 404 : 200, { 'content-type': 'application/json' });
	response.end(JSON.stringify(fact ?? {}));
}

export const isChat = ({ url }: IncomingMessage): boolean => url === CHAT_COMPLETIONS_PATH;

export interface ChatScript {
	readonly words: readonly string[];
	/** How many of them come with the first message, without a delay. */
	readonly atOnce: number;
	/** Between the others. */
	readonly tokenMs: number;
}

export function answerChat(
	request: IncomingMessage,
	response: ServerResponse,
	{ words, atOnce, tokenMs }: ChatScript
): void {
	request.resume();
	response.writeHead(200, { 'content-type': 'text/event-stream' });
	const write = (content: string): boolean =>
		response.write(`data: ${JSON.stringify({ choices: [{ index: 0, delta: { content } }] })}\n\n`);
	let said = atOnce;
	if (atOnce > 0) write(words.slice(0, atOnce).join(''));
	const timer = setInterval(() => {
		const word = words[said];
		said += 1;
		if (word !== undefined) {
			write(word);
			return;
		}
		clearInterval(timer);
		response.end('data: [DONE]\n\n');
	}, tokenMs);
	response.on('close', () => clearInterval(timer));
}

/** The port. 0: any free one. */
export async function listening(server: Server, port = 0): Promise<number> {
	await new Promise<void>((resolve, reject) => {
		server.once('error', reject);
		server.listen(port, '127.0.0.1', resolve);
	});
	const address: AddressInfo | string | null = server.address();
	if (address === null || typeof address === 'string') throw new Error('no port');
	return address.port;
}

export function closed(server: Server): Promise<void> {
	server.closeAllConnections();
	return new Promise((resolve) => server.close(() => resolve()));
}
