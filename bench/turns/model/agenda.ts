/**
 * Simulated time: what is to happen, in the order of its moments, and in the order of asking where two are the same.
 * Moments are whole milliseconds, so that a moment worked out in two ways is the same moment.
 */

interface Entry {
	readonly atMs: number;
	readonly order: number;
	readonly run: () => void;
	cancelled: boolean;
}

export class Agenda {
	#nowMs = 0;
	#asked = 0;
	/** A binary heap: the next entry is the first. */
	readonly #heap: Entry[] = [];

	get nowMs(): number {
		return this.#nowMs;
	}

	/** Runs `run` at `atMs`, rounded up, or now if that has passed. Answers how to take it back. */
	at(atMs: number, run: () => void): () => void {
		const entry: Entry = { atMs: Math.max(Math.ceil(atMs), this.#nowMs), order: this.#asked++, run, cancelled: false };
		this.#heap.push(entry);
		this.#rise(this.#heap.length - 1);
		return () => {
			entry.cancelled = true;
		};
	}

	/** Runs the next entry; false where there is none. */
	next(): boolean {
		for (;;) {
			const entry = this.#take();
			if (entry === undefined) return false;
			if (entry.cancelled) continue;
			this.#nowMs = entry.atMs;
			entry.run();
			return true;
		}
	}

	#take(): Entry | undefined {
		const first = this.#heap[0];
		const last = this.#heap.pop();
		if (first === undefined || last === undefined || first === last) return first;
		this.#heap[0] = last;
		this.#sink();
		return first;
	}

	#rise(from: number): void {
		for (let i = from; i > 0;) {
			const parent = (i - 1) >> 1;
			if (!this.#swapIfEarlier(i, parent)) return;
			i = parent;
		}
	}

	#sink(): void {
		for (let i = 0; ;) {
			const [left, right] = [2 * i + 1, 2 * i + 2];
			const child = this.#isEarlier(right, left) ? right : left;
			if (!this.#swapIfEarlier(child, i)) return;
			i = child;
		}
	}

	#isEarlier(i: number, j: number): boolean {
		const [a, b] = [this.#heap[i], this.#heap[j]];
		if (a === undefined || b === undefined) return false;
		return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);
	}

	#swapIfEarlier(i: number, j: number): boolean {
		const [a, b] = [this.#heap[i], this.#heap[j]];
		if (a === undefined || b === undefined || !this.#isEarlier(i, j)) return false;
		this.#heap[i] = b;
		this.#heap[j] = a;
		return true;
	}
}
