/** `GET /v1/debug/sessions`: what every live session is doing. Counts and ages; no word that was said, and no address. */
import type { ProblemCode } from '../../src/lib/protocol/problems.ts';
import type { ClientMessage, RelayMessage } from '../../src/lib/protocol/session.ts';
import type { HttpResponse } from '../http/transport.ts';
import type { LegCode } from '../upstream/failure.ts';
import type { LegEvent, SeenSession, Service, SessionWatcher, Watch } from '../session/watcher.ts';

export const DEBUG_SESSIONS_PATH = '/v1/debug/sessions';

/** Ages are in seconds, rates per second over the session's whole life. */
export interface SessionView {
	readonly id: string;
	readonly ageS: number;
	/** Since the browser's last message. */
	readonly silentS: number;
	readonly legs: readonly LegView[];
	/** The last failure of each service, where there was one. */
	readonly failures: Readonly<Partial<Record<Service, { readonly code: LegCode; readonly agoS: number }>>>;
	/** The reply under way, by its number. */
	readonly reply: number | null;
	readonly bufferedBytes: number;
	readonly from: TrafficView;
	readonly to: TrafficView;
	readonly pages: number;
	readonly steps: number;
	readonly words: number;
	readonly replies: number;
	readonly replyWords: number;
	readonly replyPages: number;
	readonly problems: number;
}

export interface LegView {
	readonly service: Service;
	/** As the log calls it: `tts-2`. */
	readonly instance: string;
	readonly state: 'connecting' | 'ready';
	/** Since it has been in that state. */
	readonly ageS: number;
}

export interface TrafficView {
	readonly messages: number;
	readonly bytes: number;
	readonly messagesPerS: number;
	readonly bytesPerS: number;
}

/** More would be no list that a person reads; the metrics count them all. */
const MOST_LISTED = 1000;

export class SessionList implements Watch {
	readonly #nowMs: () => number;
	readonly #sessions = new Set<SessionState>();

	constructor(nowMs: () => number = () => performance.now()) {
		this.#nowMs = nowMs;
	}

	session(seen: SeenSession): SessionWatcher {
		const state = new SessionState(seen, this.#nowMs, () => this.#sessions.delete(state));
		this.#sessions.add(state);
		return state;
	}

	refused(): void {
		// Was never here.
	}

	/** The oldest first. */
	view(): readonly SessionView[] {
		return [...this.#sessions].slice(0, MOST_LISTED).map((session) => session.view());
	}

	respond(): HttpResponse {
		const body = { count: this.#sessions.size, sessions: this.view() };
		const headers = { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' };
		return { status: 200, headers, body: `${JSON.stringify(body, null, '\t')}\n` };
	}
}

interface Leg {
	readonly service: Service;
	readonly instance: string;
	state: 'connecting' | 'ready';
	sinceMs: number;
}

class SessionState implements SessionWatcher {
	readonly #seen: SeenSession;
	readonly #nowMs: () => number;
	readonly #gone: () => void;
	readonly #openedMs: number;
	readonly #legs = new Map<number, Leg>();
	readonly #failures = new Map<Service, { readonly code: LegCode; readonly atMs: number }>();
	readonly #in = { messages: 0, bytes: 0 };
	readonly #out = { messages: 0, bytes: 0 };
	readonly #counts = { pages: 0, steps: 0, words: 0, replies: 0, replyWords: 0, replyPages: 0, problems: 0 };
	#heardMs: number;
	#reply: number | null = null;

	constructor(seen: SeenSession, nowMs: () => number, gone: () => void) {
		this.#seen = seen;
		this.#nowMs = nowMs;
		this.#gone = gone;
		this.#openedMs = this.#heardMs = nowMs();
	}

	heard(message: ClientMessage, bytes: number): void {
		this.#in.messages++;
		this.#in.bytes += bytes;
		this.#heardMs = this.#nowMs();
		if (message.type === 'audio') this.#counts.pages++;
		else if (message.type === 'reply') {
			this.#reply = message.reply;
			this.#counts.replies++;
		}
	}

	sent(message: RelayMessage, bytes: number): void {
		this.#sentBytes(bytes);
		switch (message.type) {
			case 'word':
				this.#counts.words++;
				return;
			case 'replyWord':
				this.#counts.replyWords++;
				return;
			case 'problem':
				this.#counts.problems++;
				return;
			case 'replyDone':
				if (this.#reply === message.reply) this.#reply = null;
				return;
			default:
				return;
		}
	}

	sentFrame(type: 'step' | 'replyAudio', message: Uint8Array): void {
		this.#sentBytes(message.byteLength);
		if (type === 'step') this.#counts.steps++;
		else this.#counts.replyPages++;
	}

	leg(event: LegEvent): void {
		switch (event.what) {
			case 'connecting': {
				const { service, instance } = event;
				this.#legs.set(event.leg, { service, instance, state: 'connecting', sinceMs: this.#nowMs() });
				return;
			}
			case 'ready': {
				const leg = this.#legs.get(event.leg);
				if (leg !== undefined) [leg.state, leg.sinceMs] = ['ready', this.#nowMs()];
				return;
			}
			case 'failed':
				this.#legs.delete(event.leg);
				this.#failures.set(event.service, { code: event.code, atMs: this.#nowMs() });
				return;
			case 'ended':
				this.#legs.delete(event.leg);
				return;
			default:
				return;
		}
	}

	closing(_reason: ProblemCode): void {
		// `closed` follows.
	}

	closed(): void {
		this.#gone();
	}

	view(): SessionView {
		const nowMs = this.#nowMs();
		const agoS = (atMs: number): number => rounded((nowMs - atMs) / 1000);
		const ageS = agoS(this.#openedMs);
		return {
			id: this.#seen.id,
			ageS,
			silentS: agoS(this.#heardMs),
			legs: [...this.#legs.values()].map(({ sinceMs, ...leg }) => ({ ...leg, ageS: agoS(sinceMs) })),
			failures: Object.fromEntries(
				[...this.#failures].map(([service, { code, atMs }]) => [service, { code, agoS: agoS(atMs) }])
			),
			reply: this.#reply,
			bufferedBytes: this.#seen.bufferedBytes(),
			from: traffic(this.#in, ageS),
			to: traffic(this.#out, ageS),
			...this.#counts
		};
	}

	#sentBytes(bytes: number): void {
		this.#out.messages++;
		this.#out.bytes += bytes;
	}
}

const rounded = (value: number): number => Math.round(value * 10) / 10;

function traffic({ messages, bytes }: { messages: number; bytes: number }, ageS: number): TrafficView {
	const perS = (count: number): number => (ageS === 0 ? 0 : rounded(count / ageS));
	return { messages, bytes, messagesPerS: perS(messages), bytesPerS: perS(bytes) };
}
