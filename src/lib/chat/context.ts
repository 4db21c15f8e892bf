/** How much of a conversation the model can read: what the relay knows of it, and what the model's refusals teach. */
import { afterContextOverflow, DEFAULT_LIMITS, fitMessages, MESSAGE_TOKENS, type BudgetLimits } from './budget.ts';
import type { PreparedMessage } from './prepare.ts';
import { estimateTokens } from './token-estimate.ts';

/** Of a context whose size is known, this share is left for the answer, within bounds: some 3,000 words are enough. */
const ANSWER_SHARE = 1 / 8;
const LEAST_ANSWER_TOKENS = 256;
const MOST_ANSWER_TOKENS = 4096;

/** What the relay is asked with. */
export interface Question {
	readonly messages: PreparedMessage[];
	readonly maxTokens?: number;
}

export class Context {
	#limits: BudgetLimits = DEFAULT_LIMITS;
	#told: number | null = null;
	#sentTokens = 0;

	/** What the relay says, with each welcome; null where it does not know. What refusals taught is kept until it differs. */
	know(contextTokens: number | null): void {
		if (contextTokens === this.#told) return;
		this.#told = contextTokens;
		this.#limits =
			contextTokens === null ? DEFAULT_LIMITS : { contextTokens, reserveTokens: answerTokens(contextTokens) };
	}

	/**
	 * The messages that can be asked with, and what the answer may take. The latter only where the model's size is known: a
	 * limit that is a guess would cut long answers, and leave a model that thinks before it speaks without a word. `after`
	 * comes behind them, whole.
	 */
	question(messages: readonly PreparedMessage[], after: readonly PreparedMessage[] = []): Question {
		const { contextTokens, reserveTokens } = this.#limits;
		const afterTokens = after.reduce((sum, { content }) => sum + estimateTokens(content) + MESSAGE_TOKENS, 0);
		const fitted = fitMessages(messages, { contextTokens: contextTokens - afterTokens, reserveTokens });
		this.#sentTokens = fitted.tokens + afterTokens;
		const all = [...fitted.messages, ...after];
		return this.#told === null ? { messages: all } : { messages: all, maxTokens: reserveTokens };
	}

	/** The model refused the last ones as too many; answers whether it makes sense to ask with fewer. */
	refused(): boolean {
		const smaller = afterContextOverflow(this.#limits, this.#sentTokens);
		if (smaller === null) return false;
		this.#limits = smaller;
		return true;
	}
}

function answerTokens(contextTokens: number): number {
	const share = Math.floor(contextTokens * ANSWER_SHARE);
	const bounded = Math.min(MOST_ANSWER_TOKENS, Math.max(LEAST_ANSWER_TOKENS, share));
	return Math.max(1, Math.min(bounded, Math.floor(contextTokens / 4)));
}
