/** The LLM leg: one streamed chat completion of any OpenAI-compatible server, as pieces of text. */
import type { IncomingMessage } from 'node:http';
import { CHAT_COMPLETIONS_PATH, type ChatMessage } from '../../src/lib/protocol/llm.ts';
import { placeOf } from '../discovery/instance-name.ts';
import { upstreamUrl } from './address.ts';
import { ChatAnswer, type ChatLeg } from './chat-answer.ts';
import { post } from './post.ts';
import type { See } from './sight.ts';

export interface LlmEndpoint {
	/** `http://HOST:PORT`, with or without `/v1`. */
	readonly url: string;
	/** Sent as a bearer; '' sends none. */
	readonly apiKey: string;
	/** '' leaves the choice to the server. */
	readonly model: string;
	/** The instance's IP address; null or absent: what the name in `url` means. */
	readonly address?: string | null;
}

export interface ChatQuestion {
	readonly messages: readonly ChatMessage[];
	readonly temperature: number;
	/** The most that the answer may take; the server's own limit where absent. */
	readonly maxTokens?: number | undefined;
}

export interface LlmLimits {
	/** From the request to the first sign of an answer, spoken or thought. A cold model may have to be loaded. */
	readonly firstTokenMs: number;
	/** Between two signs of life afterwards. */
	readonly stallMs: number;
	/** Bytes of the whole answer, its envelopes included: some 250 of them per token. */
	readonly maxBodyBytes: number;
	/** Characters of one event. */
	readonly maxEventChars: number;
}

export const LLM_LIMITS: LlmLimits = {
	firstTokenMs: 20_000,
	stallMs: 15_000,
	maxBodyBytes: 8 << 20,
	maxEventChars: 256 * 1024
};

export interface StreamOptions {
	/** Default LLM_LIMITS. */
	readonly limits?: LlmLimits | undefined;
	readonly see?: See | undefined;
	/** Called once, when the server has taken the connection: the rest is the model's time. */
	readonly connected?: (() => void) | undefined;
	/** Called once, at the model's first sign of life, spoken or thought. */
	readonly alive?: (() => void) | undefined;
}

/**
 * Asks. Resolves with the first word, or once the answer is complete without any, or when `signal` aborts; rejects with
 * UpstreamError. Aborting `signal` ends the answer at any time; however it ends, the connection is free afterwards.
 */
export async function openChat(
	endpoint: LlmEndpoint,
	question: ChatQuestion,
	signal: AbortSignal,
	{ limits = LLM_LIMITS, see, connected, alive }: StreamOptions = {}
): Promise<ChatLeg> {
	const url = upstreamUrl(endpoint.url, CHAT_COMPLETIONS_PATH);
	const answer = new ChatAnswer(
		{
			limits,
			alive,
			sight: see?.(placeOf({ url: url.href, address: endpoint.address })),
			ask: (its) => ask(url, endpoint, question, its, connected)
		},
		signal
	);
	return answer.begun;
}

function ask(
	url: URL,
	endpoint: LlmEndpoint,
	question: ChatQuestion,
	signal: AbortSignal,
	connected: (() => void) | undefined
): Promise<IncomingMessage> {
	const headers: Record<string, string> = { 'content-type': 'application/json', accept: 'text/event-stream' };
	if (endpoint.apiKey !== '') headers['authorization'] = `Bearer ${endpoint.apiKey}`;
	const body = JSON.stringify({
		...(endpoint.model === '' ? {} : { model: endpoint.model }),
		messages: question.messages,
		temperature: question.temperature,
		...(question.maxTokens === undefined ? {} : { max_tokens: question.maxTokens }),
		stream: true
	});
	return post(url, { address: endpoint.address, headers, body, signal, connected });
}
