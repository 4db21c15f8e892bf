/** An answer for a test's `for await`: its text as it comes, in its pieces. Whoever stops reading lets go of it. */
import type { ChatListener } from '../chat-answer.ts';
import type { UpstreamError } from '../failure.ts';
import { askService, type ChatOptions, type LlmUpstream } from '../llm-service.ts';
import { openChat, type ChatQuestion, type LlmEndpoint, type StreamOptions } from '../llm.ts';

/** Throws what the answer fails with; ends silently where `signal` aborts. */
export async function* piecesOf(
	outer: AbortSignal,
	ask: (signal: AbortSignal, listener: ChatListener) => Promise<void>
): AsyncGenerator<string, void, undefined> {
	const own = new AbortController();
	const pieces: string[] = [];
	let end: { readonly cause: UpstreamError | null } | null = null;
	let wake = (): void => undefined;
	const listener: ChatListener = {
		text(text) {
			pieces.push(text);
			wake();
			return true;
		},
		ended(cause) {
			if (end !== null) throw new Error('it ended twice');
			end = { cause };
			wake();
		}
	};
	const isOver = (): UpstreamError | null | undefined => (end === null ? undefined : end.cause);
	try {
		await ask(AbortSignal.any([outer, own.signal]), listener);
		for (;;) {
			const piece = pieces.shift();
			if (piece !== undefined) {
				yield piece;
				if (outer.aborted) return;
				continue;
			}
			const cause = isOver();
			if (cause === null) return;
			if (cause !== undefined) throw cause;
			await new Promise<void>((resolve) => (wake = resolve));
		}
	} finally {
		own.abort();
	}
}

/** Of one server. */
export function streamChat(
	endpoint: LlmEndpoint,
	question: ChatQuestion,
	signal: AbortSignal,
	options?: StreamOptions
): AsyncGenerator<string, void, undefined> {
	return piecesOf(signal, async (its, listener) => {
		(await openChat(endpoint, question, its, options)).start(listener);
	});
}

/** Of a service's instances. */
export function streamFromService(
	upstream: LlmUpstream,
	question: ChatQuestion,
	options: ChatOptions
): AsyncGenerator<string, void, undefined> {
	return piecesOf(options.signal, (signal, listener) =>
		askService(upstream, question, { ...options, signal }, listener)
	);
}
