/**
 * One reply: the LLM writes, the words go to the browser and to the TTS, the sound comes back. Both legs start at once,
 * because each takes its time to get going.
 *
 * How a reply ends:
 * | what happened                                   | problem              | replyDone |
 * |-------------------------------------------------|----------------------|-----------|
 * | the TTS has spoken everything                   | –                    | complete  |
 * | the LLM failed before its first whole word      | llm                  | failed    |
 * | the LLM failed later: what it wrote is spoken,  | llm, at once         | complete  |
 * | but no last word that may be half, nor words    |                      |           |
 * | inside a mark that has not ended                |                      |           |
 * | the LLM answered nothing that can be spoken,    | llm, protocol        | complete  |
 * | and there was nothing to say before it          |                      |           |
 * | the TTS failed, at any time                     | tts                  | failed    |
 * | cancelled, replaced, or speculative and neither | –                    | cancelled |
 * | committed nor cancelled for `speculationMs`     |                      |           |
 */
import type { ReplyLanguage } from '../../src/lib/chat/reply-language.ts';
import type { Piece } from '../../src/lib/chat/speech.ts';
import { problem, type Fault } from '../../src/lib/protocol/problems.ts';
import { replyAudioHead, withBin, type ReplyRequest } from '../../src/lib/protocol/session.ts';
import { UpstreamError, asUpstreamError } from '../upstream/failure.ts';
import { streamFromService, type LlmUpstream } from '../upstream/llm-service.ts';
import { LLM_LIMITS } from '../upstream/llm.ts';
import type { TtsLeg } from '../upstream/tts.ts';
import type { Clock } from './clock.ts';
import type { SessionLimits } from './deps.ts';
import type { NextVoice } from './next-voice.ts';
import type { Outbox } from './outbox.ts';
import { ReplyText } from './reply-text.ts';
import { seeLeg, type SessionWatcher } from './watcher.ts';

export interface ReplyDeps {
	readonly llm: LlmUpstream;
	readonly voices: Pick<NextVoice, 'connect'>;
	/** Where the request names none. */
	readonly voice: string;
	/** Of the words that stand in for what is not read out, until the reply itself tells. */
	readonly language: ReplyLanguage;
	readonly limits: SessionLimits;
	readonly clock: Clock;
	readonly outbox: Outbox;
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
}

export class ReplyLeg {
	readonly reply: number;
	readonly #deps: ReplyDeps;
	readonly #request: ReplyRequest;
	readonly #audioHead: Uint8Array;
	readonly #controller = new AbortController();
	readonly #text: ReplyText;
	readonly #startedMs: number;
	#committed: boolean;
	#over = false;
	#tts: TtsLeg | null = null;
	/** What the TTS has not got yet, each with the space before it. Bounded by `limits.replyChars`. */
	#waiting: string[] = [];
	#anythingToSay = false;
	/** No more words come. */
	#textOver = false;
	#finished = false;
	#wordCount = 0;
	#firstWordMs: number | null = null;
	#lastAudioMs = 0;
	#cancelTimer: () => void = () => undefined;

	constructor(request: ReplyRequest, deps: ReplyDeps) {
		this.reply = request.reply;
		this.#request = request;
		this.#deps = deps;
		this.#text = this.#writing();
		this.#audioHead = replyAudioHead(request.reply);
		this.#committed = !request.speculative;
		this.#startedMs = deps.clock.now();
	}

	start(): void {
		const { clock, limits } = this.#deps;
		if (!this.#committed) this.#cancelTimer = clock.after(limits.speculationMs, () => this.cancel());
		void this.#text.start(this.#request.written === true);
		void this.#connect();
	}

	/** What was speculative is meant: the TTS gets its words. */
	commit(): void {
		if (this.#committed || this.#over) return;
		this.#committed = true;
		this.#cancelTimer();
		this.#pump();
	}

	/** Stops at once; the browser gets `replyDone` and nothing of this reply after it. */
	cancel(): void {
		this.#done('cancelled');
	}

	/** The session is over: frees both legs and says nothing. */
	close(): void {
		this.#over = true;
		this.#cancelTimer();
		this.#waiting = [];
		this.#controller.abort();
		this.#tts = null;
	}

	#writing(): ReplyText {
		const { llm, limits, language, watcher } = this.#deps;
		const patience = { ...LLM_LIMITS, firstTokenMs: limits.llmFirstTokenMs, stallMs: limits.llmStallMs };
		return new ReplyText(
			this.#request.begin ?? '',
			{
				ask: (signal) => streamFromService(llm, this.#request, { signal, limits: patience, see: () => seeLeg(watcher, 'llm') }),
				language,
				maxChars: limits.replyChars,
				piece: (piece) => this.#piece(piece),
				over: (cause) => (cause === null ? this.#written() : this.#llmFailed(cause))
			},
			this.#controller.signal
		);
	}

	async #connect(): Promise<void> {
		const voice = this.#request.voice ?? this.#deps.voice;
		try {
			const leg = await this.#deps.voices.connect(voice, this.#controller.signal);
			if (this.#over) return;
			this.#tts = leg;
			leg.start({
				audio: (frame) => this.#audio(frame),
				text: (text, startS, stopS) => {
					if (this.#over) return;
					this.#deps.outbox.send({ type: 'replyText', reply: this.reply, text, startS, stopS });
				},
				ended: (cause) => (cause === null ? this.#done('complete') : this.#failed('tts', cause))
			});
			this.#pump();
		} catch (error) {
			this.#failed('tts', asUpstreamError(error, 'the TTS leg failed'));
		}
	}

	#piece({ shown, spoken }: Piece): void {
		if (this.#over) return;
		this.#wordCount++;
		this.#firstWordMs ??= this.#sinceStartMs();
		const different = spoken === shown.trim() ? {} : { spoken };
		this.#deps.outbox.send({ type: 'replyWord', reply: this.reply, text: shown, ...different });
		if (spoken === '') return;
		this.#waiting.push(this.#anythingToSay ? ` ${spoken}` : spoken);
		this.#anythingToSay = true;
		this.#pump();
	}

	#audio(frame: Uint8Array): void {
		if (this.#over) return;
		this.#lastAudioMs = this.#deps.clock.now();
		this.#deps.outbox.frame('replyAudio', withBin(this.#audioHead, frame));
	}

	/** Gives the TTS what there is to say, as soon as it may have it. */
	#pump(): void {
		if (this.#over || this.#tts === null || !this.#committed || this.#finished) return;
		const words = this.#waiting;
		this.#waiting = [];
		for (const word of words) {
			this.#deps.watcher.leg({ what: 'say', service: 'tts' });
			this.#tts?.say(word); // saying one may end it
		}
		if (this.#over || !this.#textOver) return;
		this.#finished = true;
		this.#tts?.finish();
		this.#lastAudioMs = this.#deps.clock.now();
		this.#watchAudio();
	}

	/** One timer, looked at when it fires: audio comes 12 times a second and faster. */
	#watchAudio(): void {
		if (this.#over) return;
		const { clock, limits } = this.#deps;
		const leftMs = this.#lastAudioMs + limits.ttsStallMs - clock.now();
		if (leftMs <= 0) return this.#failed('tts', new UpstreamError('timed_out', 'the voice stopped in mid-reply'));
		this.#cancelTimer = clock.after(leftMs, () => this.#watchAudio());
	}

	#written(): void {
		this.#deps.outbox.send({ type: 'replyWritten', reply: this.reply });
		this.#endText();
	}

	#endText(): void {
		if (this.#over) return;
		this.#textOver = true;
		if (this.#anythingToSay) return this.#pump();
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
		this.close();
		this.#deps.outbox.send({ type: 'replyDone', reply: this.reply, outcome });
		const tookMs = this.#sinceStartMs();
		this.#deps.done(outcome, { wordCount: this.#wordCount, firstWordMs: this.#firstWordMs, tookMs });
	}

	#sinceStartMs(): number {
		return Math.round(this.#deps.clock.now() - this.#startedMs);
	}
}
