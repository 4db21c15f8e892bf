/**
 * The answer under way: asked for, written, spoken, and, where the relay goes away in the middle, continued with the next
 * one so that every word is said once.
 */
import { continueMessages } from '../../chat/continue.ts';
import { resumed, prepareMessages, type PreparedMessage } from '../../chat/prepare.ts';
import type { History } from '../../chat/history.ts';
import { decodeTtsOut } from '../../protocol/moshi.ts';
import type { Problem } from '../../protocol/problems.ts';
import {
	MAX_BEGIN_CHARS,
	MAX_REPLY_MESSAGES,
	type ClientMessage,
	type RelayMessage,
	type ReplyRequest
} from '../../protocol/session.ts';
import type { CancelReason, TurnEvent } from '../../turn/events.ts';
import type { Context } from '../../chat/context.ts';
import type { Cast } from './cast.ts';
import type { Shown } from './shown.ts';
import type { Timing } from './timing.ts';
import type { Voice } from './voice.ts';

/** Unmute's: the first message is livelier than what follows. */
const FIRST_TEMPERATURE = 0.7;
const FURTHER_TEMPERATURE = 0.3;

type Outcome = Extract<RelayMessage, { type: 'replyDone' }>['outcome'];
/** What the relay says of a reply. */
export type ReplyMessage = Extract<
	RelayMessage,
	{ type: 'replyWord' | 'replyAudio' | 'replyText' | 'replyWritten' | 'replySplice' | 'replyDone' }
>;

export interface AnswerHost {
	send(message: ClientMessage): void;
	/** To the turn core. */
	tell(event: TurnEvent): void;
	/** Whether the core will ask once more by itself. */
	asksAgain(): boolean;
	readonly voice: Voice;
	readonly shown: Shown;
	readonly timing: Timing;
	readonly context: Context;
	/** Who gives the next answer. */
	cast(): Cast;
}

/**
 * `none`: nothing more will come. `asked`: by the relay that is there. `broken`: the relay is gone, and what it still owed
 * will be asked of the next one.
 */
type Stage = 'none' | 'asked' | 'broken';

export class Answer {
	readonly #host: AnswerHost;
	/** Who gives this one, to its end. */
	#cast: Cast;
	#stage: Stage = 'none';
	#speculative = false;
	#anyWord = false;
	/** Sound has come since it was asked for. */
	#sounds = false;
	/** The model has written all of it. */
	#written = false;
	/** What the relay said about it, for when it ends. */
	#problem: Problem | null = null;

	constructor(host: AnswerHost) {
		this.#host = host;
		this.#cast = host.cast();
	}

	/** All that there will be of the last answer is here. */
	get isWhole(): boolean {
		return this.#stage === 'none';
	}

	/** The core wants an answer to the history as it stands. One that broke off before it sounded is it, all of it. */
	ask(reply: number, first: boolean, speculative: boolean): void {
		const { voice, timing } = this.#host;
		const owed = this.#stage === 'broken' ? voice.text : '';
		timing.asked();
		voice.begin(reply, owed);
		this.#speculative = speculative;
		if (owed !== '') {
			this.#goOn();
			return;
		}
		this.#recast();
		this.#anyWord = false;
		this.#written = false;
		const messages = this.#messages();
		this.#request(first && this.#host.shown.isContinued ? resumed(messages) : messages, [], {
			temperature: first ? FIRST_TEMPERATURE : FURTHER_TEMPERATURE
		});
	}

	/** What sounded before is over: the log's next line is theirs. */
	#recast(): void {
		const { cast, shown } = this.#host;
		const { who } = this.#cast;
		this.#cast = cast();
		if (this.#cast.who !== who) shown.who(this.#cast.who);
	}

	commit(): void {
		this.#speculative = false;
		this.#host.send({ type: 'commit', reply: this.#host.voice.reply });
	}

	/** Nobody wants it any more: silence. False where the relay went away and what has come of it is kept. */
	cancel(why: CancelReason): boolean {
		if (why === 'lost' && this.#stage === 'broken') return false;
		const { voice, send } = this.#host;
		this.#stage = 'none';
		voice.stop();
		send({ type: 'cancel', reply: voice.reply });
		return true;
	}

	/** What the relay says about one; about another than the current it is late. */
	take(message: ReplyMessage): void {
		const { voice, timing } = this.#host;
		if (message.reply !== voice.reply || this.#stage !== 'asked') return;
		switch (message.type) {
			case 'replyWord':
				this.#anyWord = true;
				timing.firstToken();
				voice.write(message.text, message.spoken);
				return;
			case 'replyAudio':
				this.#hear(message.frame);
				return;
			case 'replyText':
				voice.speak(message.text, message.startS, message.stopS);
				return;
			case 'replyWritten':
				this.#written = true;
				return;
			case 'replySplice':
				voice.splice(message.atS);
				return;
			case 'replyDone':
				this.#done(message.outcome);
				return;
		}
	}

	/** Something went wrong with it. Whether that is its end is said by `replyDone`. */
	trouble(problem: Problem): void {
		this.#problem = problem;
	}

	/** The relay is gone. */
	lost(): void {
		if (this.#stage !== 'asked') return;
		const { voice } = this.#host;
		const isKept = !this.#speculative && (this.#anyWord || voice.isAudible);
		if (isKept && voice.breakOff()) {
			this.#stage = 'broken';
			return;
		}
		this.#stage = 'none';
		voice.end(false);
	}

	/** A relay is there. */
	back(): void {
		if (this.#stage === 'broken') this.#goOn();
	}

	/** Asks for the rest of what broke off. */
	#goOn(): void {
		const { voice, shown } = this.#host;
		const { owed, text } = voice;
		if (this.#isSaid || owed.length > MAX_BEGIN_CHARS) {
			this.#end(this.#isSaid, null);
			return;
		}
		voice.goOn();
		const asked = this.#messages(shown.history.filter(({ role, open }) => role !== 'assistant' || !open));
		const after = text.trim() === '' ? [] : continueMessages(text, this.#cast.language);
		this.#request(asked, after, {
			temperature: FURTHER_TEMPERATURE,
			...(owed === '' ? {} : { begin: owed }),
			...(this.#written ? { written: true } : {})
		});
	}

	#messages(history: History = this.#host.shown.history): PreparedMessage[] {
		// Two are left for going on.
		return prepareMessages(this.#cast.prompt, history, MAX_REPLY_MESSAGES - 2);
	}

	#request(
		messages: readonly PreparedMessage[],
		after: readonly PreparedMessage[],
		rest: Pick<ReplyRequest, 'temperature' | 'begin' | 'written'>
	): void {
		const { voice, context, send } = this.#host;
		this.#stage = 'asked';
		this.#problem = null;
		this.#sounds = false;
		const { reply } = voice;
		send({
			type: 'reply',
			reply,
			...context.question(messages, after),
			...rest,
			speculative: this.#speculative,
			...this.#cast.inVoice,
			...this.#cast.inLanguage
		});
	}

	#hear(frame: Uint8Array): void {
		const { voice, shown, timing } = this.#host;
		const decoded = decodeTtsOut(frame);
		if (!decoded.ok || decoded.value.type !== 'OggOpus') return;
		const wasAudible = voice.isAudible;
		voice.page(decoded.value.data);
		if (!voice.isAudible) return;
		if (!wasAudible) timing.firstPage();
		if (!this.#sounds) shown.clearProblem();
		this.#sounds = true;
	}

	#done(outcome: Outcome): void {
		const { voice, shown, context, asksAgain } = this.#host;
		if (outcome === 'cancelled') {
			this.#stage = 'none';
			voice.end(false);
			return;
		}
		const brokeOff = outcome === 'failed' && voice.breakOff();
		const isWhole = outcome === 'complete' || (brokeOff && this.#isSaid);
		const problem = this.#problem;
		const tooLong = problem?.code === 'context_overflow';
		const mayShorten = tooLong && context.refused();
		// It was being gone on with: the core has it already and asks no more.
		if (brokeOff && !isWhole && mayShorten && voice.hasSound) {
			this.#goOn();
			return;
		}
		const retryAfterMs = mayShorten ? 0 : problem?.retry === 'soon' ? problem.retryAfterMs : null;
		this.#end(isWhole, retryAfterMs);
		if (tooLong && !asksAgain()) shown.problem(problem);
	}

	/** What broke off was all there was to say. */
	get #isSaid(): boolean {
		return this.#written && !/[\p{L}\p{N}]/u.test(this.#host.voice.owed);
	}

	/** No more comes. The core takes what sounds and ends without being done for cut off. */
	#end(isWhole: boolean, retryAfterMs: number | null): void {
		const { voice, tell } = this.#host;
		this.#stage = 'none';
		voice.end(isWhole);
		const { reply, hasSound: audible } = voice;
		if (isWhole) tell({ type: 'replyDone', reply, outcome: 'complete', audible, retryAfterMs });
		else if (!audible) tell({ type: 'replyDone', reply, outcome: 'failed', audible, retryAfterMs });
	}
}
