/** How long things took on their way: sent here, arrived there, in order. Milliseconds. */

/** One direction of one talker: what was sent first arrives first. */
export class Lane {
	readonly #sent: number[] = [];
	readonly #sink: Samples;

	constructor(sink: Samples) {
		this.#sink = sink;
	}

	sent(): void {
		this.#sent.push(performance.now());
	}

	arrived(): void {
		const at = this.#sent.shift();
		if (at !== undefined) this.#sink.add(performance.now() - at);
	}

	/** Whatever is under way belongs to something that is over. */
	clear(): void {
		this.#sent.length = 0;
	}

	get underWay(): number {
		return this.#sent.length;
	}
}

/** Samples of one kind while the measurement runs. */
export class Samples {
	values: number[] = [];
	#open = false;

	/** From now on samples count. */
	open(): void {
		this.values = [];
		this.#open = true;
	}

	close(): void {
		this.#open = false;
	}

	add(ms: number): void {
		if (this.#open) this.values.push(ms);
	}
}

export interface Kinds {
	/** Talker → STT. */
	readonly audio: Samples;
	/** STT → talker. */
	readonly step: Samples;
	/** TTS → talker. */
	readonly reply: Samples;
}

export const kinds = (): Kinds => ({ audio: new Samples(), step: new Samples(), reply: new Samples() });
