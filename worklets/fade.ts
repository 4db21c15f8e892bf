/**
 * Raised-cosine fades, one render quantum long: the largest step they add between two samples is
 * pi / (2 * FADE_SAMPLES) = 1.2 % of full scale, too small to be heard as a click.
 */
import { RENDER_QUANTUM } from './quantum.ts';

/** A `stop` has to be silent one quantum after it is obeyed, so no fade may be longer. In samples of the context. */
export const FADE_SAMPLES = RENDER_QUANTUM;

/** RISE[k]: the gain k samples into a fade-in; RISE[0] = 0, RISE[FADE_SAMPLES] = 1. */
const RISE = Float64Array.from(
	{ length: FADE_SAMPLES + 1 },
	(_, k) => 0.5 - 0.5 * Math.cos((Math.PI * k) / FADE_SAMPLES)
);

/** The gain `k` samples into a fade-in, for 0 <= k <= FADE_SAMPLES. */
export const rise = (k: number): number => RISE[k] ?? 1;

/** A door for samples: opens and closes with a fade and can turn round half-way. */
export class Fade {
	#phase = FADE_SAMPLES;
	#opening = true;

	/** Fully open, at once. */
	snapOpen(): void {
		this.#phase = FADE_SAMPLES;
		this.#opening = true;
	}

	/** Shut at once, and opening from the next sample on. */
	openFromSilence(): void {
		this.#phase = 0;
		this.#opening = true;
	}

	open(): void {
		this.#opening = true;
	}

	close(): void {
		this.#opening = false;
	}

	/** Closed, with the fade behind it: nothing passes. */
	get shut(): boolean {
		return !this.#opening && this.#phase === 0;
	}

	/** How many of the next `count` samples pass before it is shut. */
	passes(count: number): number {
		return this.#opening ? count : Math.min(count, this.#phase);
	}

	/** Fades buffer[from, to) in place. A fully open door leaves every bit as it was. */
	apply(buffer: Float32Array, from: number, to: number): void {
		for (let i = from; i < to; i++) {
			if (this.#opening) {
				if (this.#phase === FADE_SAMPLES) return;
				this.#phase++;
			} else if (this.#phase > 0) this.#phase--;
			buffer[i] = (buffer[i] ?? 0) * rise(this.#phase);
		}
	}
}

/** Where a sound breaks off unforeseen there is nothing left to fade, so its last value glides to zero. */
export class Release {
	#value = 0;
	#phase = 0;

	get sounding(): boolean {
		return this.#phase > 0;
	}

	start(value: number): void {
		this.#value = value;
		this.#phase = value === 0 ? 0 : FADE_SAMPLES;
	}

	cancel(): void {
		this.#phase = 0;
	}

	/** Adds what is left of the glide to buffer[from, to). */
	add(buffer: Float32Array, from: number, to: number): void {
		for (let i = from; i < to && this.#phase > 0; i++) {
			buffer[i] = (buffer[i] ?? 0) + this.#value * rise(--this.#phase);
		}
	}
}
