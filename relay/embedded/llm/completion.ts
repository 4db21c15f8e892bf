/** The OpenAI shapes of one chat completion: the chunks of a stream, and the whole. Pure. */
import { STREAM_DONE } from '../../../src/lib/protocol/llm.ts';
import type { ApiError } from './request.ts';

/** Shared by all chunks of one completion. */
export interface CompletionHead {
	readonly id: string;
	/** Unix time in seconds. */
	readonly created: number;
	readonly model: string;
}

type Delta =
	{ readonly role: 'assistant'; readonly content: '' } | { readonly content: string } | Record<string, never>;

const event = (data: string): string => `data: ${data}\n\n`;

/** One server-sent event with one choice. */
export function chunkEvent(head: CompletionHead, delta: Delta, finishReason: 'stop' | null = null): string {
	const choices = [{ index: 0, delta, logprobs: null, finish_reason: finishReason }];
	return event(JSON.stringify({ ...head, object: 'chat.completion.chunk', choices }));
}

/** A chunk that says nothing, as servers send while a prompt is being read. */
export function keepAliveEvent(head: CompletionHead): string {
	return event(JSON.stringify({ ...head, object: 'chat.completion.chunk', choices: [] }));
}

export const DONE_EVENT = event(STREAM_DONE);
/** The fault `garbage`: an event that is no JSON, with a byte that is no UTF-8 in it. */
export const GARBAGE_EVENT = Buffer.concat([
	Buffer.from('data: {"choices":[{"delta":{"content":'),
	Buffer.from([0xff, 0xfe, 0x00]),
	Buffer.from('}\n\n')
]);

export function wholeCompletion(
	head: CompletionHead,
	content: string,
	tokens: { readonly prompt: number; readonly completion: number }
): object {
	return {
		...head,
		object: 'chat.completion',
		choices: [{ index: 0, message: { role: 'assistant', content }, logprobs: null, finish_reason: 'stop' }],
		usage: {
			prompt_tokens: tokens.prompt,
			completion_tokens: tokens.completion,
			total_tokens: tokens.prompt + tokens.completion
		}
	};
}

export function errorBody({ message, type, code }: ApiError): object {
	return { error: { message, type, param: null, code } };
}
