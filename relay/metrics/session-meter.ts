/** One session, as the metrics see it. */
import type { ProblemCode } from '../../src/lib/protocol/problems.ts';
import type { ClientMessage, RelayMessage } from '../../src/lib/protocol/session.ts';
import type { LegEvent, SessionWatcher } from '../session/watcher.ts';
import { LegsMeter } from './legs-meter.ts';
import { PHASES } from './labels.ts';
import type { MetricsRegistry } from './registry.ts';
import { ReplyMeter } from './reply-meter.ts';

type Report = Extract<ClientMessage, { type: 'report' }>;

/** What a browser counts as a turn cannot take longer: a clock that was set, or nonsense, would spoil the sums. */
const MOST_MS = 600_000;
const MOST_GAPS = 1000;

export class SessionMeter implements SessionWatcher {
	readonly #registry: MetricsRegistry;
	readonly #nowMs: () => number;
	readonly #gone: () => void;
	readonly #legs: LegsMeter;
	readonly #openedMs: number;
	#reply: ReplyMeter | null = null;
	#hasListened = false;

	/** `gone` is called when the connection has ended. */
	constructor(registry: MetricsRegistry, nowMs: () => number, gone: () => void) {
		this.#registry = registry;
		this.#nowMs = nowMs;
		this.#gone = gone;
		this.#legs = new LegsMeter(registry, nowMs);
		this.#openedMs = nowMs();
		registry.count('worker_sessions_total');
		registry.move('worker_active_sessions', 1);
	}

	heard(message: ClientMessage): void {
		switch (message.type) {
			case 'audio':
				return this.#legs.page();
			case 'listen':
				// A conversation numbers its streams from 1, across its connections.
				if (!this.#hasListened && message.stream > 1) {
					this.#registry.count('parley_reconnects_total');
					this.#legs.reconnected();
				}
				this.#hasListened = true;
				return this.#legs.wanted('stt');
			case 'prepare':
				return this.#legs.wanted('tts');
			case 'reply':
				this.#legs.wanted('tts');
				this.#legs.wanted('llm');
				// The session cancels the one before it takes this one.
				if (this.#reply !== null) this.#replyDone('cancelled');
				this.#reply = new ReplyMeter(message, this.#registry, this.#nowMs);
				return;
			case 'commit':
				if (message.reply === this.#reply?.reply) this.#reply.commit();
				return;
			case 'report':
				return this.#report(message);
			case 'hello':
			case 'consent':
			case 'cancel':
				return;
		}
	}

	sent(message: RelayMessage): void {
		switch (message.type) {
			case 'word':
				return this.#legs.word();
			case 'replyWord':
				return this.#reply?.word();
			case 'replyWritten':
				return this.#reply?.written();
			case 'replySplice':
				return this.#reply?.splice(message.atS);
			case 'replyText':
				return this.#registry.count('worker_tts_recv_words_total');
			case 'replyDone':
				if (message.outcome === 'failed') this.#legs.gaveUp('tts');
				if (message.reply === this.#reply?.reply) this.#replyDone(message.outcome);
				return;
			case 'problem':
				this.#registry.count('parley_problems_total', { fault: message.fault, code: message.code });
				// Of the TTS it may be a warning only, while it is tried again: the reply's end tells.
				if (message.fault === 'stt') this.#legs.gaveUp('stt');
				return;
			default:
				return;
		}
	}

	sentFrame(type: 'step' | 'replyAudio', message: Uint8Array): void {
		if (type === 'step') return this.#legs.step();
		this.#registry.hot.worker_tts_recv_frames_total++;
		this.#reply?.sound(message);
	}

	leg(event: LegEvent): void {
		this.#legs.event(event);
		if (event.what === 'say') this.#reply?.said();
		else if (event.what === 'ready' && event.service === 'llm') this.#reply?.modelBegan();
	}

	closing(reason: ProblemCode): void {
		this.#registry.count('parley_relay_closes_total', { code: reason });
		if (reason !== 'draining') this.#registry.count('worker_force_disconnects_total');
		if (reason === 'internal') this.#registry.count('worker_hard_errors_total');
	}

	closed(): void {
		if (this.#reply !== null) this.#replyDone('cancelled');
		this.#registry.move('worker_active_sessions', -1);
		this.#registry.observe('worker_session_duration', (this.#nowMs() - this.#openedMs) / 1000);
		this.#gone();
	}

	#replyDone(outcome: 'complete' | 'cancelled' | 'failed'): void {
		this.#reply?.done(outcome);
		this.#reply = null;
	}

	#report(report: Report): void {
		const { pauseDecidedMs, firstTokenMs, firstPageMs, firstHeardMs, heardLatencyMs, bufferedMs, gaps } = report;
		const phases = [pauseDecidedMs, firstTokenMs, firstPageMs, firstHeardMs];
		PHASES.forEach((phase, at) => {
			const ms = phases[at];
			if (isSane(ms)) this.#registry.observe('parley_turn_phase_seconds', ms / 1000, { phase });
		});
		if (isSane(heardLatencyMs)) this.#registry.observe('parley_heard_latency_seconds', heardLatencyMs / 1000);
		if (isSane(bufferedMs)) this.#registry.observe('parley_playout_buffered_seconds', bufferedMs / 1000);
		if (gaps !== undefined) this.#registry.observe('parley_playout_gaps', Math.min(gaps, MOST_GAPS));
	}
}

const isSane = (ms: number | undefined): ms is number => ms !== undefined && ms <= MOST_MS;
