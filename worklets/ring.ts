import { FADE_SAMPLES, rise } from './fade.ts';

/** A fixed ring of samples. Nothing here allocates after the constructor; calls answer counts and never throw. */
export class SampleRing {
	readonly capacity: number;
	readonly #samples: Float32Array;
	#readAt = 0;
	#available = 0;

	constructor(capacity: number) {
		this.capacity = capacity;
		this.#samples = new Float32Array(capacity);
	}

	get available(): number {
		return this.#available;
	}

	get space(): number {
		return this.capacity - this.#available;
	}

	/** Copies as much of `source`, from index `from` on, as there is room for; answers how many samples that was. */
	write(source: Float32Array, from: number): number {
		const count = Math.min(source.length - from, this.space);
		let at = (this.#readAt + this.#available) % this.capacity;
		for (let i = 0; i < count; i++) {
			this.#samples[at] = source[from + i] ?? 0;
			if (++at === this.capacity) at = 0;
		}
		this.#available += count;
		return count;
	}

	/** Moves up to `count` of the oldest samples to `target`, from index `from` on; answers how many there were. */
	read(target: Float32Array, from: number, count: number): number {
		const got = Math.min(count, this.#available);
		let at = this.#readAt;
		for (let i = 0; i < got; i++) {
			target[from + i] = this.#samples[at] ?? 0;
			if (++at === this.capacity) at = 0;
		}
		this.#readAt = at;
		this.#available -= got;
		return got;
	}

	/** Forgets all but the oldest `count` samples; what is left ends in a fade. */
	truncate(count: number): void {
		this.#available = Math.min(this.#available, count);
		const faded = Math.min(this.#available, FADE_SAMPLES);
		for (let i = 0; i < faded; i++) {
			const at = (this.#readAt + this.#available - 1 - i) % this.capacity;
			this.#samples[at] = (this.#samples[at] ?? 0) * rise(Math.round((i * FADE_SAMPLES) / faded));
		}
	}

	clear(): void {
		this.#available = 0;
	}
}
