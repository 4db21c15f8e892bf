/**
 * A chat completion of whichever instance can give it: another is asked for as long as no word has come, and beside one that
 * says nothing for too long.
 */
import { findFastest } from '../discovery/find-fastest.ts';
import type { FindOptions, Found } from '../discovery/find-instance.ts';
import type { Service } from '../discovery/service.ts';
import type { ChatLeg, ChatListener } from './chat-answer.ts';
import { asUpstreamError } from './failure.ts';
import { openChat, type ChatQuestion, type LlmLimits } from './llm.ts';
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
 * Asks the service's instances. Before the first text `listener` is told the most telling of their failures; after it,
 * one instance's.
 */
export async function askService(
	{ service, apiKey, model }: LlmUpstream,
	question: ChatQuestion,
	options: ChatOptions,
	listener: ChatListener
): Promise<void> {
	const { limits, see, signal } = options;
	let found: Found<ChatLeg>;
	try {
		found = await findFastest(
			service,
			// The first token may take many times what a connection may.
			(instance, its, connected, alive) =>
				openChat({ ...instance, apiKey, model }, question, its, { limits, see, connected, alive }),
			{ hedgeMs: LLM_HEDGE_MS, ...options }
		);
	} catch (error) {
		listener.ended(signal.aborted ? null : asUpstreamError(error, 'the LLM could not be asked'));
		return;
	}
	found.connection.start({
		text: (text) => listener.text(text),
		ended(cause) {
			if (cause !== null) service.failed(found.instance, cause);
			listener.ended(cause);
		}
	});
}
