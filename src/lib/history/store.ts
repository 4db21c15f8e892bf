/**
 * The conversations kept in this browser. Under `c:ID` lies a record, under `i:ID` its line in the list, under `q:…` what
 * could not be read and was set aside, as it was. No call rejects: a browser that keeps nothing is an answer, not an error.
 */
import * as v from 'valibot';
import { readRecord } from './migrate.ts';
import type { ConversationRecord } from './record.ts';
import { browserShelf, type Shelf } from './shelf.ts';
import { withPartsOf } from './union.ts';
import { summarise, SummarySchema, type Summary } from './summary.ts';

/** `unavailable`: nothing may be kept here (private windows, blocked site data, a broken disk). `full`: no room left. */
export type Trouble = 'unavailable' | 'full';
/** `absent`: it is not there, or no longer. `newer`: a newer Parley wrote it, and it stays as it is. */
export type Outcome = 'done' | 'absent' | 'newer' | Trouble;

/** A record that could not be read, set aside whole. */
export interface SetAside {
	/** Of the shelf. */
	readonly key: string;
	readonly atMs: number;
}

export interface Listing {
	/** The newest first. */
	readonly conversations: readonly Summary[];
	readonly setAside: readonly SetAside[];
	/** Kept by a newer Parley, and left alone. */
	readonly newer: number;
	readonly available: boolean;
}

export type Found =
	| { readonly ok: true; readonly record: ConversationRecord }
	| { readonly ok: false; readonly why: Exclude<Outcome, 'done' | 'full'> | 'set_aside' };

/** What changed, here or in another tab; null: perhaps everything. */
export type Changed = string | null;

const SetAsideSchema = v.object({ atMs: v.pipe(v.number(), v.finite()), value: v.unknown() });
/** Records read or mended in one transaction: some megabytes at most of usual ones. */
const BATCH = 50;
const EMPTY: Listing = { conversations: [], setAside: [], newer: 0, available: false };

export interface StoreOptions {
	readonly shelf?: Shelf;
	/** To the other tabs; absent where the browser has none. */
	readonly channel?: Pick<BroadcastChannel, 'postMessage' | 'addEventListener' | 'close'> | null;
	readonly nowMs?: () => number;
}

export class HistoryStore {
	readonly #shelf: Shelf;
	readonly #channel: StoreOptions['channel'];
	readonly #nowMs: () => number;
	readonly #followers = new Set<(changed: Changed) => void>();

	constructor({ shelf = browserShelf(), channel = null, nowMs = Date.now }: StoreOptions = {}) {
		this.#shelf = shelf;
		this.#channel = channel;
		this.#nowMs = nowMs;
		channel?.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
			this.#tell(typeof data === 'string' ? data : null);
		});
	}

	/** Reads the lines of the list alone; what is missing or wrong among them is made anew from the records. */
	async list(): Promise<Listing> {
		try {
			const [keys, lines, aside] = await Promise.all([
				this.#shelf.keys('c:'),
				this.#shelf.entries('i:'),
				this.#shelf.keys('q:')
			]);
			const all = new Map(keys.map((key) => [key.slice(2), null as Summary | null]));
			for (const [key, value] of lines) {
				const line = v.safeParse(SummarySchema, value);
				if (line.success && `i:${line.output.id}` === key && all.has(line.output.id))
					all.set(line.output.id, line.output);
			}
			const mended = await this.#mend([...all].flatMap(([id, line]) => (line === null ? [id] : [])));
			for (const [id, line] of mended.lines) all.set(id, line);
			const conversations = [...all.values()].filter((line) => line !== null);
			conversations.sort((a, b) => b.startedAtMs - a.startedAtMs || (a.id < b.id ? -1 : 1));
			const setAside = [...aside, ...mended.aside].map((key) => ({ key, atMs: Number(key.split(':').at(-1)) || 0 }));
			return { conversations, setAside, newer: mended.newer, available: true };
		} catch {
			return EMPTY;
		}
	}

	/** One line of the list; null where there is none. */
	async line(id: string): Promise<Summary | null> {
		try {
			const parsed = v.safeParse(SummarySchema, await this.#shelf.get(`i:${id}`));
			return parsed.success ? parsed.output : null;
		} catch {
			return null;
		}
	}

	async read(id: string): Promise<Found> {
		try {
			const value = await this.#shelf.get(`c:${id}`);
			if (value === undefined) {
				const aside = await this.#shelf.keys(`q:${id}:`);
				return { ok: false, why: aside.length > 0 ? 'set_aside' : 'absent' };
			}
			const read = readKept(id, value);
			if (read.ok) return { ok: true, record: read.record };
			if (read.why === 'newer') return { ok: false, why: 'newer' };
			await this.#mend([id]);
			this.#changed(id);
			return { ok: false, why: 'set_aside' };
		} catch {
			return { ok: false, why: 'unavailable' };
		}
	}

	/** Every record that can be read, in batches, so that nobody has to hold them all; `visit` answers false to end it. */
	async each(visit: (records: readonly ConversationRecord[]) => boolean | Promise<boolean>): Promise<Outcome> {
		try {
			let after: string | undefined;
			for (;;) {
				const batch = await this.#shelf.entries('c:', after, BATCH);
				after = batch.at(-1)?.[0];
				const records = batch.flatMap(([key, value]) => {
					const read = readKept(key.slice(2), value);
					return read.ok ? [read.record] : [];
				});
				if (!(await visit(records)) || batch.length < BATCH) return 'done';
			}
		} catch {
			return 'unavailable';
		}
	}

	/**
	 * Makes a record into another, with nothing of another tab in between. `make` is given the record or, where there is none,
	 * null, and answers what shall be kept, or that nothing shall; null leaves everything as it is, which is `absent`.
	 */
	async change(
		id: string,
		make: (record: ConversationRecord | null) => ConversationRecord | 'nothing' | null
	): Promise<Outcome> {
		let outcome = 'absent' as Outcome;
		try {
			await this.#shelf.change([`c:${id}`], ([value]) => {
				const changes = new Map<string, unknown>();
				const read = value === undefined ? null : readKept(id, value);
				if (read !== null && !read.ok) {
					if (read.why === 'newer') {
						outcome = 'newer';
						return null;
					}
					this.#setAside(id, value, changes);
				}
				const made = make(read?.ok === true ? read.record : null);
				if (made === null && changes.size === 0) return null;
				if (made !== null) {
					outcome = 'done';
					const [record, line] = made === 'nothing' ? [] : [made, summarise(made)];
					changes.set(`c:${id}`, record).set(`i:${id}`, line);
				}
				return changes;
			});
		} catch (error) {
			return troubleOf(error);
		}
		if (outcome === 'done') this.#changed(id);
		return outcome;
	}

	/** Takes it away at once, and for good but for whoever holds the answer and gives it to `restore`. */
	async remove(id: string): Promise<{ readonly outcome: Outcome; readonly record: ConversationRecord | null }> {
		let record: ConversationRecord | null = null;
		try {
			await this.#shelf.change([`c:${id}`], ([value]) => {
				const read = readKept(id, value);
				record = read.ok ? read.record : null;
				return new Map([
					[`c:${id}`, undefined],
					[`i:${id}`, undefined]
				]);
			});
		} catch (error) {
			return { outcome: troubleOf(error), record: null };
		}
		this.#changed(id);
		return { outcome: record === null ? 'absent' : 'done', record };
	}

	/** Puts it back; where there is one of its id again, what that lacks. */
	restore(record: ConversationRecord): Promise<Outcome> {
		return this.change(record.id, (current) => withPartsOf(record, current));
	}

	/** What was set aside, as it was; undefined where it is gone. */
	async setAside(key: string): Promise<unknown> {
		try {
			const parsed = v.safeParse(SetAsideSchema, await this.#shelf.get(key));
			return parsed.success ? parsed.output.value : undefined;
		} catch {
			return undefined;
		}
	}

	async discard({ key }: SetAside): Promise<Outcome> {
		try {
			await this.#shelf.change([], () => new Map([[key, undefined]]));
		} catch (error) {
			return troubleOf(error);
		}
		this.#changed(null);
		return 'done';
	}

	/** Everything, what was set aside too. */
	async clear(): Promise<Outcome> {
		try {
			await this.#shelf.clear();
		} catch (error) {
			return troubleOf(error);
		}
		this.#changed(null);
		return 'done';
	}

	/** Told of every change, here and in other tabs; the answer ends it. */
	follow(follower: (changed: Changed) => void): () => void {
		this.#followers.add(follower);
		return () => void this.#followers.delete(follower);
	}

	close(): void {
		this.#followers.clear();
		this.#channel?.close();
	}

	/** Makes lines for records without, and sets aside what cannot be read. */
	async #mend(
		ids: readonly string[]
	): Promise<{ readonly lines: Map<string, Summary>; readonly aside: string[]; readonly newer: number }> {
		const lines = new Map<string, Summary>();
		const aside: string[] = [];
		let newer = 0;
		for (let from = 0; from < ids.length; from += BATCH) {
			const batch = ids.slice(from, from + BATCH);
			await this.#shelf.change(
				batch.map((id) => `c:${id}`),
				(values) => {
					const changes = new Map<string, unknown>();
					for (const [at, id] of batch.entries()) {
						const value = values[at];
						if (value === undefined) continue;
						const read = readKept(id, value);
						if (read.ok) {
							const line = summarise(read.record);
							lines.set(id, line);
							changes.set(`i:${id}`, line);
							if (read.migrated) changes.set(`c:${id}`, read.record);
						} else if (read.why === 'newer') newer += 1;
						else aside.push(this.#setAside(id, value, changes));
					}
					return changes;
				}
			);
		}
		return { lines, aside, newer };
	}

	#setAside(id: string, value: unknown, changes: Map<string, unknown>): string {
		const atMs = this.#nowMs();
		const key = `q:${id}:${String(atMs)}`;
		changes.set(key, { atMs, value }).set(`c:${id}`, undefined).set(`i:${id}`, undefined);
		return key;
	}

	#changed(changed: Changed): void {
		this.#tell(changed);
		this.#channel?.postMessage(changed);
	}

	#tell(changed: Changed): void {
		for (const follower of this.#followers) follower(changed);
	}
}

/** The browser's. Its tabs tell each other. */
export function openHistory(): HistoryStore {
	const channel = typeof BroadcastChannel === 'function' ? new BroadcastChannel('parley-history') : null;
	return new HistoryStore({ channel });
}

/** A record under another's key is nobody's. */
function readKept(id: string, value: unknown): ReturnType<typeof readRecord> {
	const read = readRecord(value);
	return read.ok && read.record.id !== id ? { ok: false, why: 'faulty', where: 'id' } : read;
}

const troubleOf = (error: unknown): Trouble =>
	error instanceof DOMException && error.name === 'QuotaExceededError' ? 'full' : 'unavailable';
