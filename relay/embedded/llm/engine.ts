/**
 * The embedded LLM: an OpenAI-compatible server on a loopback port whose model is the built-in partner, or a script.
 * Routes: `POST /v1/chat/completions` (stream or not), `GET /v1/models`, `GET /health`. Any API key will do.
 */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import {
	CHAT_COMPLETIONS_PATH,
	MODELS_PATH,
	type ChatMessage,
	type ChatRequest
} from '../../../src/lib/protocol/llm.ts';
import type { Engine, EngineOptions, FaultName } from '../engine.ts';
import { listenLoopback } from '../loopback.ts';
import { DONE_EVENT, GARBAGE_EVENT, chunkEvent, errorBody, keepAliveEvent, wholeCompletion } from './completion.ts';
import type { CompletionHead } from './completion.ts';
import { answer } from './partner.ts';
import { pieces } from './pieces.ts';
import { estimateTokens, readChatRequest, type ApiError } from './request.ts';

export const DEMO_MODEL = 'parley-demo';
/** Bounded by what it is asked to hold, not by memory: small enough that cutting a history gets tried. */
export const DEFAULT_MAX_MODEL_LEN = 8192;
const DEFAULT_SLOTS = 4;
/** Some 65 tokens a second: a small model on a good card. */
const DEFAULT_TOKEN_DELAY_MS = 15;
/** The fault `slow`: a fifth of the normal pace, and where that is no delay at all, of this one. */
const SLOWDOWN = 5;
const SLOWEST_FAST_TOKEN_MS = 10;
/** What a client that found no slot is told to wait. */
const RETRY_AFTER_S = 1;
/** As for the other engines: after so many pieces of text the stream dies, or nonsense comes. */
const PIECES_BEFORE_FAULT: Readonly<Partial<Record<FaultName, number>>> = {
	diesMidStream: 3,
	leaves: 3,
	hangs: 3,
	halfOpen: 3,
	garbage: 2
};

/** Answers in turn, by the number of the assistant's messages so far, the last one again and again; or a function. */
export type LlmScript = { readonly replies: readonly string[] } | ((messages: readonly ChatMessage[]) => string);

export interface LlmEngineOptions extends EngineOptions {
	readonly script?: LlmScript;
	/** Between two pieces of text, in ms; 0 sends them as fast as they go. Default 15. */
	readonly tokenDelayMs?: number;
	/** The context's size in tokens, as `/v1/models` tells it; longer requests are refused. Default 8192. */
	readonly maxModelLen?: number;
	/** Default: the built-in partner's name. */
	readonly model?: string;
}

export async function startLlmEngine(options: LlmEngineOptions = {}): Promise<Engine> {
	const slots = options.slots ?? DEFAULT_SLOTS;
	const maxModelLen = options.maxModelLen ?? DEFAULT_MAX_MODEL_LEN;
	const model = options.model ?? DEMO_MODEL;
	let used = 0;
	const loopback = await listenLoopback(options, (request, response) => {
		respond(request, response).catch((error: unknown) => {
			// A script that throws, say: this client's request fails, and nobody else's.
			if (response.headersSent || response.destroyed) response.destroy();
			else sendError(response, serverError(500, error instanceof Error ? error.message : 'failed'));
		});
	});

	async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
		const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
		const fault = loopback.fault();
		if (path === '/health') return sendJson(request, response, 200, {});
		const method = METHODS[path];
		if (method === undefined) return sendError(response, notFound(path));
		if (request.method !== method && !(method === 'GET' && request.method === 'HEAD')) {
			response.setHeader('allow', method);
			return sendError(response, { ...notFound(path), status: 405, message: `${path} takes ${method}` });
		}
		if (fault === 'unauthorized') return sendError(response, UNAUTHORIZED);
		if (path === CHAT_COMPLETIONS_PATH) return chat(request, response, fault);
		// Accepted, and never answered: whoever asks has to lose patience.
		if (fault === 'never') return;
		const entry = { id: model, object: 'model', created: 0, owned_by: 'parley', max_model_len: maxModelLen };
		return sendJson(request, response, 200, { object: 'list', data: [entry] });
	}

	async function chat(request: IncomingMessage, response: ServerResponse, fault: FaultName | null): Promise<void> {
		if (fault === 'full' || used >= slots) {
			response.setHeader('retry-after', String(RETRY_AFTER_S));
			return sendError(response, serverError(503, 'no free slot'));
		}
		const gone = new AbortController();
		used++;
		// Exactly once, however the request ends; the slot is free from then on.
		response.once('close', () => {
			used--;
			gone.abort();
		});
		const checked = await readChatRequest(request, maxModelLen);
		if (checked === null || fault === 'never') return;
		if (!checked.ok) return sendError(response, checked.error);
		const { messages, stream } = checked.request;
		const head = { id: `chatcmpl-${randomUUID()}`, created: Math.floor(Date.now() / 1000), model };
		const text = replyTo(checked.request, options.script);
		const job: Job = { head, text, fault, delayMs: delayOf(options.tokenDelayMs, fault), signal: gone.signal };
		try {
			if (stream) await sendStream(response, job);
			else await sendWhole(request, response, job, estimateTokens(messages));
		} catch (error) {
			// The client left in the middle: that is how an interruption looks from here.
			if (!gone.signal.aborted) throw error;
		}
	}

	return {
		url: `http://${options.host ?? '127.0.0.1'}:${loopback.port}`,
		port: loopback.port,
		setFault: loopback.setFault,
		usedSlots: () => used,
		close: loopback.close
	};
}

const METHODS: Readonly<Record<string, 'GET' | 'POST' | undefined>> = {
	[CHAT_COMPLETIONS_PATH]: 'POST',
	[MODELS_PATH]: 'GET'
};

const UNAUTHORIZED: ApiError = {
	status: 401,
	message: 'Incorrect API key provided.',
	type: 'authentication_error',
	code: 'invalid_api_key'
};
const notFound = (path: string): ApiError => ({
	status: 404,
	message: `Nothing is at ${path.slice(0, 100)}.`,
	type: 'invalid_request_error',
	code: null
});
const serverError = (status: number, message: string): ApiError => ({
	status,
	message,
	type: 'server_error',
	code: null
});

function replyTo({ messages }: ChatRequest, script: LlmScript | undefined): string {
	if (script === undefined) return answer(messages, new Date());
	if (typeof script === 'function') return script(messages);
	const turn = messages.filter((message) => message.role === 'assistant').length;
	return script.replies[Math.min(turn, script.replies.length - 1)] ?? '';
}

function delayOf(tokenDelayMs: number | undefined, fault: FaultName | null): number {
	const delayMs = tokenDelayMs ?? DEFAULT_TOKEN_DELAY_MS;
	return fault === 'slow' ? SLOWDOWN * Math.max(delayMs, SLOWEST_FAST_TOKEN_MS) : delayMs;
}

interface Job {
	readonly head: CompletionHead;
	readonly text: string;
	readonly fault: FaultName | null;
	readonly delayMs: number;
	/** Aborts when the client is gone. */
	readonly signal: AbortSignal;
}

async function sendStream(response: ServerResponse, { head, text, fault, delayMs, signal }: Job): Promise<void> {
	response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' });
	response.write(chunkEvent(head, { role: 'assistant', content: '' }));
	response.write(keepAliveEvent(head));
	let sent = 0;
	for (const piece of pieces(text)) {
		if (delayMs > 0) await wait(delayMs, undefined, { signal });
		if (signal.aborted) return;
		response.write(chunkEvent(head, { content: piece }));
		sent++;
		if (fault !== null && sent === PIECES_BEFORE_FAULT[fault] && suffer(response, fault)) return;
	}
	// A text of a word or two ends before its fault: it shall suffer it all the same.
	if (fault !== null && sent < (PIECES_BEFORE_FAULT[fault] ?? 0) && suffer(response, fault)) return;
	response.write(chunkEvent(head, {}, 'stop'));
	response.end(DONE_EVENT);
}

/** True where nothing more is to be said. */
function suffer(response: ServerResponse, fault: FaultName): boolean {
	if (fault === 'diesMidStream') die(response);
	else if (fault === 'leaves') response.end();
	else if (fault === 'garbage') response.write(GARBAGE_EVENT);
	return fault !== 'garbage';
}

/** Cuts the connection once what was written has left. */
function die(response: ServerResponse): void {
	const { socket } = response;
	// An empty write's callback comes after those before it.
	if (socket === null) response.destroy();
	else socket.write('', () => socket.destroy());
}

async function sendWhole(request: IncomingMessage, response: ServerResponse, job: Job, prompt: number): Promise<void> {
	const { head, text, fault, delayMs, signal } = job;
	const completion = [...pieces(text)].length;
	if (delayMs > 0) await wait(delayMs * completion, undefined, { signal });
	if (signal.aborted) return;
	if (fault === 'hangs' || fault === 'halfOpen') return;
	if (fault === 'diesMidStream' || fault === 'leaves') return die(response);
	if (fault === 'garbage') {
		response.writeHead(200, { 'content-type': 'application/json' }).end(GARBAGE_EVENT);
		return;
	}
	sendJson(request, response, 200, wholeCompletion(head, text, { prompt, completion }));
}

function sendJson(request: IncomingMessage, response: ServerResponse, status: number, body: object): void {
	const bytes = Buffer.from(JSON.stringify(body));
	response.writeHead(status, { 'content-type': 'application/json', 'content-length': bytes.byteLength });
	response.end(request.method === 'HEAD' ? undefined : bytes);
}

function sendError(response: ServerResponse, error: ApiError): void {
	// What is left of a refused body is not read: the connection goes with the answer.
	if (!response.req.complete) response.setHeader('connection', 'close');
	sendJson(response.req, response, error.status, errorBody(error));
}
