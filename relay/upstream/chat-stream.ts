/** From the bytes of a streamed chat completion to the text to be spoken. No socket and no clock in here. */
import { createParser } from 'eventsource-parser';
import { STREAM_DONE, parseChatChunk, type ChatChunk } from '../../src/lib/protocol/llm.ts';
import { UpstreamError } from './failure.ts';
import { errorFailure } from './llm-failure.ts';

export interface ChatStreamLimits {
	readonly maxBodyBytes: number;
	readonly maxEventChars: number;
}

const FIELD = 'data: ';
const EVENT_END = '\n\n';

export class ChatStream {
	readonly #limits: ChatStreamLimits;
	readonly #decoder = new TextDecoder();
	readonly #parser;
	/** The parser holds no part of an event. */
	#isBetweenEvents = true;
	/** Of one call of `push`: in the order of the events. */
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

	/** Takes bytes cut anywhere; gives `take` text, never empty. Throws UpstreamError where they are no such stream. */
	push(bytes: Uint8Array, take: (text: string) => void): void {
		this.#bytes += bytes.byteLength;
		if (this.#bytes > this.#limits.maxBodyBytes) throw new UpstreamError('protocol', 'the answer is too long');
		const text = this.#decoder.decode(bytes, { stream: true });
		const data = this.#onlyEvent(text);
		if (data !== null) {
			this.#tell(data, take);
			return;
		}
		if (text !== '') this.#isBetweenEvents = text.endsWith(EVENT_END);
		this.#parser.feed(text);
		const events = this.#events;
		this.#events = [];
		for (const event of events) this.#tell(event, take);
		if (this.#malformed) throw new UpstreamError('protocol', 'not an event stream');
	}

	/** The data of what is exactly one event of one field, as nearly every token comes; null where the parser has to read it. */
	#onlyEvent(text: string): string | null {
		if (!this.#isBetweenEvents || !text.startsWith(FIELD) || text.length > this.#limits.maxEventChars) return null;
		const end = text.indexOf('\n');
		if (end <= FIELD.length || end !== text.length - EVENT_END.length || !text.endsWith(EVENT_END)) return null;
		return text.includes('\r') ? null : text.slice(FIELD.length, end);
	}

	#tell(data: string, take: (text: string) => void): void {
		if (this.#complete) return;
		if (data === STREAM_DONE) {
			this.#complete = true;
			return;
		}
		const chunk = parseChatChunk(data);
		if (!chunk.ok) throw new UpstreamError('protocol', `chunk: ${chunk.reason}`);
		if (chunk.value.error != null) throw errorFailure(data);
		const text = this.#textOf(chunk.value);
		if (text !== '') take(text);
	}

	#textOf({ choices: [choice] }: ChatChunk): string {
		if (choice === undefined) return '';
		if (choice.finish_reason != null && choice.finish_reason !== '') this.#complete = true;
		const { content, reasoning_content: thought, reasoning } = choice.delta;
		this.#alive ||= isSaid(content) || isSaid(thought) || isSaid(reasoning);
		return content ?? '';
	}
}

const isSaid = (text: string | null | undefined): boolean => text != null && text !== '';
