/**
 * A chat completion of whichever instance can give it: another is asked for as long as no word has come, and beside one that
 * says nothing for too long.
 */
import { findFastest } from '../discovery/find-fastest.ts';
import type { FindOptions } from '../discovery/find-instance.ts';
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
	/** After so long without a sign of life another instance is asked beside the first; default LLM_HEDGE_MS, 0: never. */
	readonly hedgeMs?: number;
	/** At most once: none has come for so long, whether or not there is another instance. */
	readonly slow?: () => void;
	/** At most once: there is, and it is asked. */
	readonly hedged?: () => void;
}

/** Several times what a healthy model takes to its first token, and about as long as a person waits without a doubt. */
export const LLM_HEDGE_MS = 3000;

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
	const found = await findFastest(
		service,
		async (instance, signal, connected, alive) => {
			const words = streamChat({ ...instance, apiKey, model }, question, signal, {
				limits: options.limits,
				see: options.see,
				// The first token may take many times what a connection may.
				connected,
				alive
			});
			return { words, first: await words.next() };
		},
		{ hedgeMs: LLM_HEDGE_MS, ...options }
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
