/**
 * The upstream connections of one session, each a quest: `listen` (STT), `reply` (LLM and TTS) and `voice` (a TTS that was
 * prepared). At most one of each; closing frees all of them, at whatever stage they are.
 */
import type { ReplyLanguage } from '../../src/lib/chat/reply-language.ts';
import type { ReplyRequest } from '../../src/lib/protocol/session.ts';
import { QuestManager } from '../lifecycle/quest-manager.ts';
import type { Clock } from './clock.ts';
import type { SessionDeps, SessionLimits } from './deps.ts';
import type { Flow } from './flow.ts';
import { ListenLeg } from './listen-leg.ts';
import { NextVoice } from './next-voice.ts';
import type { Out } from './outbox.ts';
import { ReplyLeg, type ReplyNumbers, type ReplyOutcome } from './reply-leg.ts';
import type { SessionWatcher } from './watcher.ts';

export interface LegsDeps {
	readonly upstreams: Pick<SessionDeps, 'stt' | 'tts' | 'llm' | 'voices'>;
	readonly limits: SessionLimits;
	readonly clock: Clock;
	readonly flow: Pick<Flow, 'join'>;
	readonly outbox: Out;
	readonly watcher: SessionWatcher;
	/** A reply is over; not after `close`. */
	replied(reply: number, outcome: ReplyOutcome, numbers: ReplyNumbers): void;
}

export class Legs {
	readonly #deps: LegsDeps;
	readonly #quests = new QuestManager();
	readonly #voices: NextVoice;
	#listen: ListenLeg | null = null;
	#reply: ReplyLeg | null = null;
	#closed = false;

	constructor(deps: LegsDeps) {
		const { upstreams, limits, clock, watcher } = deps;
		this.#deps = deps;
		this.#voices = new NextVoice({
			upstream: upstreams.tts,
			fallback: upstreams.tts.voice,
			custom: upstreams.voices ?? null,
			timeoutMs: limits.ttsTimeoutMs,
			preparedMs: limits.preparedMs,
			clock,
			watcher,
			quests: this.#quests
		});
	}

	/** Opens a stream in place of the one before. `head`: its checked first pages; copied. */
	listen(stream: number, head: Uint8Array): void {
		const { upstreams, limits, clock, outbox, watcher } = this.#deps;
		const { stt } = upstreams;
		this.#listen = new ListenLeg(stream, head, {
			upstream: stt,
			delayMs: stt.delayS * 1000,
			timeoutMs: limits.sttTimeoutMs,
			stallMs: limits.sttStallMs,
			clock,
			outbox,
			watcher
		});
		this.#quests.add(this.#listen.quest);
	}

	/** Ends the stream there is. */
	deafen(): void {
		this.#listen = null;
		void this.#quests.remove('listen');
	}

	/** Where pages go now; null while no STT has a slot for them. */
	get ear(): ListenLeg | null {
		return this.#listen?.listening === true ? this.#listen : null;
	}

	prepare(voice: string | undefined): void {
		this.#voices.prepare(voice ?? this.#deps.upstreams.tts.voice);
	}

	/** Starts a reply; the one before is cancelled, and says so. */
	reply(request: ReplyRequest, language: ReplyLanguage): void {
		this.#reply?.cancel();
		if (this.#closed) return; // cancelling the one before may have found the browser too slow
		const { upstreams, limits, clock, flow, outbox, watcher, replied } = this.#deps;
		const leg = new ReplyLeg(request, {
			llm: upstreams.llm,
			voices: this.#voices,
			voice: upstreams.tts.voice,
			language,
			limits,
			clock,
			flow,
			outbox,
			watcher,
			done: (outcome, numbers) => {
				if (this.#reply === leg) this.#reply = null;
				replied(request.reply, outcome, numbers);
			}
		});
		this.#reply = leg;
		this.#quests.add(leg.quest);
	}

	/** One that names a reply which is just over is a race, not a fault. */
	commit(reply: number): void {
		if (this.#reply?.reply === reply) this.#reply.commit();
	}

	cancel(reply: number): void {
		if (this.#reply?.reply === reply) this.#reply.cancel();
	}

	/** Frees everything now, saying nothing; resolves once it is freed. Harmless twice. */
	close(): Promise<void> {
		this.#closed = true;
		this.#listen = null;
		this.#reply = null;
		return this.#quests.close();
	}
}
