/**
 * One browser's session, `parley.1`: checks what it asks, holds its legs, and lets go of everything when it leaves.
 * Nothing of the conversation stays here; a browser that reconnects, to this relay or another, simply carries on.
 */
import { checkAudioPage, checkHeadPages } from '../../src/lib/audio/ogg/check-page.ts';
import { PROBLEMS, problem, type Problem, type ProblemCode } from '../../src/lib/protocol/problems.ts';
import {
	SESSION_VERSION,
	decodeClientMessage,
	pageOf,
	type ClientMessage,
	type ReplyRequest
} from '../../src/lib/protocol/session.ts';
import type { Refusal, Visit } from '../access/door.ts';
import type { Socket, SocketHandler } from '../http/transport.ts';
import { TokenBucket } from '../limits/token-bucket.ts';
import { systemClock, type Clock } from './clock.ts';
import { SESSION_LIMITS, type SessionDeps, type SessionLimits } from './deps.ts';
import { Flow } from './flow.ts';
import { Legs } from './legs.ts';
import { Outbox } from './outbox.ts';
import { NO_WATCHER, type SessionWatcher } from './watcher.ts';
import { welcome } from './welcome.ts';

/** 80 ms at Opus's own 48 kHz. */
const PAGE_SAMPLES_48K = 3840;
/** Messages that cost more than their reading: they open connections to upstreams, or write a line into the log. */
const IS_COSTLY: ReadonlySet<ClientMessage['type']> = new Set(['listen', 'prepare', 'reply', 'report']);
/** As many ordinary messages as a costly one counts for: four a second for ever, and twenty at once. */
const COSTLY = 25;

export class Session implements SocketHandler {
	readonly id: string;
	readonly #deps: SessionDeps;
	readonly #limits: SessionLimits;
	readonly #clock: Clock;
	readonly #watcher: SessionWatcher;
	readonly #flow: Flow;
	readonly #outbox: Outbox;
	readonly #gone: () => void;
	readonly #messages: TokenBucket;
	readonly #bytes: TokenBucket;
	readonly #openedMs: number;
	readonly #visit: Visit | null;
	#stage: 'hello' | 'checking' | 'open' | 'over' = 'hello';
	#language: 'en' | 'fr' = 'en';
	#cancelTimer: () => void;
	#lastHeardMs: number;
	#earlyPages = 0;
	#lastReply = -1;
	readonly #legs: Legs;

	/** `gone` is called once, when the connection has ended. `visit` knows who may stay; null lets everybody. */
	constructor(id: string, socket: Socket, deps: SessionDeps, gone: () => void, visit: Visit | null = null) {
		this.id = id;
		this.#deps = deps;
		this.#limits = { ...SESSION_LIMITS, ...deps.limits };
		this.#clock = deps.clock ?? systemClock;
		this.#gone = gone;
		this.#visit = visit;
		this.#watcher = watched(id, socket, visit, deps);
		const tooSlow = (): void => this.end('client', 'too_slow');
		this.#flow = new Flow({ bufferedBytes: () => socket.bufferedBytes(), clock: this.#clock, tooSlow });
		this.#outbox = new Outbox(socket, id, deps.log, this.#watcher, this.#flow, this.#clock, tooSlow);
		this.#legs = new Legs({
			upstreams: deps,
			limits: this.#limits,
			clock: this.#clock,
			flow: this.#flow,
			outbox: this.#outbox,
			watcher: this.#watcher,
			replied: (reply, outcome, numbers) => {
				deps.log.info({ session: id, reply, outcome, ...numbers }, 'reply done');
			}
		});
		const nowMs = this.#clock.now();
		this.#openedMs = this.#lastHeardMs = nowMs;
		this.#messages = new TokenBucket(this.#limits.messagesPerS, this.#limits.messagesAtOnce, nowMs);
		this.#bytes = new TokenBucket(this.#limits.bytesPerS, this.#limits.bytesAtOnce, nowMs);
		this.#cancelTimer = this.#clock.after(this.#limits.helloTimeoutMs, () => this.end('client', 'hello_timeout'));
	}

	message(bytes: Uint8Array, isText: boolean): void {
		if (this.#stage === 'over') return;
		const nowMs = this.#clock.now();
		this.#lastHeardMs = nowMs;
		if (!this.#messages.take(1, nowMs) || !this.#bytes.take(bytes.byteLength, nowMs)) {
			return this.end('client', 'too_fast');
		}
		if (isText) return this.end('client', 'bad_message', 'a text message');
		const page = pageOf(bytes);
		const decoded =
			page === null ? decodeClientMessage(bytes) : ({ ok: true, value: { type: 'audio', page } } as const);
		if (!decoded.ok) return this.end('client', 'bad_message', decoded.reason);
		const surcharge = IS_COSTLY.has(decoded.value.type) ? COSTLY - 1 : 0;
		if (!this.#messages.take(surcharge, nowMs)) return this.end('client', 'too_fast');
		this.#watcher.heard(withoutToken(decoded.value), bytes.byteLength);
		try {
			this.#take(decoded.value);
		} catch (error) {
			this.#deps.log.error({ session: this.id, at: whereIn(error) }, 'internal error');
			this.end('relay', 'internal');
		}
	}

	drained(): void {
		this.#flow.drained();
	}

	closed(code: number): void {
		this.#release();
		this.#outbox.close();
		const tookS = Math.round((this.#clock.now() - this.#openedMs) / 1000);
		this.#deps.log.info({ session: this.id, code, tookS }, 'session closed');
		this.#watcher.closed(code);
		this.#gone();
	}

	/** Asks the browser to move to another relay. */
	drain(withinMs: number): void {
		if (this.#stage !== 'over') this.#outbox.send({ type: 'drain', withinMs });
	}

	/** Tells the problem and, where its row of the table says so, ends the connection. */
	end(fault: Problem['fault'], code: ProblemCode, detail = '', retryAfterMs?: number): void {
		if (this.#stage === 'over') return;
		const told = problem(fault, code, detail, retryAfterMs);
		const { close } = PROBLEMS[code];
		if (close === null) return this.#outbox.problem(told);
		this.#release();
		this.#outbox.farewell(told, close);
	}

	#take(message: ClientMessage): void {
		if (this.#stage === 'hello') {
			if (message.type === 'hello') return this.#hello(message);
			return this.end('client', 'out_of_order', 'hello comes first');
		}
		if (this.#stage === 'checking') return this.end('client', 'out_of_order', 'welcome comes first');
		switch (message.type) {
			case 'audio':
				return this.#audio(message.page);
			case 'listen':
				return this.#openStream(message.stream, message.head);
			case 'prepare':
				return this.#legs.prepare(message.voice);
			case 'reply':
				return this.#reply(message);
			case 'commit':
				return this.#legs.commit(message.reply);
			case 'cancel':
				return this.#legs.cancel(message.reply);
			case 'report': {
				const { type: _, ...measured } = message;
				const numbers = Object.entries(measured).map(([name, value]) => [name, rounded(value)]);
				return this.#deps.log.info({ session: this.id, ...Object.fromEntries(numbers) }, 'measured by the browser');
			}
			case 'consent':
				return; // the recorder heard it
			case 'hello':
				return this.end('client', 'out_of_order', 'hello comes once');
		}
	}

	#hello({ version, language, token }: Extract<ClientMessage, { type: 'hello' }>): void {
		if (version !== SESSION_VERSION) {
			return this.end('client', 'unsupported_version', `this relay speaks version ${SESSION_VERSION}`);
		}
		this.#cancelTimer();
		this.#stage = 'checking';
		this.#language = language;
		const refusal = this.#visit?.admit(token) ?? null;
		if (refusal instanceof Promise) void refusal.then((it) => this.#admitted(it));
		else this.#admitted(refusal);
	}

	#admitted(refusal: Refusal | null): void {
		if (this.#stage !== 'checking') return; // it has left meanwhile
		const why = refusal ?? this.#visit?.begin() ?? null;
		if (why !== null) return this.end(faultOf(why), why.code, '', why.retryAfterMs);
		this.#stage = 'open';
		this.#watchIdle();
		this.#outbox.send(welcome(this.id, this.#deps));
		this.#deps.log.info({ session: this.id }, 'session opened');
	}

	#openStream(stream: number, head: Uint8Array): void {
		this.#earlyPages = 0;
		const checked = checkHeadPages(head);
		if (checked.ok) return this.#legs.listen(stream, head);
		this.#legs.deafen();
		this.end('client', 'bad_audio', `head: ${checked.reason}`);
	}

	#reply(request: ReplyRequest): void {
		const { reply, messages, language = this.#language, begin = '' } = request;
		this.#legs.cancel(this.#lastReply);
		this.#lastReply = reply;
		const chars = messages.reduce((sum, { content }) => sum + content.length, begin.length);
		if (chars <= this.#limits.historyChars) return this.#legs.reply(request, language);
		this.#outbox.problem(problem('llm', 'context_overflow', 'longer than this relay takes'), reply);
		this.#outbox.send({ type: 'replyDone', reply, outcome: 'failed' });
	}

	/** The hot path, 12.5 times a second: check and pass on. */
	#audio(page: Uint8Array): void {
		const { ear } = this.#legs;
		if (ear === null) {
			// Pages under way while the STT is lost or not there yet are a race; a client that only talks is not.
			if (++this.#earlyPages === this.#limits.earlyPages) {
				this.end('client', 'out_of_order', 'audio comes after listening');
			}
			return;
		}
		const checked = checkAudioPage(page);
		if (!checked.ok) return this.end('client', 'bad_audio', checked.reason);
		if (checked.kind !== 'audio') return this.end('client', 'bad_audio', 'a header page');
		if (checked.durationSamples48k !== PAGE_SAMPLES_48K) return this.end('client', 'bad_audio', 'not exactly 80 ms');
		ear.page(page);
	}

	/** One timer, looked at when it fires, instead of one for every message. */
	#watchIdle(): void {
		const leftMs = this.#lastHeardMs + this.#limits.idleTimeoutMs - this.#clock.now();
		if (leftMs <= 0) return this.end('client', 'idle_timeout');
		this.#cancelTimer = this.#clock.after(leftMs, () => this.#watchIdle());
	}

	/** Frees every leg and timer; harmless twice. */
	#release(): void {
		this.#stage = 'over';
		this.#cancelTimer();
		void this.#legs.close();
		this.#flow.close();
	}
}

/** Whose fault it is that somebody may not stay. */
export function faultOf({ code }: Refusal): Problem['fault'] {
	return code === 'unauthorized' || code === 'too_fast' ? 'client' : 'relay';
}

/** For whoever looks on: what a recorder writes down must not open a door. */
function withoutToken(message: ClientMessage): ClientMessage {
	if (message.type !== 'hello' || message.token === undefined) return message;
	const { token: _, ...rest } = message;
	return rest;
}

function watched(id: string, socket: Socket, visit: Visit | null, { watch }: SessionDeps): SessionWatcher {
	const address = visit?.address ?? socket.remoteAddress;
	return watch?.session({ id, address, bufferedBytes: () => socket.bufferedBytes() }) ?? NO_WATCHER;
}

const rounded = (ms: number | undefined): number | undefined => (ms === undefined ? undefined : Math.round(ms));

/** An error's name and the places it went through: its message may quote what it choked on. */
export function whereIn(error: unknown): string[] {
	if (!(error instanceof Error)) return [];
	const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
	return [error.name, ...frames.slice(0, 6).map((line) => line.trim())];
}
