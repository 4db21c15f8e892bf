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
		const heap = this.#heap;
		for (let i = from; i > 0;) {
			const above = (i - 1) >> 1;
			const [child, parent] = [heap[i], heap[above]];
			if (child === undefined || parent === undefined || !isEarlier(child, parent)) return;
			heap[i] = parent;
			heap[above] = child;
			i = above;
		}
	}

	#sink(): void {
		const heap = this.#heap;
		const sinking = heap[0];
		if (sinking === undefined) return;
		for (let i = 0; ;) {
			const left = heap[2 * i + 1];
			const right = heap[2 * i + 2];
			const isRight = left !== undefined && right !== undefined && isEarlier(right, left);
			const child = isRight ? right : left;
			if (child === undefined || !isEarlier(child, sinking)) return;
			heap[i] = child;
			i = isRight ? 2 * i + 2 : 2 * i + 1;
			heap[i] = sinking;
		}
	}
}

function isEarlier(a: Entry, b: Entry): boolean {
	return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);
}
