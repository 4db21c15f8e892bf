/**
 * Writes one talk down as it happens: at once when an entry ends, and otherwise so often that a page that is killed loses no
 * more than the word just being said. What it writes goes through the store's transactions, so that a title given in
 * another tab stays.
 */
import { FORMAT, MOST, VERSION, type ConversationRecord, type KeptEntry, type Part, type Who } from './record.ts';
import type { HistoryStore, Outcome, Trouble } from './store.ts';

/** At least, between two writes while an entry grows: a spoken word takes longer. */
const WRITE_EVERY_MS = 100;

/** A line of the talk; its id grows, and it may come again, changed. */
export interface Line {
	readonly id: number;
	readonly role: 'user' | 'assistant';
	readonly text: string;
	readonly interrupted: boolean;
	readonly open: boolean;
	/** Who answers as it is said; null for Parley itself. */
	readonly who: string | null;
}

export interface ScribeOptions {
	readonly store: Pick<HistoryStore, 'change'>;
	/** Of a new record, or of one that is gone on with. */
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
	/** Which part of the record it is; null until it was written down once. Where it is missing afterwards, somebody deleted it. */
	#part: number | null = null;
	#dirty = false;
	#writing: Promise<void> | null = null;
	#callOff: (() => void) | null = null;
	#stopped = false;

	constructor(options: ScribeOptions) {
		this.#options = options;
	}

	/** Whether anything of it was written down. */
	get wrote(): boolean {
		return this.#part !== null;
	}

	/** Which part of the record it writes: where that was put back in parts, another number than before. A new one is the last. */
	partIn({ parts }: ConversationRecord): number {
		const isMine = (part: Part | undefined): boolean => part?.startedAtMs === this.#options.startedAtMs;
		if (this.#part === null) return parts.length;
		if (isMine(parts[this.#part])) return this.#part;
		const found = parts.findIndex(isMine);
		return found < 0 ? parts.length : found;
	}

	get id(): string {
		return this.#options.id;
	}

	/** The highest id of a line so far. */
	get lastLine(): number {
		return Math.max(0, ...this.#lines.keys());
	}

	take({ id, role, text, interrupted, open, who }: Line, atMs: number): void {
		const before = this.#lines.get(id);
		if (this.#stopped || (before === undefined && this.#lines.size >= MOST.entries)) return;
		this.#lines.set(id, {
			role,
			text: text.slice(0, MOST.text),
			interrupted,
			open,
			atMs: before?.atMs ?? atMs,
			// That it ended is known later than its last word came.
			endMs: before !== undefined && before.text === text ? before.endMs : atMs,
			part: 0,
			...(role === 'user' || who === (this.#options.character?.name ?? null) ? {} : { who })
		});
		this.#dirty = true;
		// The first word at once; those that follow it closely, together.
		if (!open || this.#callOff === null) this.flush();
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
		this.#callOff = this.#options.later(WRITE_EVERY_MS, () => this.flush());
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

	async #write(): Promise<Outcome> {
		const { store, id, startedAtMs } = this.#options;
		const lines = [...this.#lines.entries()].sort(([a], [b]) => a - b).map(([, entry]) => entry);
		let mine = 0;
		const outcome = await store.change(id, (current) => {
			if (this.#stopped || (current === null && this.#part !== null)) return null;
			const record = current ?? this.#empty();
			const part = (mine = this.partIn(record));
			if (part >= MOST.parts) return null;
			const others = record.entries.filter((entry) => entry.part !== part);
			const own = lines.slice(0, MOST.entries - others.length).map((entry) => ({ ...entry, part }));
			return {
				...record,
				parts: record.parts.toSpliced(part, 1, { startedAtMs, endedAtMs: this.#endedAtMs }),
				entries: [...others, ...own].sort((a, b) => a.part - b.part)
			};
		});
		if (outcome === 'done') this.#part = mine;
		return outcome;
	}

	/** False where nothing can be kept just now: the next word, or the end, tries again. */
	#heed(outcome: Outcome): boolean {
		const trouble = outcome === 'unavailable' || outcome === 'full' ? outcome : null;
		this.#options.onTrouble(trouble);
		if (trouble === null) return true;
		this.#dirty = true;
		this.#callOff?.();
		this.#callOff = null;
		return false;
	}

	#empty(): ConversationRecord {
		const { id, character, language } = this.#options;
		return {
			format: FORMAT,
			version: VERSION,
			id,
			parts: [],
			title: null,
			starred: false,
			character,
			language,
			entries: []
		};
	}
}
