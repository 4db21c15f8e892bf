/** How the conversations went, counted. */
import type { Talked } from './conversation.ts';
import { isGood, isOpen, reasonOf } from './ending.ts';

export class Tally {
	/** How many conversations there are to be. */
	readonly planned: number;
	readonly reasons = new Map<string, number>();
	readonly troubles = new Map<string, number>();
	#begun = 0;
	#over = 0;
	#good = 0;
	#unfinished = 0;
	#interruptions = 0;
	#cutIns = 0;
	#gaps = 0;
	#messages = 0;

	constructor(planned: number) {
		this.planned = planned;
	}

	get good(): number {
		return this.#good;
	}

	/** Ended before they could go well or badly. */
	get unfinished(): number {
		return this.#unfinished;
	}

	get bad(): number {
		return this.#over - this.#good - this.#unfinished;
	}

	get over(): number {
		return this.#over;
	}

	get talking(): number {
		return this.#begun - this.#over;
	}

	get interruptions(): number {
		return this.#interruptions;
	}

	get cutIns(): number {
		return this.#cutIns;
	}

	get gaps(): number {
		return this.#gaps;
	}

	get messages(): number {
		return this.#messages;
	}

	/** Of those that went well or badly, the share that went well; null where there is none. */
	get goodShare(): number | null {
		const judged = this.#good + this.bad;
		return judged === 0 ? null : this.#good / judged;
	}

	began(): void {
		this.#begun += 1;
	}

	ended({ ending, messages, interruptions, cutIns, gaps, troubles }: Talked): void {
		this.#over += 1;
		this.#messages += messages;
		this.#interruptions += interruptions;
		this.#cutIns += cutIns;
		this.#gaps += gaps;
		for (const [code, count] of troubles) this.troubles.set(code, (this.troubles.get(code) ?? 0) + count);
		if (isGood(ending)) this.#good += 1;
		else if (isOpen(ending)) this.#unfinished += 1;
		else this.reasons.set(reasonOf(ending), (this.reasons.get(reasonOf(ending)) ?? 0) + 1);
	}
}
