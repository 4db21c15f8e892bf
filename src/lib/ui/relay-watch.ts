/** Asks, gently, whether a relay that was away is back. Its host has the network and the clock. */
import { backoffMs, type BackoffOptions } from '../session/worker/backoff.ts';

/** The first failure took some 3 s to come; whoever still waits after a minute does not mind half of one. */
export const RELAY_WATCH = { firstMs: 2000, growth: 2, maxMs: 30_000 } as const satisfies BackoffOptions;

export interface RelayWatchHost {
	/** Whether it answers. Never rejects. */
	readonly ask: (signal: AbortSignal) => Promise<boolean>;
	/** Calls back once after `ms`; the answer cancels it. */
	readonly later: (ms: number, callback: () => void) => () => void;
	/** In [0, 1). */
	readonly chance: () => number;
	/** Once, and nothing is asked any more. */
	readonly onBack: () => void;
}

export class RelayWatch {
	readonly #host: RelayWatchHost;
	readonly #closing = new AbortController();
	#attempt = 0;
	#isAsking = false;
	/** The network came back while it was being asked: what fails now may have been asked without one. */
	#isHurried = false;
	#cancel: () => void = () => undefined;

	constructor(host: RelayWatchHost) {
		this.#host = host;
		this.#wait();
	}

	/** The network came back, or somebody looks at the page again: it does not wait. */
	hurry(): void {
		if (this.#closing.signal.aborted) return;
		this.#isHurried = this.#isAsking;
		if (!this.#isAsking) void this.#ask();
	}

	close(): void {
		this.#cancel();
		this.#closing.abort();
	}

	#wait(): void {
		const { later, chance } = this.#host;
		this.#cancel = later(backoffMs(this.#attempt, chance(), RELAY_WATCH), () => void this.#ask());
		this.#attempt += 1;
	}

	async #ask(): Promise<void> {
		const { signal } = this.#closing;
		this.#cancel();
		this.#isAsking = true;
		const isBack = await this.#host.ask(signal);
		this.#isAsking = false;
		if (signal.aborted) return;
		const isHurried = this.#isHurried;
		this.#isHurried = false;
		if (isBack) {
			this.close();
			this.#host.onBack();
		} else if (isHurried) await this.#ask();
		else this.#wait();
	}
}
