/** Numbers over time, the last of them: a ring that never grows. Pure. */

export class Series {
	/** Milliseconds of any origin, and what was measured then. */
	readonly #times: Float64Array;
	readonly #values: Float32Array;
	/** Where the next one goes, and how many there are. */
	#next = 0;
	#length = 0;

	/** Keeps the last `capacity` numbers, at least one. */
	constructor(capacity: number) {
		this.#times = new Float64Array(capacity);
		this.#values = new Float32Array(capacity);
	}

	get length(): number {
		return this.#length;
	}

	/** NaN stands for nothing measured. A time before the last one is taken for the last one's: clocks step. */
	push(atMs: number, value: number): void {
		this.#times[this.#next] = Math.max(atMs, this.#length === 0 ? atMs : this.timeAt(this.#length - 1));
		this.#values[this.#next] = value;
		this.#next = (this.#next + 1) % this.#times.length;
		this.#length = Math.min(this.#length + 1, this.#times.length);
	}

	/** Of number `index`, the oldest being 0; NaN where there is none. */
	timeAt(index: number): number {
		return this.#inside(index) ? (this.#times[this.#placeOf(index)] ?? Number.NaN) : Number.NaN;
	}
	valueAt(index: number): number {
		return this.#inside(index) ? (this.#values[this.#placeOf(index)] ?? Number.NaN) : Number.NaN;
	}

	/** The last one; NaN where there is none. */
	get last(): number {
		return this.valueAt(this.#length - 1);
	}

	/** The first index at or after that time; `length` where all are earlier. */
	since(atMs: number): number {
		let [low, high] = [0, this.#length];
		while (low < high) {
			const middle = (low + high) >> 1;
			if (this.timeAt(middle) < atMs) low = middle + 1;
			else high = middle;
		}
		return low;
	}

	/** The largest since that time, numbers that were not measured aside; 0 where there is none. */
	mostSince(atMs: number): number {
		let most = 0;
		for (let index = this.since(atMs); index < this.#length; index++) {
			const value = this.valueAt(index);
			if (value > most) most = value;
		}
		return most;
	}

	clear(): void {
		this.#length = 0;
		this.#next = 0;
	}

	#inside(index: number): boolean {
		return index >= 0 && index < this.#length;
	}

	#placeOf(index: number): number {
		return (this.#next - this.#length + index + this.#times.length) % this.#times.length;
	}
}
