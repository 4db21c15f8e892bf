/** The LLM leg: one streamed chat completion of any OpenAI-compatible server, as pieces of text. */
import type { IncomingMessage } from 'node:http';
import { CHAT_COMPLETIONS_PATH, type ChatMessage } from '../../src/lib/protocol/llm.ts';
import { UNWANTED } from '../lifecycle/stackless.ts';
import { placeOf } from '../discovery/instance-name.ts';
import { upstreamUrl } from './address.ts';
import { ChatStream } from './chat-stream.ts';
import { UpstreamError, networkFailure } from './failure.ts';
import { answerFailure } from './llm-failure.ts';
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

/** An answer that is complete may keep its connection for this long, so that the next request can have it. */
const END_GRACE_MS = 50;

/**
 * Asks, and yields the answer's text as it comes: never empty, never reasoning. Returns when the answer is complete, or
 * early and silently when `signal` aborts. Throws UpstreamError, which may come after some text. However it ends, the
 * connection is free afterwards.
 */
export async function* streamChat(
	endpoint: LlmEndpoint,
	question: ChatQuestion,
	signal: AbortSignal,
	{ limits = LLM_LIMITS, see, connected, alive }: StreamOptions = {}
): AsyncGenerator<string, void, undefined> {
	const named = upstreamUrl(endpoint.url, CHAT_COMPLETIONS_PATH);
	const patience = new Patience(signal);
	const sight = see?.(placeOf({ url: named.href, address: endpoint.address }));
	let seenReady = false;
	let isAlive = false;
	let failure: UpstreamError | null = null;
	let complete = false;
	try {
		patience.wait(limits.firstTokenMs);
		const response = await ask(named, endpoint, question, patience.signal, connected);
		const { statusCode = 0 } = response;
		if (statusCode < 200 || statusCode > 299) throw await answerFailure(response);
		if (!isEventStream(response)) throw new UpstreamError('protocol', 'the answer is no event stream');
		const stream = new ChatStream(limits);
		for await (const bytes of chunksOf(response)) {
			for (const text of stream.push(bytes)) {
				if (!seenReady) sight?.ready();
				seenReady = true;
				yield text;
			}
			complete = stream.complete;
			if (complete) patience.wait(END_GRACE_MS);
			else if (stream.tookSignOfLife()) {
				if (!isAlive) alive?.();
				isAlive = true;
				patience.wait(limits.stallMs);
			}
		}
		if (!complete) throw new UpstreamError('lost', 'the answer was cut off');
	} catch (error) {
		if (complete && patience.over) return;
		if (signal.aborted) {
			if (signal.reason instanceof UpstreamError) failure = signal.reason;
			return;
		}
		if (patience.over) failure = new UpstreamError('timed_out', 'the model is silent');
		else failure = error instanceof UpstreamError ? error : networkFailure(error);
		throw failure;
	} finally {
		patience.end();
		if (failure === null) sight?.ended();
		else sight?.failed(failure.code);
	}
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

/** Some servers answer a streamed question with one JSON object, or a proxy with a page. A missing type is let through. */
function isEventStream({ headers }: IncomingMessage): boolean {
	const type = headers['content-type'];
	return type === undefined || type.startsWith('text/event-stream');
}

/** The body, with a cut in the middle told apart from a connection that never was. */
async function* chunksOf(response: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
	try {
		yield* response;
	} catch (error) {
		if (error instanceof Error && error.name === 'AbortError') throw error;
		throw new UpstreamError('lost', 'the connection ended in mid-answer');
	}
}

/** One timer and one abort signal over the caller's own: whatever waits for the server waits on `signal`. */
class Patience {
	readonly #controller = new AbortController();
	readonly #outer: AbortSignal;
	readonly #abort = (): void => this.#controller.abort(UNWANTED);
	#timer: NodeJS.Timeout | undefined;
	/** It was the timer that ended the wait. */
	over = false;

	constructor(outer: AbortSignal) {
		this.#outer = outer;
		if (outer.aborted) this.#abort();
		else outer.addEventListener('abort', this.#abort, { once: true });
	}

	get signal(): AbortSignal {
		return this.#controller.signal;
	}

	/** Starts the wait over. */
	wait(ms: number): void {
		clearTimeout(this.#timer);
		this.#timer = setTimeout(() => {
			this.over = true;
			this.#controller.abort(UNWANTED);
		}, ms);
	}

	/** Aborting a finished request does nothing; an unfinished one lets go of its connection. */
	end(): void {
		clearTimeout(this.#timer);
		this.#outer.removeEventListener('abort', this.#abort);
		this.#controller.abort(UNWANTED);
	}
}
