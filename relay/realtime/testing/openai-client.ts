/** A client of OpenAI's on a stage of its own. */
import type { RealtimeClientEvent } from '../../../src/lib/protocol/realtime.ts';
import type { PolicyName } from '../../../src/lib/turn/options.ts';
import { Requests, type OpenaiRequest } from '../openai/requests.ts';
import { Stage } from './stage.ts';

export class Client {
	readonly stage: Stage;
	readonly #requests: Requests;
	#items = 0;

	constructor(stage: Stage) {
		this.stage = stage;
		this.#requests = new Requests({
			conversation: stage.conversation,
			emit: (event) => stage.events.push({ atMs: 0, event }),
			newItem: () => `new_${++this.#items}`,
			needPrompt: () => stage.conversation.instruct({ text: 'Be kind.', language: 'en' })
		});
	}

	does(...events: (OpenaiRequest | OpenaiRequest['type'])[]): void {
		for (const event of events) this.#requests.obey(typeof event === 'string' ? plain(event) : event);
	}

	write(text: string, role: 'user' | 'assistant' | 'system' = 'user'): void {
		const item = { type: 'message' as const, role, content: [{ type: 'input_text' as const, text }] };
		this.does({ type: 'conversation.item.create', item });
	}

	truncate(item_id: string, audio_end_ms: number): void {
		this.does({ type: 'conversation.item.truncate', item_id, content_index: 0, audio_end_ms });
	}

	/** The errors since the last call. */
	errors(): (string | null)[] {
		return this.stage.of('error').map(({ error }) => error.code);
	}

	/** What was asked last, without the prompt. */
	get asked(): string[] {
		return (this.stage.asked.at(-1)?.messages ?? []).slice(1).map(({ role, content }) => `${role}: ${content}`);
	}

	get item(): string {
		return this.stage.of('response.text.done').at(-1)?.item_id ?? 'none';
	}
}

function plain(type: RealtimeClientEvent['type']): OpenaiRequest {
	switch (type) {
		case 'input_audio_buffer.commit':
		case 'input_audio_buffer.clear':
		case 'response.create':
		case 'response.cancel':
			return { type };
		default:
			throw new Error('it needs more');
	}
}

/** Turns by hand from the beginning: nobody greets anybody. */
export function byHand(policy: PolicyName = 'unmute'): Client {
	const stage = new Stage(policy);
	stage.conversation.speaksOpenai();
	stage.conversation.hand.choose(true);
	stage.conversation.instruct({ text: 'Be kind.', language: 'en' });
	stage.quiet(1);
	stage.listening();
	return new Client(stage);
}

/** The STT goes on until it has understood everything. */
export const understand = (stage: Stage): void => {
	for (let i = 0; i < 9; i++) stage.step(0.99);
};
