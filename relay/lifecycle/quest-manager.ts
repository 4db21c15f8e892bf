/** The quests of one owner, at most one of a name. */
import type { Quest, QuestEnd } from './quest.ts';

/** What `wait` rejects with: the first quest that failed, and how. `cause` is what its step threw. */
export class QuestFailed extends Error {
	override readonly name = 'QuestFailed';
	readonly quest: string;
	readonly step: NonNullable<QuestEnd['failure']>['step'];

	constructor(quest: string, failure: NonNullable<QuestEnd['failure']>) {
		super(`${quest} failed in ${failure.step}`, { cause: failure.error });
		this.quest = quest;
		this.step = failure.step;
	}
}

/** A quest, whatever it makes. */
export type AnyQuest = Pick<Quest<unknown>, 'name' | 'start' | 'getNowait' | 'remove' | 'ended'>;

/** A quest whose end takes longer than this, against its promise to mind its signal, no longer keeps its successor back. */
const HANDOVER_MS = 1000;

export class QuestManager {
	readonly #quests = new Map<string, AnyQuest>();
	/** Every quest that has not ended, removed ones too. */
	readonly #alive = new Set<AnyQuest>();
	readonly #over = Promise.withResolvers<undefined>();
	readonly #signal: AbortSignal | undefined;
	readonly #abort = (): void => void this.close();
	readonly #handoverMs: number;
	#closing: Promise<void> | null = null;

	/** Closes by itself when `signal` aborts. */
	constructor(signal?: AbortSignal, handoverMs = HANDOVER_MS) {
		this.#signal = signal;
		this.#handoverMs = handoverMs;
		this.#over.promise.catch(() => undefined);
		if (signal?.aborted === true) this.#abort();
		else signal?.addEventListener('abort', this.#abort, { once: true });
	}

	/**
	 * Starts `quest`; answers it. One of the same name is aborted now, and `quest` begins when that is closed, so that the
	 * two never hold the same slot. After `close` a quest is removed unbegun.
	 */
	add<T>(quest: Quest<T>): Quest<T> {
		if (this.#closing !== null) {
			void quest.remove();
			return quest;
		}
		if (this.#alive.has(quest)) return quest;
		// One that was removed by its name may still be closing.
		const before = [...this.#alive].filter(({ name }) => name === quest.name);
		this.#quests.set(quest.name, quest);
		this.#alive.add(quest);
		void quest.ended.then((end) => this.#ended(quest, end));
		if (before.length === 0) quest.start();
		else void this.#succeed(before, quest);
		return quest;
	}

	/** The quest of that name, begun or about to begin. */
	get(name: string): AnyQuest | undefined {
		return this.#quests.get(name);
	}

	/** Names of the quests there are: for the operator's view, and for tests that look for leaks. */
	names(): readonly string[] {
		return [...this.#quests.keys()];
	}

	/** Removes the quest of that name, where there is one; resolves once it is closed. */
	async remove(name: string): Promise<void> {
		const quest = this.#quests.get(name);
		this.#quests.delete(name);
		await quest?.remove();
	}

	/** Rejects with QuestFailed as soon as a quest fails, also where one has already; resolves after `close`. */
	wait(): Promise<void> {
		return this.#over.promise;
	}

	/** Removes every quest, and resolves once each is closed, those included that were removed earlier. */
	close(): Promise<void> {
		this.#closing ??= this.#closeAll();
		return this.#closing;
	}

	async #closeAll(): Promise<void> {
		this.#signal?.removeEventListener('abort', this.#abort);
		this.#quests.clear();
		await Promise.all([...this.#alive].map((quest) => quest.remove()));
		this.#over.resolve(undefined);
	}

	async #succeed(before: readonly AnyQuest[], quest: AnyQuest): Promise<void> {
		const patience = Promise.withResolvers<null>();
		const timer = setTimeout(() => patience.resolve(null), this.#handoverMs);
		await Promise.race([Promise.all(before.map((it) => it.remove())), patience.promise]);
		clearTimeout(timer);
		quest.start(); // nothing, where it was removed meanwhile
	}

	#ended(quest: AnyQuest, { failure }: QuestEnd): void {
		this.#alive.delete(quest);
		if (this.#quests.get(quest.name) === quest) this.#quests.delete(quest.name);
		if (failure !== null) this.#over.reject(new QuestFailed(quest.name, failure));
	}
}
