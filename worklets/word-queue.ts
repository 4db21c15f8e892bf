/** Words that wait for their sample, in the order in which they were announced. */
const FIRST_CAPACITY = 256;

export class WordQueue {
	#indices = new Int32Array(FIRST_CAPACITY);
	#samples = new Float64Array(FIRST_CAPACITY);
	#head = 0;
	#tail = 0;

	get empty(): boolean {
		return this.#head === this.#tail;
	}

	/** The sample of the first word that waits; Infinity when none does. */
	get nextSample(): number {
		return this.empty ? Infinity : (this.#samples[this.#head] ?? Infinity);
	}

	/** Does the first word lie before `sample`? (A question, because an engine may allocate a float that is answered.) */
	isDue(sample: number): boolean {
		return !this.empty && (this.#samples[this.#head] ?? Infinity) < sample;
	}

	/** Called between quanta: this is the one place that may allocate, and only past some hundred waiting words. */
	push(index: number, atSample: number): void {
		if (this.#tail === this.#indices.length) this.#makeRoom();
		this.#indices[this.#tail] = index;
		this.#samples[this.#tail++] = atSample;
	}

	/** Takes the first word out and answers its index. Ask `empty` before. */
	shift(): number {
		const index = this.#indices[this.#head++] ?? 0;
		if (this.empty) this.clear();
		return index;
	}

	/** Forgets the words from `sample` on. */
	dropFrom(sample: number): void {
		let end = this.#head;
		while (end < this.#tail && (this.#samples[end] ?? Infinity) < sample) end++;
		this.#tail = end;
		if (this.empty) this.clear();
	}

	clear(): void {
		this.#head = 0;
		this.#tail = 0;
	}

	#makeRoom(): void {
		const waiting = this.#tail - this.#head;
		const capacity = Math.max(this.#indices.length, 2 * waiting);
		const indices = new Int32Array(capacity);
		const samples = new Float64Array(capacity);
		indices.set(this.#indices.subarray(this.#head, this.#tail));
		samples.set(this.#samples.subarray(this.#head, this.#tail));
		this.#indices = indices;
		this.#samples = samples;
		this.#head = 0;
		this.#tail = waiting;
	}
}
