/**
 * What the history keeps of the talk under way. The code that keeps is loaded when the page has nothing better to do; what
 * is said before it is there waits for it.
 */
import type { Keeper } from '../history/keeper.ts';
import type { ConversationRecord } from '../history/record.ts';
import type { HistoryStore, Trouble } from '../history/store.ts';
import { conversing } from './conversing.svelte.ts';
import { chosen } from './preferences.svelte.ts';
import { isTalking } from './view-state.ts';
import { whenIdle } from './when-idle.ts';

interface Opened {
	readonly store: HistoryStore;
	readonly keeper: Keeper;
}

/** Steps that wait for the code: far more than come while it loads, and an end where it never does. */
const MOST_WAITING = 5000;

class Keeping {
	#trouble = $state.raw<Trouble | null>(null);
	#forgotten = $state.raw<ConversationRecord | null>(null);
	#opening: Promise<Opened> | null = null;
	#opened: Opened | null = null;
	#waiting: ((keeper: Keeper) => void)[] = [];

	/** Why the talk under way cannot be kept; null where it can. */
	get trouble(): Trouble | null {
		return this.#trouble;
	}
	/** What was kept of this talk before it became private: to be put back, or let go. */
	get forgotten(): ConversationRecord | null {
		return this.#forgotten;
	}
	/** The record that grows just now. */
	get growing(): string | null {
		return this.#opened?.keeper.id ?? null;
	}

	/** The page's one way to the history. Rejects where its code cannot be loaded. */
	async store(): Promise<HistoryStore> {
		return (await this.#open()).store;
	}

	letGo(): void {
		this.#forgotten = null;
	}

	/** Everything is to be forgotten: of the talks so far nothing is written any more. */
	drop(): void {
		this.letGo();
		this.#do((keeper) => keeper.drop());
	}

	/** Call it once, in the browser, from a component: it keeps every talk while that stands. */
	live(): () => void {
		const flush = (): void => this.#opened?.keeper.flush();
		const hidden = (): void => {
			if (document.visibilityState === 'hidden') flush();
		};
		const ends = [
			whenIdle(() => void this.#open().catch(() => undefined)),
			conversing.follow((message, view) => {
				const { begun } = conversing;
				if (begun === null) return;
				const { talk } = view;
				const nowMs = Date.now();
				if (message.type === 'entry') {
					const { who } = view.entries.findLast(({ id }) => id === message.entry.id) ?? view;
					const entry = { ...message.entry, who };
					this.#do((keeper) => keeper.take(entry, { ...begun, talk }, nowMs));
				} else if (message.type === 'phase' && !isTalking(message.phase)) {
					this.#do((keeper) => keeper.end(talk, nowMs));
				}
			}),
			$effect.root(() => {
				$effect(() => {
					const on = chosen.now.private;
					this.#do((keeper) => void keeper.setPrivate(on));
				});
			})
		];
		window.addEventListener('pagehide', flush);
		document.addEventListener('visibilitychange', hidden);
		return () => {
			for (const end of ends) end();
			window.removeEventListener('pagehide', flush);
			document.removeEventListener('visibilitychange', hidden);
			flush();
		};
	}

	#do(step: (keeper: Keeper) => void): void {
		if (this.#opened !== null) {
			step(this.#opened.keeper);
			return;
		}
		if (this.#waiting.length < MOST_WAITING) this.#waiting.push(step);
		// Before the first word nothing is to be kept, and the page has better to do.
		if (conversing.begun !== null) this.#open().catch(() => undefined);
	}

	#open(): Promise<Opened> {
		this.#opening ??= this.#load().then(
			(opened) => {
				this.#opened = opened;
				for (const step of this.#waiting.splice(0)) step(opened.keeper);
				return opened;
			},
			(error: unknown) => {
				this.#opening = null; // the server may be away for a moment
				throw error;
			}
		);
		return this.#opening;
	}

	async #load(): Promise<Opened> {
		const [{ openHistory }, { Keeper }, { newId }] = await Promise.all([
			import('../history/store.ts'),
			import('../history/keeper.ts'),
			import('../history/id.ts')
		]);
		const store = openHistory();
		const keeper = new Keeper({
			store,
			newId,
			later: (ms, callback) => {
				const timer = setTimeout(callback, ms);
				return () => clearTimeout(timer);
			},
			onTrouble: (trouble) => (this.#trouble = trouble),
			onForgotten: (record) => (this.#forgotten = record)
		});
		return { store, keeper };
	}
}

export const keeping = new Keeping();
