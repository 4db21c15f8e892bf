/**
 * Writes one talk down as it happens: at once when an entry ends, and otherwise so often that a page that is killed loses no
 * more than the word just being said. What it writes goes through the store's transactions, so that a title given in
 * another tab stays.
 */
import { FORMAT, MOST, VERSION, type ConversationRecord, type KeptEntry, type Who } from './record.ts';
import type { HistoryStore, Outcome, Trouble } from './store.ts';

/** Between two writes while an entry grows: a spoken word takes longer. */
const WRITE_EVERY_MS = 250;

/** A line of the talk; its id grows, and it may come again, changed. */
export interface Line {
	readonly id: number;
	readonly role: 'user' | 'assistant';
	readonly text: string;
	readonly interrupted: boolean;
	readonly open: boolean;
}

export interface ScribeOptions {
	readonly store: Pick<HistoryStore, 'change'>;
	readonly id: string;
	readonly startedAtMs: number;
	readonly character: Who | null;
	readonly language: 'en' | 'fr';
	/** Calls back once, later; the answer calls it off. */
	readonly later: (ms: number, callback: () => void) => () => void;
	/** What went wrong with the last write; null once one succeeds again. */
	readonly onTrouble: (trouble: Trouble | null) => void;
}

export class Scribe {
	readonly #options: ScribeOptions;
	readonly #lines = new Map<number, KeptEntry>();
	#endedAtMs: number | null = null;
	/** It was written down once: where it is missing afterwards, somebody deleted it. */
	#written = false;
	#dirty = false;
	#writing: Promise<void> | null = null;
	#callOff: (() => void) | null = null;
	#stopped = false;

	constructor(options: ScribeOptions) {
		this.#options = options;
	}

	get id(): string {
		return this.#options.id;
	}

	/** The highest id of a line so far. */
	get lastLine(): number {
		return Math.max(0, ...this.#lines.keys());
	}

	take({ id, role, text, interrupted, open }: Line, atMs: number): void {
		const before = this.#lines.get(id);
		if (this.#stopped || (before === undefined && this.#lines.size >= MOST.entries)) return;
		this.#lines.set(id, {
			role,
			text: text.slice(0, MOST.text),
			interrupted,
			open,
			atMs: before?.atMs ?? atMs,
			// That it ended is known later than its last word came.
			endMs: before !== undefined && before.text === text ? before.endMs : atMs
		});
		this.#dirty = true;
		if (!open) this.flush();
		else this.#callOff ??= this.#options.later(WRITE_EVERY_MS, () => this.flush());
	}

	/** The talk is over; what is still finished of its lines may come after. */
	end(atMs: number): void {
		if (this.#stopped || this.#endedAtMs !== null) return;
		this.#endedAtMs = atMs;
		this.#dirty = true;
		this.flush();
	}

	/** Writes what is not yet written, now: the page may be gone in a moment. */
	flush(): void {
		this.#callOff?.();
		this.#callOff = null;
		if (!this.#dirty || this.#lines.size === 0 || this.#writing !== null) return;
		this.#dirty = false;
		this.#writing = this.#write().then((outcome) => {
			this.#writing = null;
			const isKept = this.#heed(outcome);
			if (this.#dirty && isKept && !this.#stopped && this.#callOff === null) this.flush();
		});
	}

	/** Writes nothing any more, and answers once nothing is on its way. */
	async stop(): Promise<void> {
		this.#stopped = true;
		this.#callOff?.();
		this.#callOff = null;
		await this.#writing;
	}

	#write(): Promise<Outcome> {
		const { store, id } = this.#options;
		const entries = [...this.#lines.entries()].sort(([a], [b]) => a - b).map(([, entry]) => entry);
		return store.change(id, (current) => {
			if (this.#stopped || (current === null && this.#written)) return null;
			return { ...(current ?? this.#empty()), entries, endedAtMs: this.#endedAtMs };
		});
	}

	/** False where nothing can be kept just now: the next word, or the end, tries again. */
	#heed(outcome: Outcome): boolean {
		if (outcome === 'done') this.#written = true;
		const trouble = outcome === 'unavailable' || outcome === 'full' ? outcome : null;
		this.#options.onTrouble(trouble);
		if (trouble !== null) this.#dirty = true;
		return trouble === null;
	}

	#empty(): ConversationRecord {
		const { id, startedAtMs, character, language } = this.#options;
		return {
			format: FORMAT,
			version: VERSION,
			id,
			startedAtMs,
			endedAtMs: null,
			title: null,
			starred: false,
			character,
			language,
			entries: []
		};
	}
}
