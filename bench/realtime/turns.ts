/** What the talkers of one measurement notice. Milliseconds. Only turns that begin while it is open count. */

export interface Turn {
	/** When the first silent page was sent. */
	readonly silentMs: number;
	isNoticed: boolean;
}

export class Turns {
	/** First silent page → `speech_stopped`. */
	readonly noticed: number[] = [];
	/** First silent page → first sound of the answer. */
	readonly answered: number[] = [];
	/** The TTS's first frame → first sound of the answer. */
	readonly passed: number[] = [];
	/** What talkers complained of. */
	readonly problems: string[] = [];
	gaps = 0;
	gapMs = 0;
	#isOpen = false;
	readonly #underWay = new Set<Turn>();

	open(): void {
		this.#isOpen = true;
	}

	close(): void {
		this.#isOpen = false;
	}

	/** Turns that count and were not answered yet. */
	get underWay(): number {
		return this.#underWay.size;
	}

	begin(silentMs: number): Turn {
		const turn = { silentMs, isNoticed: false };
		if (this.#isOpen) this.#underWay.add(turn);
		return turn;
	}

	notice(turn: Turn, nowMs: number): void {
		if (!turn.isNoticed && this.#underWay.has(turn)) this.noticed.push(nowMs - turn.silentMs);
		turn.isNoticed = true;
	}

	answer(turn: Turn, nowMs: number, voicedMs: number | undefined): void {
		if (!this.#underWay.delete(turn)) return;
		this.answered.push(nowMs - turn.silentMs);
		if (voicedMs !== undefined) this.passed.push(nowMs - voicedMs);
	}

	/** Nobody answers any more: without this, the latencies of the others would look like everybody's. */
	giveUp(turn: Turn): void {
		if (this.#underWay.delete(turn)) this.problems.push('a turn without an answer');
	}

	gap({ count, ms }: { readonly count: number; readonly ms: number }): void {
		if (!this.#isOpen) return;
		this.gaps += count;
		this.gapMs += ms;
	}
}
