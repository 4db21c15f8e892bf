/** From the bytes of a streamed chat completion to the text to be spoken. No socket and no clock in here. */
import { createParser } from 'eventsource-parser';
import { ChatChunkSchema, STREAM_DONE, parseJsonWith } from '../../src/lib/protocol/llm.ts';
import { UpstreamError } from './failure.ts';
import { errorFailure } from './llm-failure.ts';

export interface ChatStreamLimits {
	readonly maxBodyBytes: number;
	readonly maxEventChars: number;
}

export class ChatStream {
	readonly #limits: ChatStreamLimits;
	readonly #decoder = new TextDecoder();
	readonly #parser;
	#events: string[] = [];
	#bytes = 0;
	#malformed = false;
	#alive = false;
	#complete = false;

	constructor(limits: ChatStreamLimits) {
		this.#limits = limits;
		this.#parser = createParser({
			maxBufferSize: limits.maxEventChars,
			onEvent: (event) => this.#events.push(event.data),
			// A line that is no field, or one without end. The format would let us skip the first; no server of this kind
			// sends any, so it means that something else is talking, and words may be missing.
			onError: () => (this.#malformed = true)
		});
	}

	/** A `finish_reason` or `[DONE]` was seen: the answer is all there. */
	get complete(): boolean {
		return this.#complete;
	}

	/** Whether the model has said or thought anything since the last call; keep-alives do not count. */
	tookSignOfLife(): boolean {
		const alive = this.#alive;
		this.#alive = false;
		return alive;
	}

	/** Takes bytes cut anywhere; yields text, never empty. Throws UpstreamError where they are no such stream. */
	*push(bytes: Uint8Array): Generator<string, void, undefined> {
		this.#bytes += bytes.byteLength;
		if (this.#bytes > this.#limits.maxBodyBytes) throw new UpstreamError('protocol', 'the answer is too long');
		this.#parser.feed(this.#decoder.decode(bytes, { stream: true }));
		const events = this.#events;
		this.#events = [];
		for (const data of events) {
			const text = this.#event(data);
			if (text !== '') yield text;
		}
		if (this.#malformed) throw new UpstreamError('protocol', 'not an event stream');
	}

	#event(data: string): string {
		if (this.#complete) return '';
		if (data === STREAM_DONE) {
			this.#complete = true;
			return '';
		}
		const chunk = parseJsonWith(ChatChunkSchema, data);
		if (!chunk.ok) throw new UpstreamError('protocol', `chunk: ${chunk.reason}`);
		if (chunk.value.error != null) throw errorFailure(data);
		const [choice] = chunk.value.choices;
		if (choice === undefined) return '';
		if (choice.finish_reason != null && choice.finish_reason !== '') this.#complete = true;
		const { content, reasoning_content: thought, reasoning } = choice.delta;
		if ([content, thought, reasoning].some((text) => text != null && text !== '')) this.#alive = true;
		return content ?? '';
	}
}
