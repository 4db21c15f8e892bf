/** What the history page knows and does. One for each visit to the page. */
import type { ConversationRecord } from '../../history/record.ts';
import type { Changed, HistoryStore, Listing, Outcome, SetAside } from '../../history/store.ts';
import type { Taken } from '../../sound/store.ts';
import { keeping } from '../keeping.svelte.ts';
import { sounds } from '../sound/desk.ts';
import { sounding } from '../sound/sounding.svelte.ts';

/** A conversation that was deleted and can still be had back. */
export interface Removed {
	readonly record: ConversationRecord;
	/** `forgotten`: the talk under way became private. */
	readonly why: 'deleted' | 'forgotten';
	/** What was kept of its sound. */
	readonly sound: Promise<Taken>;
}

/** Between two looks at what other tabs, or the talk under way, write. */
const LOOK_EVERY_MS = 500;

export const hasFailed = (outcome: Outcome): boolean => outcome === 'full' || outcome === 'unavailable';

export class Browsing {
	#listing = $state.raw<Listing | null>(null);
	#broken = $state(false);
	#removed = $state.raw<Removed | null>(null);
	/** Grows with every change to what is kept: who shows a record reads it again. */
	#changes = $state(0);
	#store: HistoryStore | null = null;
	#look: ReturnType<typeof setTimeout> | null = null;
	#unfollow: (() => void) | null = null;
	#over = false;
	readonly #onFailed: () => void;

	/** `onFailed`: nothing was changed, since the browser did not let it. */
	constructor(onFailed: () => void) {
		this.#onFailed = onFailed;
	}

	/** Null until it is loaded. */
	get listing(): Listing | null {
		return this.#listing;
	}
	/** The code of the history could not be loaded. */
	get broken(): boolean {
		return this.#broken;
	}
	get removed(): Removed | null {
		return this.#removed;
	}
	get changes(): number {
		return this.#changes;
	}

	/** Call it once, in the browser; the answer ends it. */
	open(): () => void {
		void this.load();
		return () => {
			this.#over = true;
			this.#unfollow?.();
			if (this.#look !== null) clearTimeout(this.#look);
		};
	}

	async load(): Promise<void> {
		try {
			this.#store = await keeping.store();
			this.#broken = false;
		} catch {
			this.#broken = true;
			return;
		}
		if (this.#over) return;
		this.#unfollow ??= this.#store.follow((changed) => this.#heed(changed));
		await this.#list();
		void sounds.tidy(async (record) => {
			const found = await this.#store?.read(record);
			return found?.ok === false && found.why === 'absent';
		});
	}

	/** Null where the history's code is not there. It is read where it stands: see `changes`. */
	get store(): HistoryStore | null {
		return this.#store;
	}

	async rename(id: string, name: string): Promise<Outcome> {
		const title = name.trim().slice(0, 200).toWellFormed();
		return this.#change(id, (record) => ({ ...record, title: title === '' ? null : title }));
	}

	async star(id: string, starred: boolean): Promise<Outcome> {
		return this.#change(id, (record) => ({ ...record, starred }));
	}

	async remove(id: string): Promise<Outcome> {
		if (this.#store === null) return 'unavailable';
		const { outcome, record } = await this.#store.remove(id);
		// Words that stay keep their sound.
		const sound = hasFailed(outcome) ? null : sounds.takeOf(id);
		if (record !== null && sound !== null) this.#removed = { record, why: 'deleted', sound };
		return this.#after(outcome);
	}

	/** What was set aside goes for good. */
	async discard(one: SetAside): Promise<Outcome> {
		if (this.#store === null) return 'unavailable';
		return this.#after(await this.#store.discard(one));
	}

	/** Puts back what was removed last. */
	async undo(): Promise<Outcome> {
		const { removed } = this;
		if (removed === null || this.#store === null) return 'absent';
		const outcome = await this.#store.restore(removed.record);
		if (outcome === 'done') {
			this.#removed = null;
			await sounds.restore(await removed.sound);
		}
		await this.#list();
		return outcome;
	}

	/** Nobody wants it back. */
	letGo(): void {
		this.#removed = null;
	}

	/** The talk under way became private, and what was kept of it is gone. */
	forgot(record: ConversationRecord): void {
		this.#removed = { record, why: 'forgotten', sound: sounding.forgotten() };
	}

	/** Everything, words and sound, and what could still have been had back. */
	async clear(): Promise<Outcome> {
		if (this.#store === null) return 'unavailable';
		const outcome = await this.#store.clear();
		if (outcome === 'done') {
			this.letGo();
			await sounds.clear();
		}
		return this.#after(outcome);
	}

	async #change(id: string, change: (record: ConversationRecord) => ConversationRecord): Promise<Outcome> {
		if (this.#store === null) return 'unavailable';
		return this.#after(await this.#store.change(id, (record) => (record === null ? null : change(record))));
	}

	async #after(outcome: Outcome): Promise<Outcome> {
		await this.#list();
		if (hasFailed(outcome)) this.#onFailed();
		return outcome;
	}

	#heed(changed: Changed): void {
		if (changed === null) void this.#list();
		else this.#look ??= setTimeout(() => void this.#list(), LOOK_EVERY_MS);
	}

	async #list(): Promise<void> {
		if (this.#look !== null) clearTimeout(this.#look);
		this.#look = null;
		const listing = await this.#store?.list();
		if (listing === undefined || this.#over) return;
		this.#listing = listing;
		this.#changes += 1;
	}
}
