/** Everything that a session says to its browser goes through here: encoded, logged, and never queued without end. */
import type { CloseCode, Problem } from '../../src/lib/protocol/problems.ts';
import { encodeSession, type RelayMessage } from '../../src/lib/protocol/session.ts';
import type { Socket } from '../http/transport.ts';
import type { Clock } from './clock.ts';
import type { Log } from './deps.ts';
import type { Flow } from './flow.ts';
import type { SessionWatcher } from './watcher.ts';

/** A client can cause problems as fast as it may send messages; the log need not hold them all. */
const MAX_LOGGED_PROBLEMS = 50;

/**
 * Words for the eye need not be sent by themselves while frames are: a system call costs as much as all else about a word.
 * They wait for the next frame, or this long where none comes. Nobody sees it, and the order stays.
 */
const WORD_WAITS_MS = 40;
/** Whether frames are being sent: while a browser listens, a step comes every 80 ms. */
const STEPS_FLOW_MS = 100;
/** More is not kept back. */
const MOST_WAITING = 16;

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
	readonly #clock: Clock;
	#open = true;
	/** Words, encoded. */
	#waiting: Uint8Array[] = [];
	#cancelTimer: () => void = () => undefined;
	#steppedMs = -Infinity;
	#wordOf = -1;
	#logged = 0;

	/** `tooSlow` is called once, when the browser has not read what was sent: the message in hand is lost. */
	constructor(
		socket: Socket,
		session: string,
		log: Log,
		watcher: SessionWatcher,
		flow: Flow,
		clock: Clock,
		tooSlow: () => void
	) {
		this.#socket = socket;
		this.flow = flow;
		this.#clock = clock;
		this.#session = session;
		this.#log = log;
		this.#watcher = watcher;
		this.#tooSlow = tooSlow;
	}

	send(message: RelayMessage): void {
		if (!this.#open) return;
		const bytes = encodeSession(message);
		this.#watcher.sent(message, bytes.byteLength);
		if (this.#mayWait(message)) this.#keepBack(bytes);
		else this.#put(bytes);
	}

	/** A message that is encoded already: those that carry an upstream's frame. */
	frame(type: 'step' | 'replyAudio', message: Uint8Array): void {
		if (!this.#open) return;
		this.#watcher.sentFrame(type, message);
		if (type === 'step') this.#steppedMs = this.#clock.now();
		this.#put(message);
		if (type === 'replyAudio') this.flow.sent();
	}

	/** Nothing is sent any more, and nothing is left waiting. */
	close(): void {
		this.#open = false;
		this.#takeWaiting();
	}

	/** A reply's first word is when it begins: it never waits. */
	#mayWait(message: RelayMessage): boolean {
		if (message.type !== 'replyWord' && message.type !== 'replyText') return false;
		const isFirst = message.type === 'replyWord' && message.reply !== this.#wordOf;
		if (isFirst) this.#wordOf = message.reply;
		return !isFirst && this.#clock.now() - this.#steppedMs < STEPS_FLOW_MS && this.#waiting.length < MOST_WAITING;
	}

	#keepBack(word: Uint8Array): void {
		this.#waiting.push(word);
		if (this.#waiting.length === 1) this.#cancelTimer = this.#clock.after(WORD_WAITS_MS, () => this.#flush());
	}

	/** Sends what waits, in its order, and `last` behind it: all in one piece. */
	#put(last: Uint8Array): void {
		if (this.#waiting.length > 0) {
			for (const word of this.#takeWaiting()) if (!this.#sent(word, true)) return;
		}
		this.#sent(last, false);
	}

	#flush(): void {
		const last = this.#waiting.pop();
		if (last !== undefined) this.#put(last);
	}

	#takeWaiting(): readonly Uint8Array[] {
		const waiting = this.#waiting;
		this.#waiting = [];
		this.#cancelTimer();
		return waiting;
	}

	/** False where that was the end of it. */
	#sent(message: Uint8Array, more: boolean): boolean {
		const result = this.#socket.send(message, more);
		if (result === 'sent') return true;
		this.close();
		if (result === 'full') this.#tooSlow();
		return false;
	}

	problem(problem: Problem, reply?: number): void {
		const about = reply === undefined ? {} : { reply };
		this.#logProblem(problem, about);
		this.send({ type: 'problem', ...problem, ...about });
	}

	/** The last thing that is sent, even to a browser whose buffer is full: why it ends, and then the end. */
	farewell(problem: Problem, code: CloseCode): void {
		this.#flush();
		this.close();
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
