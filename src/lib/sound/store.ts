/**
 * The sound kept in this browser: under `s:ID` what a sound is, under `p:ID:NUMBER` its pieces. No call rejects: a browser
 * that keeps nothing has none.
 */
import * as v from 'valibot';
import type { Shelf } from '../history/shelf.ts';
import { PieceSchema, piecesOf, SoundSchema, soundKey, type Piece, type Sound } from './sound.ts';

/** Of a sound that was taken away: to be put back, or let go. */
export type Taken = ReadonlyMap<string, unknown>;

/** One that was written to so lately may still grow, here or in another tab. */
const MAY_GROW_MS = 60_000;
/** Pieces read at a time: a minute of talk, half a megabyte. */
const BATCH = 60;

export class SoundStore {
	readonly #shelf: Shelf;
	readonly #nowMs: () => number;

	constructor(shelf: Shelf, nowMs: () => number = Date.now) {
		this.#shelf = shelf;
		this.#nowMs = nowMs;
	}

	/** The oldest first; what cannot be read is left out. */
	async list(): Promise<readonly Sound[]> {
		try {
			const all = (await this.#shelf.entries('s:')).flatMap(([key, value]) => {
				const read = v.safeParse(SoundSchema, value);
				return read.success && soundKey(read.output.id) === key ? [read.output] : [];
			});
			return all.sort((a, b) => a.startedAtMs - b.startedAtMs);
		} catch {
			return [];
		}
	}

	/** Those of a conversation of the history. */
	async of(record: string): Promise<readonly Sound[]> {
		return (await this.list()).filter((sound) => sound.record === record);
	}

	/** Each in its order, up to the first that is missing or damaged: everything after it would be out of time. */
	async *pieces(id: string): AsyncGenerator<Piece> {
		let after: string | undefined;
		for (;;) {
			const batch = await this.#shelf.entries(piecesOf(id), after, BATCH).catch(() => []);
			after = batch.at(-1)?.[0];
			for (const [, value] of batch) {
				const read = v.safeParse(PieceSchema, value);
				if (!read.success) return;
				yield read.output;
			}
			if (batch.length < BATCH) return;
		}
	}

	/** Takes these away at once, for good but for whoever holds the answer and gives it to `restore`. */
	async take(ids: readonly string[]): Promise<Taken> {
		const taken = new Map<string, unknown>();
		for (const id of ids) {
			try {
				const keys = [soundKey(id), ...(await this.#shelf.keys(piecesOf(id)))];
				await this.#shelf.change(keys, (values) => {
					for (const [at, key] of keys.entries()) if (values[at] !== undefined) taken.set(key, values[at]);
					return new Map(keys.map((key) => [key, undefined]));
				});
			} catch {
				// Nothing may be kept here, so nothing is.
			}
		}
		return taken;
	}

	async takeOf(record: string): Promise<Taken> {
		return this.take((await this.of(record)).map(({ id }) => id));
	}

	/** False where it has no room. */
	async restore(taken: Taken): Promise<boolean> {
		if (taken.size === 0) return true;
		try {
			await this.#shelf.change([], () => taken);
			return true;
		} catch {
			return false;
		}
	}

	async clear(): Promise<void> {
		await this.#shelf.clear().catch(() => undefined);
	}

	/**
	 * Takes away what belongs to nobody: its conversation was deleted elsewhere, nobody said a word, or of a deletion only half
	 * was done. `isGone`: whether the history has no such conversation any more.
	 */
	async tidy(isGone: (record: string) => Promise<boolean>): Promise<void> {
		const all = await this.list();
		const known = new Set(all.map(({ id }) => id));
		const lost: string[] = [];
		for (const { id, record, lastAtMs } of all) {
			const mayGrow = Math.abs(this.#nowMs() - lastAtMs) < MAY_GROW_MS;
			if (!mayGrow && (record === null || (await isGone(record)))) lost.push(id);
		}
		await this.take(lost);
		try {
			const stray = (await this.#shelf.keys('p:')).filter((key) => !known.has(key.split(':')[1] ?? ''));
			if (stray.length > 0) await this.#shelf.change([], () => new Map(stray.map((key) => [key, undefined])));
		} catch {
			// Another time.
		}
	}
}
