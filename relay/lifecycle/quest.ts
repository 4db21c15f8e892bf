/**
 * Something that lives for a while: `init` makes it, `run` is its life, `close` ends it. Whatever fails and whenever it is
 * removed, `close` runs exactly once where `init` finished, and not at all where it did not.
 */
import { stackless } from './stackless.ts';

export interface QuestSteps<T> {
	/** Makes the thing. Should give up soon after `signal` aborts; where it resolves all the same, the thing is closed. */
	init(signal: AbortSignal): Promise<T> | T;
	/** Its life: ends when this resolves. Should end soon after `signal` aborts. Absent: it lives until it is removed. */
	run?(value: T, signal: AbortSignal): Promise<void> | void;
	/** Frees it. Never called while `run` still runs. */
	close?(value: T): Promise<void> | void;
}

/** What `get` rejects with where the quest was removed before it had anything to give. */
export class QuestRemoved extends Error {
	override readonly name = 'QuestRemoved';
}

/** How a quest ended. `failure` is the first thing that went wrong by itself: what fails after a removal is its doing. */
export interface QuestEnd {
	readonly failure: { readonly step: 'init' | 'run' | 'close'; readonly error: unknown } | null;
}

export class Quest<T> {
	readonly name: string;
	readonly #steps: QuestSteps<T>;
	readonly #controller = new AbortController();
	readonly #given = Promise.withResolvers<T>();
	readonly #ended = Promise.withResolvers<QuestEnd>();
	#stage: 'new' | 'started' | 'over' = 'new';
	#value: { readonly it: T } | null = null;

	constructor(name: string, steps: QuestSteps<T>) {
		this.name = name;
		this.#steps = steps;
		// Nobody need ask: a failure is told through `ended`.
		this.#given.promise.catch(() => undefined);
	}

	/** Begins `init`; a second call does nothing. The manager calls this. */
	start(): void {
		if (this.#stage !== 'new') return;
		this.#stage = 'started';
		void this.#live().then((end) => {
			this.#stage = 'over';
			this.#value = null;
			this.#ended.resolve(end);
		});
	}

	/** Resolves with what `init` made, as soon as it has; rejects with its error, or with QuestRemoved. */
	get(): Promise<T> {
		return this.#given.promise;
	}

	/** What `init` made, from then until the quest is removed or over. */
	getNowait(): T | undefined {
		return this.#value?.it;
	}

	/** Resolves once everything is over, `close` included. Never rejects. */
	get ended(): Promise<QuestEnd> {
		return this.#ended.promise;
	}

	/** Aborts it, at whatever stage, and resolves like `ended`. Harmless twice. */
	remove(): Promise<QuestEnd> {
		if (!this.#controller.signal.aborted && this.#stage !== 'over') {
			this.#value = null;
			const removed = stackless(() => new QuestRemoved(`${this.name} was removed`));
			this.#controller.abort(removed);
			this.#given.reject(removed);
		}
		if (this.#stage === 'new') {
			this.#stage = 'over';
			this.#ended.resolve({ failure: null });
		}
		return this.ended;
	}

	/** The whole life. Never rejects. */
	async #live(): Promise<QuestEnd> {
		const { signal } = this.#controller;
		let made: T;
		try {
			made = await this.#steps.init(signal);
		} catch (error) {
			this.#given.reject(error);
			return { failure: signal.aborted ? null : { step: 'init', error } };
		}
		let failure: QuestEnd['failure'] = null;
		if (!signal.aborted) {
			this.#value = { it: made };
			this.#given.resolve(made);
			try {
				await (this.#steps.run === undefined ? untilAborted(signal) : this.#steps.run(made, signal));
			} catch (error) {
				if (!signal.aborted) failure = { step: 'run', error };
			}
			this.#value = null;
		}
		try {
			await this.#steps.close?.(made);
		} catch (error) {
			failure ??= { step: 'close', error };
		}
		return { failure };
	}
}

function untilAborted(signal: AbortSignal): Promise<void> {
	return new Promise((resolve) => {
		if (signal.aborted) resolve();
		else signal.addEventListener('abort', () => resolve(), { once: true });
	});
}
