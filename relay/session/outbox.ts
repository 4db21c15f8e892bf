/** Everything that a session says to its browser goes through here: encoded, logged, and never queued without end. */
import type { CloseCode, Problem } from '../../src/lib/protocol/problems.ts';
import { encodeSession, type RelayMessage } from '../../src/lib/protocol/session.ts';
import type { Socket } from '../http/transport.ts';
import type { Log } from './deps.ts';
import type { Flow } from './flow.ts';
import type { SessionWatcher } from './watcher.ts';

/** A client can cause problems as fast as it may send messages; the log need not hold them all. */
const MAX_LOGGED_PROBLEMS = 50;

/** What a leg needs of whoever it works for: a browser's connection, or a conversation that the relay itself holds. */
export type Out = Pick<Outbox, 'send' | 'frame' | 'problem'>;

export class Outbox {
	/** What speaks to the browser waits for it here. */
	readonly flow: Flow;
	readonly #socket: Socket;
	readonly #session: string;
	readonly #log: Log;
	readonly #watcher: SessionWatcher;
	readonly #tooSlow: () => void;
	#open = true;
	#logged = 0;

	/** `tooSlow` is called once, when the browser has not read what was sent: the message in hand is lost. */
	constructor(socket: Socket, session: string, log: Log, watcher: SessionWatcher, flow: Flow, tooSlow: () => void) {
		this.#socket = socket;
		this.flow = flow;
		this.#session = session;
		this.#log = log;
		this.#watcher = watcher;
		this.#tooSlow = tooSlow;
	}

	send(message: RelayMessage): void {
		if (!this.#open) return;
		const bytes = encodeSession(message);
		this.#watcher.sent(message, bytes.byteLength);
		this.#put(bytes);
	}

	/** A message that is encoded already: those that carry an upstream's frame. */
	frame(type: 'step' | 'replyAudio', message: Uint8Array): void {
		if (!this.#open) return;
		this.#watcher.sentFrame(type, message);
		this.#put(message);
		if (type === 'replyAudio') this.flow.sent();
	}

	#put(message: Uint8Array): void {
		const result = this.#socket.send(message);
		if (result === 'sent') return;
		this.#open = false;
		if (result === 'full') this.#tooSlow();
	}

	problem(problem: Problem, reply?: number): void {
		const about = reply === undefined ? {} : { reply };
		this.#logProblem(problem, about);
		this.send({ type: 'problem', ...problem, ...about });
	}

	/** The last thing that is sent, even to a browser whose buffer is full: why it ends, and then the end. */
	farewell(problem: Problem, code: CloseCode): void {
		this.#open = false;
		this.#logProblem(problem, {});
		const message = { type: 'problem', ...problem } as const;
		const bytes = encodeSession(message);
		this.#watcher.sent(message, bytes.byteLength);
		this.#watcher.closing(problem.code);
		this.#socket.close(code, problem.code, bytes);
	}

	#logProblem({ fault, code, detail }: Problem, about: object): void {
		if (this.#logged++ >= MAX_LOGGED_PROBLEMS) return;
		this.#log.warn({ session: this.#session, fault, code, detail, ...about }, 'problem');
	}
}
