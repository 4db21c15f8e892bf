/**
 * Items that come out when their time has come: audio and words that arrived faster than they are heard. Like Unmute's
 * class of this name, with its waiting put in from outside, so that nothing here owns a timer.
 */

/**
 * Resolves after `ms`, or as soon as `signal` aborts (or rejects then: both are understood). May resolve early; the queue
 * looks at its clock again.
 */
export type Wait = (ms: number, signal: AbortSignal) => Promise<void>;

export type Timed<T> = readonly [timeS: number, item: T];

export class RealtimeQueue<T> {
	readonly #clock: () => number;
	readonly #wait: Wait | undefined;
	/** By time, equal times in the order of arrival; what stands before `#from` has been released. */
	#items: Timed<T>[] = [];
	#from = 0;
	#startS: number | null = null;
	#closed = false;
	readonly #wakers = new Set<() => void>();

	/** `clock`: seconds, never backwards while anything is queued. `wait` is needed for `get` alone. */
	constructor(clock: () => number, wait?: Wait) {
		this.#clock = clock;
		this.#wait = wait;
	}

	/** Sets the queue's own clock to 0 now, unless it runs already. The first `put` does it too. */
	startIfNotStarted(): void {
		this.#startS ??= this.#clock();
	}

	/** Seconds on the queue's own clock; 0 before it was started. */
	get elapsedS(): number {
		return this.#startS === null ? 0 : this.#clock() - this.#startS;
	}

	/** How many items wait, due or not. */
	get size(): number {
		return this.#items.length - this.#from;
	}

	/** When the first item is due, on the queue's own clock; null where none waits. */
	get nextS(): number | null {
		return this.#items[this.#from]?.[0] ?? null;
	}

	empty(): boolean {
		return this.size === 0;
	}

	/** Queues an item for `timeS` on the queue's own clock (the past means at once). Throws when closed or for NaN. */
	put(item: T, timeS: number): void {
		if (this.#closed) throw new RangeError('the queue is closed');
		if (Number.isNaN(timeS)) throw new RangeError('not a time');
		this.startIfNotStarted();
		const at = this.#placeFor(timeS);
		this.#items.splice(at, 0, [timeS, item]);
		// Only a new first item changes what the iterators wait for.
		if (at === this.#from) this.#wake();
	}

	/** Takes out, one by one as it is iterated, what is due now: in order of time. */
	*getNowait(): Generator<Timed<T>, void, undefined> {
		for (let next = this.#takeDue(); next !== undefined; next = this.#takeDue()) yield next;
	}

	/**
	 * Takes items out as they become due, waiting in between. Ends when `signal` aborts, or when the queue is closed and
	 * empty. Each item goes to one iterator only.
	 */
	async *get(signal?: AbortSignal): AsyncGenerator<Timed<T>, void, undefined> {
		const wait = this.#wait;
		if (wait === undefined) throw new RangeError('this queue was made without a way to wait');
		while (signal?.aborted !== true) {
			const due = this.#takeDue();
			if (due !== undefined) {
				yield due;
				continue;
			}
			const next = this.#items[this.#from];
			if (next === undefined && this.#closed) return;
			await this.#change(next === undefined ? null : next[0] - this.elapsedS, wait, signal);
		}
	}

	/** Takes everything out, due or not, in order of time; the clock goes on. */
	takeAll(): Timed<T>[] {
		const all = this.#items.slice(this.#from);
		this.#items = [];
		this.#from = 0;
		this.#wake();
		return all;
	}

	/** Drops everything and stops the clock: the next `put` or `startIfNotStarted` sets it to 0 again. */
	clear(): void {
		this.#items = [];
		this.#from = 0;
		this.#startS = null;
		this.#wake();
	}

	/** Nothing more will be put: iterators end once what is queued is out. */
	close(): void {
		this.#closed = true;
		this.#wake();
	}

	#takeDue(): Timed<T> | undefined {
		const next = this.#items[this.#from];
		if (next === undefined || next[0] > this.elapsedS) return undefined;
		this.#from++;
		// The released front is cut off now and then, so that taking stays cheap and nothing is kept alive for long.
		if (this.#from > 32 && this.#from * 2 > this.#items.length) {
			this.#items.splice(0, this.#from);
			this.#from = 0;
		}
		return next;
	}

	/** After everything of an equal or an earlier time. */
	#placeFor(timeS: number): number {
		let low = this.#from;
		let high = this.#items.length;
		while (low < high) {
			const middle = (low + high) >> 1;
			const item = this.#items[middle];
			if (item !== undefined && item[0] <= timeS) low = middle + 1;
			else high = middle;
		}
		return low;
	}

	/** Until `seconds` are over (null: however long), something changed in the queue, or `signal` aborted. */
	async #change(seconds: number | null, wait: Wait, signal: AbortSignal | undefined): Promise<void> {
		const { promise, resolve, reject } = Promise.withResolvers<undefined>();
		const waiting = new AbortController();
		const wake = (): void => resolve(undefined);
		this.#wakers.add(wake);
		signal?.addEventListener('abort', wake);
		if (seconds !== null && seconds !== Infinity) {
			wait(Math.max(1, Math.ceil(seconds * 1000)), waiting.signal).then(wake, reject);
		}
		try {
			await promise;
		} finally {
			this.#wakers.delete(wake);
			signal?.removeEventListener('abort', wake);
			waiting.abort();
		}
	}

	#wake(): void {
		for (const wake of this.#wakers) wake();
	}
}
