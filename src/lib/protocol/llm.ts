/** The part of the OpenAI chat-completions stream that Parley reads and writes (vLLM, Ollama, llama.cpp, OpenRouter, …). */
import * as v from 'valibot';
import { decoded, undecodable, type Decoded } from './result.ts';

export const CHAT_COMPLETIONS_PATH = '/v1/chat/completions';
export const MODELS_PATH = '/v1/models';
/** The `data:` of the last event of a stream. */
export const STREAM_DONE = '[DONE]';

export const ROLES = ['system', 'user', 'assistant'] as const;

/** One message to the model. */
export const ChatMessageSchema = v.object({
	role: v.picklist(ROLES),
	content: v.pipe(v.string(), v.maxLength(100_000))
});
export type ChatMessage = v.InferOutput<typeof ChatMessageSchema>;

/**
 * What a model says or thinks. Content may be null. Thoughts are never spoken: `reasoning_content`, or `reasoning` with
 * Ollama, OpenRouter and vLLM from 0.11 on.
 */
const DeltaSchema = v.object({
	content: v.nullish(v.string()),
	reasoning_content: v.nullish(v.string()),
	reasoning: v.nullish(v.string())
});

/** One chunk. Keep-alives have no choices. */
export const ChatChunkSchema = v.object({
	choices: v.optional(
		v.array(
			v.object({
				delta: v.optional(DeltaSchema, {}),
				finish_reason: v.nullish(v.string())
			})
		),
		[]
	),
	error: v.optional(v.unknown())
});
export type ChatChunk = v.InferOutput<typeof ChatChunkSchema>;

/** What `POST /v1/chat/completions` takes from us, and what the embedded model accepts. */
export const ChatRequestSchema = v.object({
	model: v.optional(v.string()),
	messages: v.pipe(v.array(ChatMessageSchema), v.minLength(1), v.maxLength(1000)),
	stream: v.optional(v.boolean(), false),
	temperature: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(2)))
});
export type ChatRequest = v.InferOutput<typeof ChatRequestSchema>;

export const ModelsSchema = v.object({
	data: v.array(v.object({ id: v.string(), max_model_len: v.nullish(v.number()) }))
});

/** Parses one JSON text that must fit `schema`. Never throws. */
export function parseJsonWith<const S extends v.GenericSchema>(schema: S, text: string): Decoded<v.InferOutput<S>> {
	const value = parsedJson(text);
	return value === NOT_JSON ? undecodable('not JSON') : fitting(schema, value);
}

/** `parseJsonWith(ChatChunkSchema, text)`, without the schema's price for what a model writes with every token. */
export function parseChatChunk(text: string): Decoded<ChatChunk> {
	const value = parsedJson(text);
	if (value === NOT_JSON) return undecodable('not JSON');
	return isPlainChunk(value) ? decoded(value) : fitting(ChatChunkSchema, value);
}

const NOT_JSON = Symbol('not JSON');

function parsedJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return NOT_JSON;
	}
}

function fitting<const S extends v.GenericSchema>(schema: S, value: unknown): Decoded<v.InferOutput<S>> {
	const parsed = v.safeParse(schema, value, { abortEarly: true });
	if (parsed.success) return decoded(parsed.output);
	const [issue] = parsed.issues;
	return undecodable(`${v.getDotPath(issue) ?? 'message'}: expected ${issue.expected ?? 'something else'}`);
}

/** One choice with its delta, and nothing for a schema to put in or to refuse. */
function isPlainChunk(value: unknown): value is ChatChunk {
	if (typeof value !== 'object' || value === null || !('choices' in value)) return false;
	const { choices } = value;
	if (!Array.isArray(choices) || choices.length !== 1) return false;
	const [choice]: unknown[] = choices;
	if (typeof choice !== 'object' || choice === null || !('delta' in choice)) return false;
	const { delta } = choice;
	if (typeof delta !== 'object' || delta === null || Array.isArray(delta)) return false;
	return (
		(!('finish_reason' in choice) || isTextOrNull(choice.finish_reason)) &&
		(!('content' in delta) || isTextOrNull(delta.content)) &&
		(!('reasoning_content' in delta) || isTextOrNull(delta.reasoning_content)) &&
		(!('reasoning' in delta) || isTextOrNull(delta.reasoning))
	);
}

const isTextOrNull = (value: unknown): boolean => value === null || typeof value === 'string';
