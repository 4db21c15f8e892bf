/** Keeps the page's talks, one after the other, unless they are private. Loaded once somebody speaks. */
import type { Character } from '../chat/characters/character.ts';
import type { ConversationRecord, Who } from './record.ts';
import { Scribe, type Line } from './scribe.ts';
import type { HistoryStore, Trouble } from './store.ts';
import { withoutPart } from './union.ts';

/** One talk of the page's. */
export interface Talk {
	/** Its number on this page. */
	readonly talk: number;
	readonly startedAtMs: number;
	readonly character: Character | null;
	readonly language: 'en' | 'fr';
	/** The record that it goes on with; null for a new one. */
	readonly continues: string | null;
}

export interface KeeperOptions {
	readonly store: Pick<HistoryStore, 'change'>;
	readonly newId: () => string;
	readonly later: (ms: number, callback: () => void) => () => void;
	readonly onTrouble: (trouble: Trouble | null) => void;
	/** What was kept of the talk under way is deleted, since it became private: the last chance to have it back. */
	readonly onForgotten: (record: ConversationRecord) => void;
}

export class Keeper {
	readonly #options: KeeperOptions;
	#private = false;
	#scribe: Scribe | null = null;
	#talk = -1;
	#isOver = false;
	/** The last line that was said in private: what grows of it stays so. */
	#privateLine = 0;
	/** What ends the writing of the talks so far. */
	#dropping = new AbortController();
	#dropped = false;

	constructor(options: KeeperOptions) {
		this.#options = options;
	}

	/** The record that grows; null where none does. */
	get id(): string | null {
		return this.#isOver ? null : (this.#scribe?.id ?? null);
	}

	take(line: Line, talk: Talk, atMs: number): void {
		if (talk.talk !== this.#talk) this.#begin(talk.talk);
		if (this.#dropped) return;
		if (this.#private) this.#privateLine = Math.max(this.#privateLine, line.id);
		if (line.id <= this.#privateLine) return;
		this.#scribe ??= this.#scribeOf(talk, this.#privateLine > 0 ? atMs : talk.startedAtMs);
		this.#scribe.take(line, atMs);
	}

	/** The talk is over. Its last lines may still come. */
	end(talk: number, atMs: number): void {
		if (talk !== this.#talk) return;
		this.#isOver = true;
		this.#scribe?.end(atMs);
	}

	/** Switched on in mid-talk, it takes away what was kept of that talk. */
	async setPrivate(on: boolean): Promise<void> {
		this.#private = on;
		// Nothing that is to be kept, nothing that cannot be kept.
		if (on) this.#options.onTrouble(null);
		const scribe = this.#scribe;
		if (!on || scribe === null || this.#isOver) return;
		this.#scribe = null;
		this.#privateLine = Math.max(this.#privateLine, scribe.lastLine);
		await scribe.stop();
		if (scribe.wrote) await this.#forget(scribe);
	}

	/** Of the talks so far nothing is written any more, whatever is on its way. What is written already stays. */
	drop(): void {
		this.#dropping.abort();
		this.#dropping = new AbortController();
		this.#dropped = true;
		void this.#scribe?.stop();
		this.#scribe = null;
	}

	/** The page may be gone in a moment. */
	flush(): void {
		this.#scribe?.flush();
	}

	/** Of a talk that was gone on with, only what this talk added. */
	async #forget(scribe: Scribe): Promise<void> {
		const { store, onForgotten, onTrouble } = this.#options;
		let before = null as ConversationRecord | null;
		const outcome = await store.change(scribe.id, (record) => {
			before = record;
			return record === null ? null : (withoutPart(record, scribe.partIn(record)) ?? 'nothing');
		});
		if (outcome === 'done' && before !== null) onForgotten(before);
		else if (outcome === 'unavailable' || outcome === 'full') onTrouble(outcome);
	}

	#begin(talk: number): void {
		this.#scribe?.flush();
		this.#scribe = null;
		this.#talk = talk;
		this.#isOver = false;
		this.#privateLine = 0;
		this.#dropped = false;
	}

	#scribeOf({ character, language, continues }: Talk, startedAtMs: number): Scribe {
		const { store, newId, later, onTrouble } = this.#options;
		const { signal } = this.#dropping;
		return new Scribe({
			store: { change: (id, make) => store.change(id, (record) => (signal.aborted ? null : make(record))) },
			id: continues ?? newId(),
			startedAtMs,
			character: character === null ? null : whoOf(character),
			language,
			later,
			onTrouble
		});
	}
}

function whoOf({ id, name, voice, language }: Character): Who {
	return { id, name, language, ...(voice === undefined ? {} : { voice }) };
}
