/**
 * What happened in a talk, the last of it, in an operator's words: phases, connections, troubles, measurements. Nothing
 * that was said is in it, nor an address, a device or a name. Pure.
 */
import type { Probe } from '../../session/probe.ts';
import type { Mark, ViewMessage } from '../../session/view.ts';

export interface LoggedEvent {
	/** `performance.timeOrigin + now()`. */
	readonly atMs: number;
	readonly event: string;
	/** Numbers and codes of ours alone. */
	readonly [detail: string]: string | number | boolean | null;
}

type Message = Exclude<ViewMessage, { type: 'signal' }>;

export class EventLog {
	readonly #limit: number;
	#events: readonly LoggedEvent[] = [];
	#dropped = 0;
	#last: Probe | null = null;

	constructor(limit: number) {
		this.#limit = limit;
	}

	/** The oldest first. */
	get all(): readonly LoggedEvent[] {
		return this.#events;
	}

	/** How many older ones there were. */
	get dropped(): number {
		return this.#dropped;
	}

	/** True where there is more to show now. */
	take(message: Message, atMs: number): boolean {
		const event = message.type === 'probe' ? this.#change(message.probe) : eventOf(message, atMs);
		if (event === null) return false;
		this.#dropped += this.#events.length < this.#limit ? 0 : 1;
		this.#events = [...this.#events, event].slice(-this.#limit);
		return true;
	}

	/** Of the probes only what the turn core made of things. */
	#change(probe: Probe): LoggedEvent | null {
		const before = this.#last;
		this.#last = probe;
		if (before?.state === probe.state) return null;
		const { atMs, state, average } = probe;
		return { atMs, event: 'state', now: state, was: before?.state ?? null, average: rounded(average) };
	}
}

/** One after the other, 25 a second: the plots show them. */
const CONSTANT: ReadonlySet<Mark['name']> = new Set<Mark['name']>(['pageSent', 'pageSentGap', 'wordHeard']);

function eventOf(message: Exclude<Message, { type: 'probe' }>, atMs: number): LoggedEvent | null {
	switch (message.type) {
		case 'phase':
			return { atMs, event: 'phase', now: message.phase, failure: message.failure };
		case 'welcome': {
			const { stt, llm, tts } = message.engines;
			const kind = ({ embedded }: { readonly embedded: boolean }): string => (embedded ? 'embedded' : 'server');
			return { atMs, event: 'connected', stt: kind(stt), llm: kind(llm), tts: kind(tts), writes: stt.recognises };
		}
		case 'problem':
			if (message.problem === null) return { atMs, event: 'well again' };
			return {
				atMs,
				event: 'problem',
				leg: message.problem.fault,
				code: message.problem.code,
				retry: message.problem.retry,
				retryAfterMs: message.problem.retryAfterMs
			};
		case 'lack':
			return { atMs, event: 'microphone', lack: message.lack };
		case 'swap':
			return { atMs, event: 'another device', device: message.swap.device, why: message.swap.why };
		case 'mark':
			return markOf(message.mark);
		default:
			// What was said, and who says it.
			return null;
	}
}

function markOf({ name, atMs, value, text }: Mark): LoggedEvent | null {
	if (CONSTANT.has(name)) return null;
	// The only text of a mark that is not a word somebody said.
	const phase = name === 'turnPhase' && text !== undefined ? { phase: text } : {};
	return { atMs, event: name, value: rounded(value), ...phase };
}

const rounded = (value: number): number => Math.round(value * 100) / 100;
