/** A word that is said in passing: it stands for a few seconds, and then goes by itself. */
const STANDS_MS = 4000;

export class Passing {
	#text: string | null = $state(null);
	#timer: ReturnType<typeof setTimeout> | undefined;

	get text(): string | null {
		return this.#text;
	}

	/** In place of what was said before. */
	say(text: string): void {
		clearTimeout(this.#timer);
		this.#text = text;
		this.#timer = setTimeout(() => this.close(), STANDS_MS);
	}

	close(): void {
		clearTimeout(this.#timer);
		this.#text = null;
	}
}
