/**
 * What a reply says: first what the browser still has of an answer that was cut off, then what the LLM writes. The LLM is
 * asked at once, whatever there is to say before its words.
 */
import type { ReplyLanguage } from '../../src/lib/chat/reply-language.ts';
import { SpeechWriter, type Piece } from '../../src/lib/chat/speech.ts';
import { asUpstreamError, type UpstreamError } from '../upstream/failure.ts';

export interface ReplyTextDeps {
	/** The LLM's answer as it comes. Throws UpstreamError; ends silently where `signal` aborts. */
	ask(signal: AbortSignal): AsyncIterable<string>;
	/** Of the words that stand in for what is not read out, until the text itself tells. */
	readonly language: ReplyLanguage;
	/** Of the whole text; the rest is not asked for. */
	readonly maxChars: number;
	piece(piece: Piece): void;
	/** Once, after the last piece, unless the signal aborted. null: everything is written. */
	over(cause: UpstreamError | null): void;
}

/** What follows a word without a space. */
const CLOSES = /^[\s.,;:!?…)\]»”’'-]/;

export class ReplyText {
	readonly #deps: ReplyTextDeps;
	readonly #signal: AbortSignal;
	readonly #begin: string;
	readonly #writer: SpeechWriter;
	#chars = 0;
	/** The model has begun to write. */
	#modelBegan = false;

	constructor(begin: string, deps: ReplyTextDeps, signal: AbortSignal) {
		this.#begin = begin;
		this.#deps = deps;
		this.#signal = signal;
		this.#writer = new SpeechWriter(deps.language);
	}

	/** `written`: the beginning is all there is. Never rejects. */
	async start(written: boolean): Promise<void> {
		this.#write(this.#begin);
		if (written) return this.#end(null);
		try {
			for await (const delta of this.#deps.ask(this.#signal)) {
				if (this.#signal.aborted) return;
				if (!this.#write(this.#joined(delta))) return this.#endAbruptly(null);
				this.#modelBegan = true;
			}
			this.#end(null);
		} catch (error) {
			this.#endAbruptly(asUpstreamError(error, 'the LLM leg failed'));
		}
	}

	/** The beginning is whole words; of what the model wrote, the last one may be half. */
	#endAbruptly(cause: UpstreamError | null): void {
		if (this.#modelBegan) this.#over(cause);
		else this.#end(cause);
	}

	/** A model that goes on with a sentence may leave out the space before its first word. */
	#joined(delta: string): string {
		if (this.#modelBegan || this.#begin === '' || /\s$/.test(this.#begin) || CLOSES.test(delta)) return delta;
		return ` ${delta}`;
	}

	/** False where it is too much. */
	#write(text: string): boolean {
		this.#chars += text.length;
		if (this.#chars > this.#deps.maxChars) return false;
		this.#tell(this.#writer.push(text));
		return true;
	}

	#end(cause: UpstreamError | null): void {
		if (this.#signal.aborted) return;
		this.#tell(this.#writer.flush());
		this.#over(cause);
	}

	#over(cause: UpstreamError | null): void {
		if (!this.#signal.aborted) this.#deps.over(cause);
	}

	#tell(pieces: readonly Piece[]): void {
		for (const piece of pieces) {
			if (this.#signal.aborted) return;
			this.#deps.piece(piece);
		}
	}
}
