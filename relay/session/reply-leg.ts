/**
 * One reply: the LLM writes, the words go to the browser and to the TTS, the sound comes back. Both legs start at once,
 * because each takes its time to get going, and each is replaced by another where it is lost: the LLM before its first
 * word (`reply-text.ts`), the TTS at any time (`reply-voice.ts`).
 *
 * How a reply ends:
 * | what happened                                   | problem              | replyDone |
 * |-------------------------------------------------|----------------------|-----------|
 * | the TTS has spoken everything                   | –                    | complete  |
 * | no LLM wrote as much as one whole word          | llm                  | failed    |
 * | the LLM failed later: what it wrote is spoken,  | llm, at once         | complete  |
 * | but no last word that may be half, nor words    |                      |           |
 * | inside a mark that has not ended                |                      |           |
 * | the LLM answered nothing that can be spoken,    | llm, protocol        | complete  |
 * | and there was nothing to say before it          |                      |           |
 * | the LLM says nothing for `llmHedgeMs`           | llm, once            | –         |
 * | no TTS let us in at the first try, or one       | tts, once            | –         |
 * | said nothing for `ttsTimeoutMs`                 |                      |           |
 * | a cloned voice is gone: the relay's own speaks  | tts, once            | –         |
 * | … nor later, or too many were lost              | tts                  | failed    |
 * | cancelled, replaced, or speculative and neither | –                    | cancelled |
 * | committed nor cancelled for `speculationMs`     |                      |           |
 */
import type { ReplyLanguage } from '../../src/lib/chat/reply-language.ts';
import type { Piece } from '../../src/lib/chat/speech.ts';
import { problem, type Fault } from '../../src/lib/protocol/problems.ts';
import { replyAudioHead, withBin, type ReplyRequest } from '../../src/lib/protocol/session.ts';
import { Quest } from '../lifecycle/quest.ts';
import { UNWANTED } from '../lifecycle/stackless.ts';
import { UpstreamError } from '../upstream/failure.ts';
import { askService, type LlmUpstream } from '../upstream/llm-service.ts';
import { LLM_LIMITS } from '../upstream/llm.ts';
import type { Clock } from './clock.ts';
import type { SessionLimits } from './deps.ts';
import type { Flow } from './flow.ts';
import type { NextVoice } from './next-voice.ts';
import type { Out } from './outbox.ts';
import { ReplyText } from './reply-text.ts';
import { ReplyVoice, type ReplyVoiceHost } from './reply-voice.ts';
import { seeLegs, type SessionWatcher } from './watcher.ts';

export interface ReplyDeps {
	readonly llm: LlmUpstream;
	readonly voices: Pick<NextVoice, 'connect'>;
	/** Where the request names none. */
	readonly voice: string;
	/** Of the words that stand in for what is not read out, until the reply itself tells. */
	readonly language: ReplyLanguage;
	readonly limits: SessionLimits;
	readonly clock: Clock;
	readonly flow: Pick<Flow, 'join'>;
	readonly outbox: Out;
	readonly watcher: SessionWatcher;
	/** Once, after `replyDone`. Not called after `close`. */
	done(outcome: ReplyOutcome, numbers: ReplyNumbers): void;
}

export type ReplyOutcome = 'complete' | 'cancelled' | 'failed';

/** For the log: counts and milliseconds since the request, null where it did not come to that. */
export interface ReplyNumbers {
	/** Of what the LLM wrote. Not `words`: the log takes a field of that name for a transcript. */
	readonly wordCount: number;
	readonly firstWordMs: number | null;
	readonly tookMs: number;
	/** Voices that were lost and replaced. */
	readonly failovers: number;
}

export class ReplyLeg {
	readonly reply: number;
	/** Its whole life: removing it frees both legs and says nothing. */
	readonly quest: Quest<unknown>;
	readonly #deps: ReplyDeps;
	readonly #request: ReplyRequest;
	readonly #audioHead: Uint8Array;
	readonly #controller = new AbortController();
	readonly #text: ReplyText;
	readonly #voice: ReplyVoice;
	readonly #startedMs: number;
	readonly #ended = Promise.withResolvers<undefined>();
	#committed: boolean;
	#over = false;
	#anythingToSay = false;
	#wordCount = 0;
	#firstWordMs: number | null = null;
	#failovers = 0;
	/** Why no voice has let us in yet; null once one has. */
	#trouble: UpstreamError | null = null;
	#troubleTold = false;
	/** The LLM is waited for, longer than a person waits without a word; null once it writes. */
	#slowness: UpstreamError | null = null;
	#slownessTold = false;
	/** Another voice speaks than the one that was asked for. */
	#isVoiceGone = false;
	#goneTold = false;
	#cancelTimer: () => void = () => undefined;

	constructor(request: ReplyRequest, deps: ReplyDeps) {
		this.reply = request.reply;
		this.#request = request;
		this.#deps = deps;
		this.#audioHead = replyAudioHead(request.reply);
		this.#committed = !request.speculative;
		this.#startedMs = deps.clock.now();
		this.#text = this.#makeText();
		this.#voice = this.#makeVoice();
		this.quest = new Quest<unknown>('reply', {
			init: (signal) => this.#start(signal),
			run: () => this.#ended.promise
		});
	}

	/** What was speculative is meant: the TTS gets its words. */
	commit(): void {
		if (this.#committed || this.#over) return;
		this.#committed = true;
		this.#cancelTimer();
		this.#voice.allow();
		this.#tellTrouble();
	}

	/** Stops at once; the browser gets `replyDone` and nothing of this reply after it. */
	cancel(): void {
		this.#done('cancelled');
	}

	#start(signal: AbortSignal): void {
		if (this.#over) return;
		signal.addEventListener('abort', () => this.#close(), { once: true });
		const { clock, limits } = this.#deps;
		if (this.#committed) this.#voice.allow();
		else this.#cancelTimer = clock.after(limits.speculationMs, () => this.cancel());
		void this.#text.start(this.#request.written === true);
		if (!this.#over) this.#voice.open();
	}

	#close(): void {
		this.#over = true;
		this.#cancelTimer();
		this.#controller.abort(UNWANTED);
		this.#ended.resolve(undefined);
	}

	#makeText(): ReplyText {
		const { llm, limits, language, watcher } = this.#deps;
		const patience = { ...LLM_LIMITS, firstTokenMs: limits.llmFirstTokenMs, stallMs: limits.llmStallMs };
		const see = seeLegs(watcher, 'llm');
		return new ReplyText(
			this.#request.begin ?? '',
			{
				ask: (signal, listener) => {
					const hedging = {
						hedgeMs: limits.llmHedgeMs,
						slow: () => this.#llmSlow(),
						hedged: () => watcher.leg({ what: 'hedge', service: 'llm' })
					};
					void askService(llm, this.#request, { signal, limits: patience, see, ...hedging }, listener);
				},
				language,
				maxChars: limits.replyChars,
				piece: (piece) => this.#piece(piece),
				again: () => watcher.leg({ what: 'failover', service: 'llm' }),
				over: (cause) => (cause === null ? this.#written() : this.#llmFailed(cause))
			},
			this.#controller.signal
		);
	}

	#makeVoice(): ReplyVoice {
		const { voices, clock, limits, flow } = this.#deps;
		const name = this.#request.voice ?? this.#deps.voice;
		return new ReplyVoice(
			{
				connect: (signal, news) => voices.connect(name, signal, news),
				clock,
				flow,
				stallMs: limits.ttsStallMs,
				host: this.#voiceHost()
			},
			this.#controller.signal
		);
	}

	#voiceHost(): ReplyVoiceHost {
		const { reply } = this;
		const { outbox, watcher } = this.#deps;
		return {
			// Not of a pool: the metrics keep a reply's last one, and would keep the pool's whole slab with it.
			audio: (frame) => outbox.frame('replyAudio', withBin(this.#audioHead, frame)),
			text: (text, startS, stopS) => outbox.send({ type: 'replyText', reply, text, startS, stopS }),
			splice: (atS) => outbox.send({ type: 'replySplice', reply, atS }),
			lost: () => {
				this.#failovers++;
				watcher.leg({ what: 'failover', service: 'tts' });
			},
			trying: (cause) => {
				this.#trouble = cause;
				if (this.#committed) this.#tellTrouble();
			},
			gone: () => {
				this.#isVoiceGone = true;
				if (this.#committed) this.#tellTrouble();
			},
			connected: () => (this.#trouble = null),
			said: () => watcher.leg({ what: 'say', service: 'tts' }),
			ended: (cause) => (cause === null ? this.#done('complete') : this.#failed('tts', cause))
		};
	}

	/** Each once a reply, and only where the person waits for it. */
	#tellTrouble(): void {
		if (this.#isVoiceGone && !this.#goneTold && !this.#over) {
			this.#goneTold = true;
			this.#deps.outbox.problem(problem('tts', 'voice_gone', 'unknown, or over its time'), this.reply);
		}
		if (this.#slowness !== null && !this.#slownessTold && !this.#over) {
			this.#slownessTold = true;
			this.#tell('llm', this.#slowness);
		}
		if (this.#trouble === null || this.#troubleTold || this.#over) return;
		this.#troubleTold = true;
		this.#tell('tts', this.#trouble);
	}

	#llmSlow(): void {
		this.#slowness = new UpstreamError('timed_out', 'the model has not begun to answer');
		if (this.#committed) this.#tellTrouble();
	}

	#piece({ shown, spoken }: Piece): void {
		if (this.#over) return;
		this.#slowness = null;
		this.#wordCount++;
		this.#firstWordMs ??= this.#sinceStartMs();
		const different = spoken === shown.trim() ? {} : { spoken };
		this.#deps.outbox.send({ type: 'replyWord', reply: this.reply, text: shown, ...different });
		if (spoken === '') return;
		this.#anythingToSay = true;
		this.#voice.say(spoken);
	}

	#written(): void {
		this.#deps.outbox.send({ type: 'replyWritten', reply: this.reply });
		this.#endText();
	}

	#endText(): void {
		if (this.#over) return;
		if (this.#anythingToSay) return this.#voice.finish();
		// Nothing was left of it that a voice could say.
		if ((this.#request.begin ?? '') !== '') return this.#done('complete');
		// Better said than left as an unexplained silence: a model that only thinks, or was allowed no tokens.
		this.#tell('llm', new UpstreamError('protocol', 'the model answered nothing that can be spoken'));
		this.#done('complete');
	}

	#llmFailed(cause: UpstreamError): void {
		if (this.#over) return;
		if (!this.#anythingToSay) return this.#failed('llm', cause);
		this.#tell('llm', cause);
		this.#endText();
	}

	#failed(fault: Fault, cause: UpstreamError): void {
		if (this.#over) return;
		this.#tell(fault, cause);
		this.#done('failed');
	}

	#tell(fault: Fault, cause: UpstreamError): void {
		this.#deps.outbox.problem(problem(fault, cause.code, cause.message, cause.retryAfterMs), this.reply);
	}

	#done(outcome: ReplyOutcome): void {
		if (this.#over) return;
		this.#close();
		this.#deps.outbox.send({ type: 'replyDone', reply: this.reply, outcome });
		this.#deps.done(outcome, {
			wordCount: this.#wordCount,
			firstWordMs: this.#firstWordMs,
			tookMs: this.#sinceStartMs(),
			failovers: this.#failovers
		});
	}

	#sinceStartMs(): number {
		return Math.round(this.#deps.clock.now() - this.#startedMs);
	}
}
