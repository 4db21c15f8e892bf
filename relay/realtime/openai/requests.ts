/** The events that OpenAI's clients know and Unmute's do not, and what is answered to them. */
import type { RealtimeClientEvent, RealtimeItem, RealtimeServerOutput } from '../../../src/lib/protocol/realtime.ts';
import type { Conversation } from '../conversation.ts';
import { errorEvent } from '../errors.ts';
import type { TruncateFault } from './items.ts';

export type OpenaiRequest = Extract<
	RealtimeClientEvent,
	{
		type:
			| 'input_audio_buffer.commit'
			| 'input_audio_buffer.clear'
			| 'response.create'
			| 'response.cancel'
			| 'conversation.item.create'
			| 'conversation.item.truncate';
	}
>;

export interface RequestsHost {
	readonly conversation: Conversation;
	emit(event: RealtimeServerOutput): void;
	/** A new name. */
	newItem(): string;
	/** Whoever has said nothing about it is answered by the character that answers where nothing is said. */
	needPrompt(): void;
}

const TRUNCATE_FAULTS: Readonly<Record<TruncateFault, [code: string, message: string, param: string]>> = {
	unknown: ['item_not_found', 'No answer of this name is known any more.', 'item_id'],
	too_late: ['invalid_value', 'So much of the answer was not sent.', 'audio_end_ms']
};

export class Requests {
	readonly #host: RequestsHost;

	constructor(host: RequestsHost) {
		this.#host = host;
	}

	obey(event: OpenaiRequest): void {
		const { conversation, emit, newItem, needPrompt } = this.#host;
		const { hand } = conversation;
		conversation.speaksOpenai();
		switch (event.type) {
			case 'input_audio_buffer.commit':
				needPrompt();
				if (!hand.commit(newItem()))
					this.#refuse('input_audio_buffer_commit_empty', 'No sound came since the last one.');
				return;
			case 'input_audio_buffer.clear':
				return hand.clear();
			case 'response.create':
				if (hand.isAnswering) {
					return this.#refuse('conversation_already_has_active_response', 'An answer is under way already.');
				}
				needPrompt();
				return hand.respond();
			case 'response.cancel':
				if (!hand.cancel()) this.#refuse('response_cancel_not_active', 'There is no answer to be cancelled.');
				return;
			case 'conversation.item.create':
				return this.#create(event.item);
			case 'conversation.item.truncate': {
				const { item_id, content_index, audio_end_ms } = event;
				if (content_index !== 0) return this.#refuse('invalid_value', 'An answer has one part.', 'content_index');
				const fault = conversation.truncate(item_id, audio_end_ms);
				if (fault !== null) return this.#refuse(...TRUNCATE_FAULTS[fault]);
				return emit({ type: 'conversation.item.truncated', item_id, content_index, audio_end_ms });
			}
		}
	}

	#create(item: RealtimeItem): void {
		const { conversation, emit, newItem } = this.#host;
		const { hand } = conversation;
		const text = item.content.map((part) => part.text).join('\n');
		const tooLarge = (): void => this.#refuse('too_large', 'Too much was written already.', 'item');
		if (!hand.admits(text)) return tooLarge();
		switch (item.role) {
			case 'system':
				return this.#refuse('unsupported', 'Say it in the instructions of a session.update.', 'item.role');
			case 'assistant':
				if (hand.isAnswering) {
					return this.#refuse('conversation_already_has_active_response', 'An answer is under way already.');
				}
				hand.writeOut();
				conversation.write('assistant', text);
				break;
			case 'user':
				if (!hand.write(text)) return tooLarge();
		}
		emit({ type: 'conversation.item.created', item: { ...item, id: item.id ?? newItem() } });
	}

	#refuse(code: string, message: string, param: string | null = null): void {
		const event = errorEvent('invalid_request_error', code, message);
		this.#host.emit(event.type === 'error' ? { ...event, error: { ...event.error, param } } : event);
	}
}
