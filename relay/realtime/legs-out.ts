/** What the legs say, for a conversation that is held here: shown to whoever looks on, and passed on as it is. */
import type { Problem } from '../../src/lib/protocol/problems.ts';
import type { RelayMessage } from '../../src/lib/protocol/session.ts';
import type { Log } from '../session/deps.ts';
import type { Out } from '../session/outbox.ts';
import type { SessionWatcher } from '../session/watcher.ts';
import type { Conversation } from './conversation.ts';

/** An upstream can fail without end; the log need not hold it all. */
const MAX_LOGGED_PROBLEMS = 50;

export interface LegsOutDeps {
	/** Tells the conversation, and survives what it throws: whoever calls is a socket's event, above which nobody is. */
	pass(tell: (conversation: Conversation) => void): void;
	readonly session: string;
	readonly log: Log;
	readonly watcher: SessionWatcher;
}

export class LegsOut implements Out {
	readonly #pass: LegsOutDeps['pass'];
	readonly #session: string;
	readonly #log: Log;
	readonly #watcher: SessionWatcher;
	#logged = 0;

	constructor({ pass, session, log, watcher }: LegsOutDeps) {
		this.#pass = pass;
		this.#session = session;
		this.#log = log;
		this.#watcher = watcher;
	}

	send(message: RelayMessage): void {
		// It does not travel as this, so it has no size.
		this.#watcher.sent(message, 0);
		switch (message.type) {
			case 'listening':
			case 'word':
			case 'endWord':
			case 'replyWord':
			case 'replyText':
			case 'replyWritten':
			case 'replySplice':
			case 'replyDone':
				return this.#pass((conversation) => conversation.take(message));
			default:
				return; // no leg says any other, but for the frames and problems below
		}
	}

	frame(type: 'step' | 'replyAudio', message: Uint8Array): void {
		this.#watcher.sentFrame(type, message);
		this.#pass((conversation) => conversation.frame(type, message));
	}

	problem(problem: Problem, reply?: number): void {
		const about = reply === undefined ? {} : { reply };
		const { fault, code, detail } = problem;
		if (this.#logged++ < MAX_LOGGED_PROBLEMS) {
			this.#log.warn({ session: this.#session, fault, code, detail, ...about }, 'problem');
		}
		this.#watcher.sent({ type: 'problem', ...problem, ...about }, 0);
		this.#pass((conversation) => conversation.trouble(problem, reply));
	}
}
