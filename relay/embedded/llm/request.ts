/** A chat request from the wire, checked: the conversation, or the HTTP error that an OpenAI-compatible server answers. */
import type { IncomingMessage } from 'node:http';
import { ChatRequestSchema, parseJsonWith, type ChatMessage, type ChatRequest } from '../../../src/lib/protocol/llm.ts';

/** The largest body taken. Parley's own histories are cut to a token budget long before. */
export const MAX_BODY_BYTES = 1 << 20;

/** `code` is null where OpenAI's is. */
export interface ApiError {
	readonly status: number;
	readonly message: string;
	readonly type: 'invalid_request_error' | 'authentication_error' | 'server_error';
	readonly code: string | null;
}

export type Checked =
	{ readonly ok: true; readonly request: ChatRequest } | { readonly ok: false; readonly error: ApiError };

const invalid = (status: number, message: string, code: string | null = null): Checked => ({
	ok: false,
	error: { status, message, type: 'invalid_request_error', code }
});

/** Reads and checks a request's body. Null where the client went away first. */
export async function readChatRequest(incoming: IncomingMessage, maxModelLen: number): Promise<Checked | null> {
	const body = await readBody(incoming);
	if (body === 'aborted') return null;
	if (body === 'too_big') return invalid(413, `the body is larger than ${MAX_BODY_BYTES} bytes`);
	const parsed = parseJsonWith(ChatRequestSchema, body);
	if (!parsed.ok) return invalid(400, parsed.reason);
	const tokens = estimateTokens(parsed.value.messages);
	if (tokens > maxModelLen) {
		return invalid(
			400,
			`This model's maximum context length is ${maxModelLen} tokens, and the messages hold about ${tokens}.`,
			'context_length_exceeded'
		);
	}
	return { ok: true, request: parsed.value };
}

/** Four characters a token and four tokens a message: what English comes to in most models' vocabularies. */
export function estimateTokens(messages: readonly ChatMessage[]): number {
	return messages.reduce((sum, { content }) => sum + 4 + Math.ceil(content.length / 4), 0);
}

/** UTF-8 text; malformed bytes become replacement characters, and then fail as JSON or are read as such. */
async function readBody(incoming: IncomingMessage): Promise<string | 'too_big' | 'aborted'> {
	if (Number(incoming.headers['content-length'] ?? 0) > MAX_BODY_BYTES) return 'too_big';
	const chunks: Buffer[] = [];
	let size = 0;
	try {
		for await (const chunk of incoming.iterator({ destroyOnReturn: false })) {
			if (!Buffer.isBuffer(chunk)) continue;
			size += chunk.byteLength;
			if (size > MAX_BODY_BYTES) return 'too_big';
			chunks.push(chunk);
		}
	} catch {
		return 'aborted';
	}
	return Buffer.concat(chunks).toString('utf8');
}
