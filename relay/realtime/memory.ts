/** What was said so far, by whom and in which voice, as the model is asked with it and as the client is told of it. */
import { close, remember, rewrite, type History } from '../../src/lib/chat/history.ts';
import { prepareMessages, type PreparedMessage } from '../../src/lib/chat/prepare.ts';
import type { AdditionalOutputs, RealtimeResponse } from '../../src/lib/protocol/realtime.ts';
import { MAX_REPLY_MESSAGES } from '../../src/lib/protocol/session.ts';
import type { StateName, TurnState } from '../../src/lib/turn/state.ts';
import type { AnswerTiming } from './answer.ts';
import type { Items } from './openai/items.ts';
import type { Prompt } from './prompt.ts';
import { outputsOf, wireHistory } from './wire-history.ts';

/** More messages of a conversation than can be asked with are of no use. */
const MOST_UTTERANCES = MAX_REPLY_MESSAGES;

export class Memory {
	readonly #items: Items;
	#history: History = [];
	/** Null while nobody knows who answers. */
	prompt: Prompt | null = null;
	/** '' leaves it to the relay. */
	voice = '';

	constructor(items: Items) {
		this.#items = items;
	}

	/** What the model is asked with. */
	get messages(): readonly PreparedMessage[] {
		return prepareMessages(this.prompt?.text ?? '', this.#history, MAX_REPLY_MESSAGES);
	}

	/** A whole message, in writing. */
	write(role: 'user' | 'assistant', text: string): void {
		this.#history = close(remember(this.#history, role, text).slice(-MOST_UTTERANCES), role, false);
	}

	/** More of what somebody says; of the assistant's, where in the answer's sound. Answers whether the message is new. */
	remember(role: 'user' | 'assistant', text: string, atMs: number): boolean {
		const isNew = !this.#history.some((one) => one.role === role && one.open);
		this.#history = remember(this.#history, role, text).slice(-MOST_UTTERANCES);
		const spoken = this.#history.findLast((one) => one.role === 'assistant' && one.open);
		if (role === 'assistant' && spoken !== undefined) this.#items.said(text, atMs, spoken.id);
		return isNew;
	}

	/** The person's message is this instead. */
	rewrite(text: string): void {
		this.#history = rewrite(this.#history, text);
	}

	/** Somebody's message is over. */
	close(role: 'user' | 'assistant', interrupted: boolean): void {
		this.#history = close(this.#history, role, interrupted);
	}

	/** Of this answer, which is known, only so much was heard. */
	truncate(item: string, endMs: number): void {
		this.#history = this.#items.truncate(item, endMs, this.#history);
	}

	/** As the client is told of an answer. */
	response(status: RealtimeResponse['status'], state: StateName): RealtimeResponse {
		const system = { role: 'system' as const, content: this.prompt?.text ?? '' };
		return {
			object: 'realtime.response',
			status,
			voice: this.voice === '' ? 'missing' : this.voice,
			chat_history: [system, ...wireHistory(this.#history, status === 'in_progress' ? 'thinking' : state)]
		};
	}

	/** As the client is told how things are. `receivedMs`: of its sound. */
	outputs(state: TurnState, timing: AnswerTiming, receivedMs: number): AdditionalOutputs {
		return outputsOf(this.#history, state, { timing, receivedMs, voice: this.voice });
	}
}
