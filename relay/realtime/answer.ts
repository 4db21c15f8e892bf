/** The answer under way: asked for, written, spoken, and told to the client in the order in which Unmute tells it. */
import type { Context } from '../../src/lib/chat/context.ts';
import { HeardWords } from '../../src/lib/chat/heard.ts';
import type { PreparedMessage } from '../../src/lib/chat/prepare.ts';
import { decodeTtsOut, oggOpusData } from '../../src/lib/protocol/moshi.ts';
import type { Problem } from '../../src/lib/protocol/problems.ts';
import type { RealtimeServerOutput } from '../../src/lib/protocol/realtime.ts';
import { replyAudioHead, replyFrameOf, type RelayMessage, type ReplyRequest } from '../../src/lib/protocol/session.ts';
import type { TurnEvent } from '../../src/lib/turn/events.ts';
import type { Playout } from './playout.ts';

/** Unmute's: the first message is livelier than what follows. */
const FIRST_TEMPERATURE = 0.7;
const FURTHER_TEMPERATURE = 0.3;

/** What the legs say of a reply. */
export type ReplyMessage = Extract<
	RelayMessage,
	{ type: 'replyWord' | 'replyText' | 'replyWritten' | 'replySplice' | 'replyDone' }
>;

export interface AnswerHost {
	emit(event: RealtimeServerOutput): void;
	/** To the turn core. */
	tell(event: TurnEvent): void;
	/** To the legs. */
	ask(request: ReplyRequest): void;
	commit(reply: number): void;
	cancel(reply: number): void;
	/** Whether the core will ask once more by itself. */
	asksAgain(): boolean;
	/** The event that tells the client that an answer was begun. */
	created(): RealtimeServerOutput;
	/** Something is wrong, and whether anything more comes of this answer. */
	trouble(problem: Problem, isOver: boolean): void;
	/** An answer ends here, heard or not. */
	ended(): void;
	readonly playout: Playout;
	readonly context: Context;
}

/** How long everything of the present answer took, for whoever debugs: seconds, as Unmute tells it. */
export interface AnswerTiming {
	readonly to_first_token?: number;
	readonly tts_audio?: number;
}

export class Answer {
	readonly #host: AnswerHost;
	readonly #nowMs: () => number;
	#reply = 0;
	#audioHead: Uint8Array = new Uint8Array(0);
	/** Something of it is still to come from the legs. */
	#isOpen = false;
	/** What the client is told where the answer is meant: until the turn is surely over, it may not be. */
	#held: RealtimeServerOutput[] | null = null;
	#wasTold = false;
	/** It is asked for once more, and the client need not hear of it twice. */
	#isRetry = false;
	#written = '';
	#isWritten = false;
	#isWhole = false;
	#words = new HeardWords();
	#problem: Problem | null = null;
	#askedMs = 0;
	#firstWordMs: number | null = null;
	#firstSoundMs: number | null = null;

	/** `nowMs`: of the walls. */
	constructor(host: AnswerHost, nowMs: () => number) {
		this.#host = host;
		this.#nowMs = nowMs;
	}

	get timing(): AnswerTiming {
		const [word, sound] = [this.#firstWordMs, this.#firstSoundMs];
		return {
			...(word === null ? {} : { to_first_token: (word - this.#askedMs) / 1000 }),
			...(word === null || sound === null ? {} : { tts_audio: (sound - word) / 1000 })
		};
	}

	ask(reply: number, first: boolean, speculative: boolean, messages: readonly PreparedMessage[], voice: string): void {
		const host = this.#host;
		this.#begin(reply);
		this.#held = speculative ? [] : null;
		if (!this.#isRetry) this.#emit(host.created());
		else if (this.#held === null) this.#wasTold = true;
		this.#isRetry = false;
		host.ask({
			type: 'reply',
			reply,
			...host.context.question(messages),
			temperature: first ? FIRST_TEMPERATURE : FURTHER_TEMPERATURE,
			speculative,
			...(voice === '' ? {} : { voice })
		});
	}

	commit(): void {
		const held = this.#held ?? [];
		this.#held = null;
		for (const event of held) this.#emit(event);
		this.#host.commit(this.#reply);
	}

	/** Nobody wants it any more. Answers whether the client had heard of it. */
	cancel(): boolean {
		const wasTold = this.#wasTold;
		this.#close();
		this.#host.playout.stop();
		this.#host.cancel(this.#reply);
		return wasTold;
	}

	/** What the legs say about one; about another than the current it is late. */
	take(message: ReplyMessage): void {
		if (message.reply !== this.#reply || !this.#isOpen) return;
		const { playout } = this.#host;
		switch (message.type) {
			case 'replyWord':
				this.#firstWordMs ??= this.#nowMs();
				this.#written += message.text;
				this.#words.write(message.text, message.spoken);
				return this.#emit({ type: 'unmute.response.text.delta.ready', delta: message.text });
			case 'replyText':
				return playout.say(message.text, message.startS);
			case 'replyWritten':
				return this.#tellWritten();
			case 'replySplice':
				return this.#words.expectAgain(playout.splice(message.atS).join(' '));
			case 'replyDone':
				return this.#done(message.outcome);
		}
	}

	/** One message of the TTS, in its envelope. */
	sound(envelope: Uint8Array): void {
		if (!this.#isOpen) return;
		const frame = replyFrameOf(this.#audioHead, envelope);
		const bytes = frame === null ? null : (oggOpusData(frame) ?? slowly(frame));
		if (bytes === null) return;
		this.#host.playout.sound(bytes);
		if (this.#host.playout.hasSound) this.#firstSoundMs ??= this.#nowMs();
	}

	/** Something went wrong with it. Whether that is its end is said by `replyDone`. */
	trouble(problem: Problem, reply: number): void {
		if (reply !== this.#reply || !this.#isOpen) return;
		this.#problem = problem;
		// Whether less of the conversation is asked with, and nobody need know, is decided when the reply is over.
		if (problem.code !== 'context_overflow') this.#host.trouble(problem, false);
	}

	/** The first sound has left. */
	started(): void {
		this.#host.tell({ type: 'started', reply: this.#reply });
	}

	/** A word sounds. */
	said(text: string): void {
		this.#host.emit({ type: 'response.text.delta', delta: text });
		this.#hear(this.#words.hear(text), text);
	}

	/** Everything has left. */
	drained(): void {
		const reply = this.#reply;
		// A voice that reports no words still said it all.
		if (this.#isWhole) this.#hear(this.#words.hearRest());
		this.#host.ended();
		this.#wasTold = false;
		this.#host.tell({ type: 'drained', reply });
	}

	#begin(reply: number): void {
		this.#reply = reply;
		this.#audioHead = replyAudioHead(reply);
		this.#isOpen = true;
		this.#wasTold = this.#isWritten = this.#isWhole = false;
		this.#written = '';
		this.#words = new HeardWords();
		this.#problem = null;
		this.#askedMs = this.#nowMs();
		this.#firstWordMs = this.#firstSoundMs = null;
		this.#host.playout.begin();
	}

	#emit(event: RealtimeServerOutput): void {
		if (this.#held !== null) {
			this.#held.push(event);
			return;
		}
		this.#wasTold = true;
		this.#host.emit(event);
	}

	#tellWritten(): void {
		if (this.#isWritten) return;
		this.#isWritten = true;
		this.#emit({ type: 'response.text.done', text: this.#written });
	}

	#hear(text: string, spoken = text): void {
		if (text === '') return;
		const different = spoken.trim() === text.trim() ? {} : { spoken };
		this.#host.tell({ type: 'heard', reply: this.#reply, text, ...different });
	}

	#done(outcome: 'complete' | 'cancelled' | 'failed'): void {
		const host = this.#host;
		const { playout, tell, context } = host;
		const reply = this.#reply;
		this.#isOpen = false;
		const audible = playout.hasSound;
		if (outcome === 'complete') {
			this.#isWhole = true;
			this.#tellWritten();
		}
		const problem = this.#problem;
		const isTooLong = problem?.code === 'context_overflow';
		const mayAsk = isTooLong ? context.refused() : problem?.retry === 'soon';
		const retryAfterMs = !mayAsk ? null : isTooLong ? 0 : (problem?.retryAfterMs ?? null);
		if (audible) {
			// The core takes what sounds and ends without being done for cut off.
			if (outcome === 'complete') tell({ type: 'replyDone', reply, outcome, audible, retryAfterMs });
			playout.end();
			return;
		}
		playout.stop();
		// A speculative one that waited too long is over without anybody's fault.
		const again = outcome === 'cancelled' ? 0 : retryAfterMs;
		tell({
			type: 'replyDone',
			reply,
			outcome: outcome === 'complete' ? outcome : 'failed',
			audible,
			retryAfterMs: again
		});
		this.#isRetry = this.#wasTold && host.asksAgain();
		if (host.asksAgain()) return;
		if (outcome === 'failed' && problem !== null) host.trouble(problem, true);
		if (this.#wasTold) host.ended();
		this.#wasTold = false;
	}

	#close(): void {
		this.#isOpen = this.#isRetry = false;
		this.#wasTold = false;
		this.#held = null;
	}
}

/** For a server that writes its messages otherwise than moshi-server. */
function slowly(frame: Uint8Array): Uint8Array | null {
	const decoded = decodeTtsOut(frame);
	return decoded.ok && decoded.value.type === 'OggOpus' ? decoded.value.data : null;
}
