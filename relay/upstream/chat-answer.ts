/** One answer of the LLM's on its way: from the request to the last word. Everything between the socket and the words is one call. */
import type { IncomingMessage } from 'node:http';
import { UNWANTED } from '../lifecycle/stackless.ts';
import { ChatStream } from './chat-stream.ts';
import { UpstreamError, networkFailure } from './failure.ts';
import { answerFailure } from './llm-failure.ts';
import type { LlmLimits } from './llm.ts';
import type { ConnectionSight } from './sight.ts';

/** What an answer is told to. */
export interface ChatListener {
	/** Never empty, never reasoning. False: no more is wanted. */
	text(text: string): boolean;
	/**
	 * Exactly once, last. null: the answer is complete, no more of it was wanted, or the signal aborted. The connection is
	 * free by then.
	 */
	ended(cause: UpstreamError | null): void;
}

/** An answer that has begun, or is over without a word. */
export interface ChatLeg {
	/** Call it once; what has come already comes first. */
	start(listener: ChatListener): void;
}

export interface AnswerOptions {
	readonly limits: LlmLimits;
	readonly sight: ConnectionSight | undefined;
	/** Called once, at the model's first sign of life, spoken or thought. */
	readonly alive: (() => void) | undefined;
	/** Resolves with the head of the answer. */
	ask(signal: AbortSignal): Promise<IncomingMessage>;
}

/** An answer that is complete may keep its connection for this long, so that the next request can have it. */
const END_GRACE_MS = 50;

export class ChatAnswer implements ChatLeg {
	readonly #options: AnswerOptions;
	readonly #signal: AbortSignal;
	readonly #stream: ChatStream;
	readonly #request = new AbortController();
	readonly #begun = Promise.withResolvers<ChatLeg>();
	readonly #abort = (): void => this.#given();
	readonly #take = (text: string): void => this.#text(text);
	#timer: NodeJS.Timeout;
	#listener: ChatListener | null = null;
	/** What came before somebody listened: until then it is bounded as a whole answer is. */
	#early: string[] = [];
	#hasText = false;
	#isAlive = false;
	#isOver = false;
	#end: { readonly cause: UpstreamError | null } | null = null;

	constructor(options: AnswerOptions, signal: AbortSignal) {
		this.#options = options;
		this.#signal = signal;
		this.#stream = new ChatStream(options.limits);
		this.#timer = setTimeout(() => this.#late(), options.limits.firstTokenMs);
		signal.addEventListener('abort', this.#abort, { once: true });
		if (signal.aborted) this.#given();
		else void this.#ask();
	}

	/** Resolves with the first text, or where it is over without any. Rejects with UpstreamError. */
	get begun(): Promise<ChatLeg> {
		return this.#begun.promise;
	}

	start(listener: ChatListener): void {
		this.#listener = listener;
		const early = this.#early;
		this.#early = [];
		for (const text of early) this.#pass(text, listener);
		this.#tellEnd();
	}

	async #ask(): Promise<void> {
		try {
			const response = await this.#options.ask(this.#request.signal);
			const { statusCode = 0 } = response;
			if (statusCode < 200 || statusCode > 299) throw await answerFailure(response);
			if (!isEventStream(response)) throw new UpstreamError('protocol', 'the answer is no event stream');
			this.#read(response);
		} catch (error) {
			this.#settle(error instanceof UpstreamError ? error : networkFailure(error));
		}
	}

	#read(response: IncomingMessage): void {
		const cut = (): void => this.#settle(new UpstreamError('lost', 'the connection ended in mid-answer'));
		response.on('data', (bytes: Buffer) => this.#data(bytes));
		response.on('end', () => {
			this.#settle(this.#stream.complete ? null : new UpstreamError('lost', 'the answer was cut off'));
		});
		response.on('error', cut);
		response.on('close', cut);
	}

	#data(bytes: Uint8Array): void {
		if (this.#isOver) return;
		const stream = this.#stream;
		try {
			stream.push(bytes, this.#take);
		} catch (error) {
			return this.#settle(error instanceof UpstreamError ? error : networkFailure(error));
		}
		if (this.#isOver) return;
		if (stream.complete) this.#wait(END_GRACE_MS);
		else if (stream.tookSignOfLife()) this.#live();
	}

	#live(): void {
		if (this.#isAlive) {
			this.#timer.refresh();
			return;
		}
		this.#isAlive = true;
		this.#wait(this.#options.limits.stallMs);
		this.#options.alive?.();
	}

	#text(text: string): void {
		if (this.#isOver) return;
		if (!this.#hasText) {
			this.#hasText = true;
			this.#options.sight?.ready();
			this.#begun.resolve(this);
		}
		if (this.#listener === null) this.#early.push(text);
		else this.#pass(text, this.#listener);
	}

	#pass(text: string, listener: ChatListener): void {
		if (this.#signal.aborted || this.#listener !== listener) return;
		if (!listener.text(text)) this.#settle(null);
	}

	/** Starts the wait over. */
	#wait(ms: number): void {
		clearTimeout(this.#timer);
		this.#timer = setTimeout(() => this.#late(), ms);
	}

	#late(): void {
		this.#settle(this.#stream.complete ? null : new UpstreamError('timed_out', 'the model is silent'));
	}

	/** The caller does not want it. What it gives for a reason is for whoever counts failures, not for whoever listens. */
	#given(): void {
		const reason: unknown = this.#signal.reason;
		this.#settle(null, reason instanceof UpstreamError ? reason : null);
	}

	/** The one way out. */
	#settle(cause: UpstreamError | null, seen = cause): void {
		if (this.#isOver) return;
		this.#isOver = true;
		clearTimeout(this.#timer);
		this.#signal.removeEventListener('abort', this.#abort);
		// Aborting a finished request does nothing; an unfinished one lets go of its connection.
		this.#request.abort(UNWANTED);
		const { sight } = this.#options;
		if (seen === null) sight?.ended();
		else sight?.failed(seen.code);
		if (cause !== null && !this.#hasText) {
			this.#begun.reject(cause);
			return;
		}
		this.#begun.resolve(this);
		this.#end = { cause };
		this.#tellEnd();
	}

	#tellEnd(): void {
		const listener = this.#listener;
		if (this.#end === null || listener === null) return;
		const { cause } = this.#end;
		this.#end = null;
		this.#listener = null;
		listener.ended(cause);
	}
}

/** Some servers answer a streamed question with one JSON object, or a proxy with a page. A missing type is let through. */
function isEventStream({ headers }: IncomingMessage): boolean {
	const type = headers['content-type'];
	return type === undefined || type.startsWith('text/event-stream');
}
