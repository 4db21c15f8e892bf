/** Brings the devices in order: one attempt at a time, and once more where something changed meanwhile. */

/** A dock that is plugged in tells of each of its parts: they are looked at together, this much after the first. */
const CALM_MS = 300;

export class Settling {
	readonly #settle: () => Promise<void>;
	#running = false;
	#again = false;
	#closed = false;
	#soon: ReturnType<typeof setTimeout> | null = null;
	#later: ReturnType<typeof setTimeout> | null = null;

	/** `settle` never rejects. */
	constructor(settle: () => Promise<void>) {
		this.#settle = settle;
	}

	/** At once, or when the attempt under way is through. */
	now(): void {
		this.#forget();
		if (this.#closed) return;
		if (this.#running) this.#again = true;
		else void this.#run();
	}

	/** In a moment, together with whatever else happens until then. */
	soon(): void {
		if (this.#closed) return;
		this.#soon ??= setTimeout(() => this.now(), CALM_MS);
	}

	/** After so long, unless something happens before. */
	later(afterMs: number): void {
		if (this.#closed) return;
		this.#later ??= setTimeout(() => this.now(), afterMs);
	}

	/** Nothing begins from now on; what is under way has to look itself. */
	close(): void {
		this.#closed = true;
		this.#forget();
	}

	async #run(): Promise<void> {
		this.#running = true;
		do {
			this.#again = false;
			await this.#settle();
		} while (this.#again && !this.#closed);
		this.#running = false;
	}

	#forget(): void {
		if (this.#soon !== null) clearTimeout(this.#soon);
		if (this.#later !== null) clearTimeout(this.#later);
		this.#soon = this.#later = null;
	}
}
