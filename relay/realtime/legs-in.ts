/** What the conversation asks of the legs, shown to whoever looks on as what a browser would have asked. */
import type { ReplyLanguage } from '../../src/lib/chat/reply-language.ts';
import type { ClientMessage, ReplyRequest } from '../../src/lib/protocol/session.ts';
import type { Legs } from '../session/legs.ts';
import type { SessionWatcher } from '../session/watcher.ts';
import type { ConversationLegs } from './conversation.ts';

export class LegsIn implements ConversationLegs {
	readonly #legs: () => Legs;
	readonly #watcher: SessionWatcher;

	/** `legs` is asked when they are needed: they tell the conversation, so it is there before them. */
	constructor(legs: () => Legs, watcher: SessionWatcher) {
		this.#legs = legs;
		this.#watcher = watcher;
	}

	listen(stream: number, head: Uint8Array<ArrayBuffer>): void {
		this.#show({ type: 'listen', stream, head });
		this.#legs().listen(stream, head);
	}

	hasEar(): boolean {
		return this.#legs().ear !== null;
	}

	page(page: Uint8Array<ArrayBuffer>): void {
		this.#show({ type: 'audio', page }, page.byteLength);
		this.#legs().ear?.page(page);
	}

	prepare(voice: string): void {
		this.#show({ type: 'prepare', ...(voice === '' ? {} : { voice }) });
		this.#legs().prepare(voice === '' ? undefined : voice);
	}

	reply(request: ReplyRequest, language: ReplyLanguage): void {
		this.#show(request);
		this.#legs().reply(request, language);
	}

	commit(reply: number): void {
		this.#show({ type: 'commit', reply });
		this.#legs().commit(reply);
	}

	cancel(reply: number): void {
		this.#show({ type: 'cancel', reply });
		this.#legs().cancel(reply);
	}

	#show(message: ClientMessage, bytes = 0): void {
		this.#watcher.heard(message, bytes);
	}
}
