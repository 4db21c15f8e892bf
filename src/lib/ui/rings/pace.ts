/** The canvas's clock: the display's rate while something moves, a calm one while it only breathes, none while nobody looks. */

/** A breath and a slow turn move by less than a pixel between two frames at this rate. */
const CALM_FPS = 15;

export class Pace {
	/** Paints, and says whether the next frame is wanted as soon as the display has one. */
	readonly #paint: (nowMs: number) => boolean;
	readonly #ending = new AbortController();
	#frame = 0;
	#timer: ReturnType<typeof setTimeout> | undefined;

	constructor(paint: (nowMs: number) => boolean) {
		this.#paint = paint;
		document.addEventListener('visibilitychange', () => this.wake(), { signal: this.#ending.signal });
		this.wake();
	}

	/** Something has begun to move. */
	wake(): void {
		clearTimeout(this.#timer);
		if (this.#frame !== 0 || this.#ending.signal.aborted || document.visibilityState !== 'visible') return;
		this.#frame = requestAnimationFrame((nowMs) => this.#tick(nowMs));
	}

	close(): void {
		this.#ending.abort();
		clearTimeout(this.#timer);
		cancelAnimationFrame(this.#frame);
	}

	#tick(nowMs: number): void {
		this.#frame = 0;
		if (this.#paint(nowMs)) this.wake();
		else this.#timer = setTimeout(() => this.wake(), 1000 / CALM_FPS);
	}
}
