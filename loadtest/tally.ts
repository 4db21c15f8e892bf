/** How the conversations went, counted. */
import type { Talked } from './conversation.ts';
import { isGood, isOpen, reasonOf } from './ending.ts';

export interface Counts {
	readonly good: number;
	readonly bad: number;
	/** Ended before they could go well or badly. */
	readonly unfinished: number;
	/** The three together. */
	readonly over: number;
	readonly talking: number;
	readonly messages: number;
	readonly interruptions: number;
	readonly cutIns: number;
	readonly gaps: number;
	readonly reconnects: number;
}

export class Tally {
	/** How many conversations there are to be. */
	readonly planned: number;
	readonly reasons = new Map<string, number>();
	readonly troubles = new Map<string, number>();
	readonly #counts = {
		good: 0,
		bad: 0,
		unfinished: 0,
		over: 0,
		talking: 0,
		messages: 0,
		interruptions: 0,
		cutIns: 0,
		gaps: 0,
		reconnects: 0
	};

	constructor(planned: number) {
		this.planned = planned;
	}

	get counts(): Counts {
		return { ...this.#counts };
	}

	/** Of those that went well or badly, the share that went well; null where there is none. */
	get goodShare(): number | null {
		const { good, bad } = this.#counts;
		return good + bad === 0 ? null : good / (good + bad);
	}

	began(): void {
		this.#counts.talking += 1;
	}

	ended({ ending, messages, interruptions, cutIns, gaps, reconnects, troubles }: Talked): void {
		const counts = this.#counts;
		counts.talking -= 1;
		counts.over += 1;
		counts.messages += messages;
		counts.interruptions += interruptions;
		counts.cutIns += cutIns;
		counts.gaps += gaps;
		counts.reconnects += reconnects;
		for (const [code, count] of troubles) this.troubles.set(code, (this.troubles.get(code) ?? 0) + count);
		if (isGood(ending)) counts.good += 1;
		else if (isOpen(ending)) counts.unfinished += 1;
		else {
			counts.bad += 1;
			this.reasons.set(reasonOf(ending), (this.reasons.get(reasonOf(ending)) ?? 0) + 1);
		}
	}
}
