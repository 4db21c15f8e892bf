/** What an LLM server's refusal means. Its text may quote the conversation, so it is searched and never passed on. */
import type { IncomingMessage } from 'node:http';
import { UpstreamError, statusFailure } from './failure.ts';

/** Enough for any error message; the rest of a body is not read. */
const MAX_ERROR_BYTES = 16 * 1024;

/**
 * How servers say that a conversation has outgrown the model: OpenAI's and vLLM's code and sentence, llama.cpp's type,
 * Ollama's and LM Studio's wordings. There is no standard, so here alone text is searched.
 */
const OVERFLOW =
	/context_length_exceeded|maximum context length|exceed_context_size|exceeds? the (available |model'?s? )?(context|maximum)|context (length|window|size)|max_model_len|input length exceeds|prompt is too long|too many tokens/i;
const NO_MODEL = /model_not_found|model\b.{0,300}\b(not found|does not exist|not exist)|no such model/i;

/** From an answer that is not 2xx. Reads a little of its body. */
export async function answerFailure(response: IncomingMessage): Promise<UpstreamError> {
	const { statusCode: status = 0 } = response;
	const text =
		status === 400 || status === 404 || status === 413 || status === 422 || status >= 500
			? await someText(response)
			: '';
	if (status !== 404 && OVERFLOW.test(text)) return overflow();
	if ((status === 404 || status === 400) && NO_MODEL.test(text)) return noModel();
	return statusFailure(status, response.headers['retry-after']);
}

/** From an `error` inside a stream that began well. `json` is the chunk. */
export function errorFailure(json: string): UpstreamError {
	const text = json.slice(0, MAX_ERROR_BYTES);
	if (OVERFLOW.test(text)) return overflow();
	if (NO_MODEL.test(text)) return noModel();
	return new UpstreamError('protocol', 'the server reported an error');
}

const overflow = (): UpstreamError =>
	new UpstreamError('context_overflow', 'the conversation is longer than the model can read');
const noModel = (): UpstreamError => new UpstreamError('no_model', 'the server has no such model');

/** The beginning of a body as text; '' where it cannot be read. Throws only when the request was aborted. */
async function someText(response: AsyncIterable<Uint8Array>): Promise<string> {
	const decoder = new TextDecoder();
	let text = '';
	let bytes = 0;
	try {
		for await (const chunk of response) {
			text += decoder.decode(chunk, { stream: true });
			bytes += chunk.byteLength;
			if (bytes >= MAX_ERROR_BYTES) break;
		}
	} catch (error) {
		if (error instanceof Error && error.name === 'AbortError') throw error;
	}
	return text;
}
