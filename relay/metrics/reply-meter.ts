/** One reply, as the metrics see it: from the request to `replyDone`. */
import type { ReplyRequest } from '../../src/lib/protocol/session.ts';
import type { MetricsRegistry } from './registry.ts';
import { isHeadFrame, soundSeconds } from './reply-sound.ts';

export class ReplyMeter {
	readonly reply: number;
	readonly #registry: MetricsRegistry;
	readonly #nowMs: () => number;
	readonly #asksModel: boolean;
	#committed: boolean;
	#modelBegan = false;
	#written = false;
	#wordCount = 0;
	#firstSayMs: number | null = null;
	#hasSound = false;
	/** The last message of sound, by reference: how long the reply was stands in it. */
	#lastSound: Uint8Array | null = null;
	/** Where the present Ogg stream begins on the reply's clock. */
	#splicedAtS = 0;

	constructor(request: ReplyRequest, registry: MetricsRegistry, nowMs: () => number) {
		this.reply = request.reply;
		this.#registry = registry;
		this.#nowMs = nowMs;
		this.#committed = !request.speculative;
		this.#asksModel = request.written !== true;
		if (!this.#asksModel) return;
		const words = request.messages.reduce((sum, { content }) => sum + countWords(content), 0);
		registry.add('worker_vllm_sent_words_total', words);
		registry.observe('worker_vllm_request_length', words);
	}

	commit(): void {
		this.#committed = true;
	}

	/** The model's first token is there. */
	modelBegan(): void {
		this.#modelBegan = true;
	}

	word(): void {
		if (!this.#modelBegan) return;
		this.#wordCount++;
		this.#registry.count('worker_vllm_recv_words_total');
	}

	written(): void {
		this.#written = true;
	}

	said(): void {
		this.#firstSayMs ??= this.#nowMs();
	}

	splice(atS: number): void {
		this.#splicedAtS = atS;
		this.#lastSound = null;
	}

	/** Hot: one message of sound. */
	sound(message: Uint8Array): void {
		this.#lastSound = message;
		if (this.#hasSound || this.#firstSayMs === null || isHeadFrame(message)) return;
		this.#hasSound = true;
		this.#registry.observe('worker_tts_ttft', (this.#nowMs() - this.#firstSayMs) / 1000);
	}

	done(outcome: 'complete' | 'cancelled' | 'failed'): void {
		const registry = this.#registry;
		const isCancelled = outcome === 'cancelled';
		registry.count('parley_replies_total', { outcome: isCancelled && !this.#committed ? 'dropped' : outcome });
		if (isCancelled && this.#hasSound) registry.count('worker_tts_interrupt_total');
		if (isCancelled && this.#committed && this.#asksModel && !this.#written) {
			registry.count('worker_vllm_interrupt_total');
		}
		if (this.#modelBegan) registry.observe('worker_vllm_reply_length', this.#wordCount);
		if (this.#firstSayMs !== null) {
			registry.observe('worker_tts_gen_duration', (this.#nowMs() - this.#firstSayMs) / 1000);
		}
		const lastS = this.#lastSound === null ? null : soundSeconds(this.#lastSound);
		if (this.#hasSound && lastS !== null) registry.observe('worker_tts_audio_duration', this.#splicedAtS + lastS);
	}
}

/** As a split at white space counts them, without the pieces: a history is up to a megabyte. */
export function countWords(text: string): number {
	let words = 0;
	let inWord = false;
	for (let i = 0; i < text.length; i++) {
		const code = text.charCodeAt(i);
		const isSpace = code === 0x20 || (code >= 0x09 && code <= 0x0d) || code === 0xa0 || code === 0x3000;
		if (!isSpace && !inWord) words++;
		inWord = !isSpace;
	}
	return words;
}
