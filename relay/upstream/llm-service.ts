/** A chat completion of whichever instance can give it: another is asked for as long as no word has come. */
import { findInstance, type FindOptions } from '../discovery/find-instance.ts';
import type { Service } from '../discovery/service.ts';
import { UpstreamError } from './failure.ts';
import { streamChat, type ChatQuestion, type LlmLimits } from './llm.ts';
import type { See } from './sight.ts';

export interface LlmUpstream {
	readonly service: Service;
	/** Sent as a bearer; '' sends none. */
	readonly apiKey: string;
	/** '' leaves the choice to the server. */
	readonly model: string;
}

export interface ChatOptions extends FindOptions {
	/** Default LLM_LIMITS. */
	readonly limits?: LlmLimits;
	readonly see?: See | undefined;
}

/**
 * Like `streamChat`, of the service's instances: yields text, never empty; returns when the answer is complete, or early
 * and silently when the signal aborts. What it throws before the first text is the most telling of the instances'
 * failures; after it, one instance's.
 */
export async function* streamFromService(
	{ service, apiKey, model }: LlmUpstream,
	question: ChatQuestion,
	options: ChatOptions
): AsyncGenerator<string, void, undefined> {
	const found = await findInstance(
		service,
		async (instance, signal, connected) => {
			const words = streamChat({ ...instance, apiKey, model }, question, signal, {
				limits: options.limits,
				see: options.see,
				// The first token may take many times what a connection may.
				connected
			});
			return { words, first: await words.next() };
		},
		options
	).catch((error: unknown) => {
		if (options.signal.aborted) return null;
		throw error;
	});
	if (found === null) return;
	const { words, first } = found.connection;
	try {
		if (first.done === true) return;
		yield first.value;
		yield* words;
	} catch (error) {
		if (error instanceof UpstreamError) service.failed(found.instance, error);
		throw error;
	} finally {
		await words.return();
	}
}
