/** The answers by the names under which OpenAI's clients know them, and what of each was said when. */
import type { History } from '../../../src/lib/chat/history.ts';
import type { RealtimeServerOutput } from '../../../src/lib/protocol/realtime.ts';

/** Whoever stops listening to an answer says so while it is one of the last. */
const MOST_ITEMS = 4;

interface Item {
	readonly id: string;
	/** In the history; null before its first word was heard. */
	readonly utterance: number | null;
	readonly words: readonly { readonly text: string; readonly atMs: number }[];
	/** How much of its sound has left. */
	readonly sentMs: number;
}

/** `unknown`: no such answer is known. `too_late`: it does not sound for so long. */
export type TruncateFault = 'unknown' | 'too_late';

export class Items {
	#items: readonly Item[] = [];

	#isTold = false;

	/** Whether the client is told of them. */
	get isTold(): boolean {
		return this.#isTold;
	}

	/** The client knows OpenAI's events. */
	tell(): void {
		this.#isTold = true;
	}

	/** `current`, for a client that is told. */
	get told(): string | null {
		return this.#isTold ? this.current : null;
	}

	/** The event with the name of the answer that it belongs to, where that is told. */
	named(event: RealtimeServerOutput): RealtimeServerOutput {
		const { told } = this;
		if (told === null) return event;
		switch (event.type) {
			case 'response.text.delta':
			case 'response.text.done':
			case 'response.audio.done':
				return { ...event, item_id: told };
			default:
				return event;
		}
	}

	/** The answer under way, or the last one. */
	get current(): string | null {
		return this.#items.at(-1)?.id ?? null;
	}

	/** An answer begins. */
	begin(id: string): void {
		this.#items = [...this.#items, { id, utterance: null, words: [], sentMs: 0 }].slice(-MOST_ITEMS);
	}

	/** These words of the present answer begin at `atMs` of its sound, and stand in this utterance of the history. */
	said(text: string, atMs: number, utterance: number): void {
		const item = this.#items.at(-1);
		if (item === undefined) return;
		this.#items = this.#items.with(-1, { ...item, utterance, words: [...item.words, { text, atMs }] });
	}

	/** So much of the present answer's sound has left. */
	sent(ms: number): void {
		const item = this.#items.at(-1);
		if (item !== undefined) this.#items = this.#items.with(-1, { ...item, sentMs: ms });
	}

	/** Why the item cannot be cut there, if so. */
	faultOf(id: string, endMs: number): TruncateFault | null {
		const item = this.#items.find((one) => one.id === id);
		if (item === undefined) return 'unknown';
		return endMs > item.sentMs ? 'too_late' : null;
	}

	/** The history without what the item said from `endMs` of its sound on. */
	truncate(id: string, endMs: number, history: History): History {
		const at = this.#items.findIndex((item) => item.id === id);
		const item = this.#items[at];
		if (item === undefined) return history;
		const words = item.words.filter(({ atMs }) => atMs < endMs);
		if (words.length === item.words.length) return history;
		this.#items = this.#items.with(at, { ...item, words });
		const text = words
			.map((word) => word.text)
			.join('')
			.trim();
		return history
			.map((one) => (one.id === item.utterance ? { ...one, text, interrupted: true } : one))
			.filter((one) => one.id !== item.utterance || text !== '');
	}
}
