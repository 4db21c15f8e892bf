/** A gain that moves in a straight line from sample to sample, so that ducking does not click. */
export class Glide {
	readonly #length: number;
	#value = 1;
	#target = 1;
	#left = 0;

	/** `length`: samples that a change takes. */
	constructor(length: number) {
		this.#length = length;
	}

	get value(): number {
		return this.#value;
	}

	to(target: number): void {
		this.#target = target;
		this.#left = this.#length;
	}

	/** Multiplies buffer[from, to) by the gain. A gain resting at 1 leaves every bit as it was. */
	apply(buffer: Float32Array, from: number, to: number): void {
		if (this.#left === 0 && this.#value === 1) return;
		for (let i = from; i < to; i++) {
			if (this.#left > 0) {
				this.#value += (this.#target - this.#value) / this.#left;
				if (--this.#left === 0) this.#value = this.#target;
			}
			buffer[i] = (buffer[i] ?? 0) * this.#value;
		}
	}
}
