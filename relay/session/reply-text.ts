/**
 * What a reply says: first what the browser still has of an answer that was cut off, then what the LLM writes. The LLM is
 * asked at once, whatever there is to say before its words. Where it is lost before its first whole word, another is asked.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { ReplyLanguage } from '../../src/lib/chat/reply-language.ts';
import { followsDirectly } from '../../src/lib/chat/seam.ts';
import { SpeechWriter, type Piece } from '../../src/lib/chat/speech.ts';
import { backoffMs, type Backoff } from '../lifecycle/backoff.ts';
import type { ChatListener } from '../upstream/chat-answer.ts';
import type { LegCode, UpstreamError } from '../upstream/failure.ts';

export interface ReplyTextDeps {
	/** The LLM's answer as it comes, of whichever instance, told to `listener` until `signal` aborts. */
	ask(signal: AbortSignal, listener: ChatListener): void;
	/** Of the words that stand in for what is not read out, until the text itself tells. */
	readonly language: ReplyLanguage;
	/** Of the whole text; the rest is not asked for. */
	readonly maxChars: number;
	piece(piece: Piece): void;
	/** The LLM was lost before its first word, and is asked again. */
	again(cause: UpstreamError): void;
	/** Once, after the last piece, unless the signal aborted. null: everything is written. */
	over(cause: UpstreamError | null): void;
}

/** The search among the instances has its own tries; these are for a single server that restarts, or drops its first word. */
const MAX_TRIES = 3;
const WAIT: Backoff = { firstMs: 100, growth: 2, maxMs: 1000, jitter: 0.25 };
/** Whoever waited for the first token has waited long enough, and what is full or odd stays so for longer than this. */
const WORTH_ANOTHER_TRY: ReadonlySet<LegCode> = new Set<LegCode>(['refused', 'lost']);
/** Once it had begun to write, the trouble was that connection's. */
const WORTH_ANOTHER_TRY_IN_MID_WORD: ReadonlySet<LegCode> = new Set<LegCode>([
	'refused',
	'lost',
	'protocol',
	'timed_out'
]);

export class ReplyText {
	readonly #deps: ReplyTextDeps;
	readonly #signal: AbortSignal;
	readonly #begin: string;
	#writer: SpeechWriter;
	#chars = 0;
	/** The model has begun to write. */
	#modelBegan = false;
	/** Pieces that were told, and how much was shown with them. */
	#told = 0;
	#toldChars = 0;
	/** Of this try, pieces to pass over: they were told with the one before. */
	#known = 0;

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
		for (let number = 1; ; number++) {
			const cause = await this.#attempt();
			if (cause === null || this.#signal.aborted) return;
			if (number >= MAX_TRIES || !this.#isWorthAnother(cause)) return this.#endAbruptly(cause);
			this.#deps.again(cause);
			await sleep(backoffMs(number, WAIT), undefined, { signal: this.#signal }).catch(() => undefined);
			this.#startOver();
		}
	}

	/** Null where it has come to its end, told already; else why not. */
	#attempt(): Promise<UpstreamError | null> {
		return new Promise((resolve) => {
			let isTooMuch = false;
			this.#deps.ask(this.#signal, {
				text: (delta) => {
					if (this.#signal.aborted) return false;
					isTooMuch = !this.#write(this.#joined(delta));
					this.#modelBegan ||= !isTooMuch;
					return !isTooMuch;
				},
				ended: (cause) => {
					if (isTooMuch) this.#endAbruptly(null);
					else if (cause === null) this.#end(null);
					resolve(cause);
				}
			});
		});
	}

	#isWorthAnother({ code }: UpstreamError): boolean {
		// One space may have been put between the beginning and the model's words.
		const modelWasTold = this.#toldChars > this.#begin.length + 1;
		return !modelWasTold && (this.#modelBegan ? WORTH_ANOTHER_TRY_IN_MID_WORD : WORTH_ANOTHER_TRY).has(code);
	}

	/** The next try's text takes the place of what the last one left unfinished. */
	#startOver(): void {
		if (!this.#modelBegan) return;
		this.#writer = new SpeechWriter(this.#deps.language);
		this.#modelBegan = false;
		this.#chars = 0;
		this.#known = this.#told;
		this.#write(this.#begin);
	}

	/** The beginning is whole words; of what the model wrote, the last one may be half. */
	#endAbruptly(cause: UpstreamError | null): void {
		if (this.#modelBegan) this.#over(cause);
		else this.#end(cause);
	}

	/** A model that goes on with a sentence may leave out the space before its first word. */
	#joined(delta: string): string {
		if (this.#modelBegan || this.#begin === '' || /\s$/.test(this.#begin) || followsDirectly(delta)) return delta;
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
			if (this.#known > 0) {
				this.#known--;
				continue;
			}
			this.#told++;
			this.#toldChars += piece.shown.length;
			this.#deps.piece(piece);
		}
	}
}
