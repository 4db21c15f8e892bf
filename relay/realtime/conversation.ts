/**
 * One conversation that the relay hosts: the turn core's shell for a client that expects the server to take the turns.
 * What `src/lib/session/worker/conversation.ts` is to a browser, with pages in place of samples. No socket, no timer of
 * its own: time is the audio received, and the clock of the walls paces the answers.
 */
import { Context } from '../../src/lib/chat/context.ts';
import { FRAME_MS } from '../../src/lib/audio/frames.ts';
import type { Problem } from '../../src/lib/protocol/problems.ts';
import { realtimeId, type RealtimeResponse, type RealtimeServerOutput } from '../../src/lib/protocol/realtime.ts';
import type { ReplyRequest } from '../../src/lib/protocol/session.ts';
import type { CancelReason, TurnEffect } from '../../src/lib/turn/events.ts';
import { SILENCE_MARKER, type TurnOptions } from '../../src/lib/turn/options.ts';
import type { StateName } from '../../src/lib/turn/state.ts';
import { TurnLoop } from '../../src/lib/turn/turn-loop.ts';
import type { Clock } from '../session/clock.ts';
import { Answer, type ReplyMessage } from './answer.ts';
import { AudioClock } from './audio-clock.ts';
import { Ears } from './ears.ts';
import { errorEvent, LOOKING, upstreamWords } from './errors.ts';
import { Listening } from './listening.ts';
import { Memory } from './memory.ts';
import { Playout } from './playout.ts';
import type { Prompt } from './prompt.ts';
import { Hand } from './openai/hand.ts';
import { Items, type TruncateFault } from './openai/items.ts';

/** Unmute's: so often, in audio received, a client is told how things are. */
const OUTPUTS_EVERY_MS = 1000;

/** The upstream legs, as a conversation uses them. */
export interface ConversationLegs {
	listen(stream: number, head: Uint8Array<ArrayBuffer>): void;
	hasEar(): boolean;
	page(page: Uint8Array<ArrayBuffer>): void;
	prepare(voice: string): void;
	reply(request: ReplyRequest, language: Prompt['language']): void;
	commit(reply: number): void;
	cancel(reply: number): void;
}

export interface ConversationDeps {
	readonly policy: TurnOptions;
	readonly legs: ConversationLegs;
	/** Of the walls. */
	readonly clock: Clock;
	/** In [0, 1). */
	readonly chance: () => number;
	readonly sttDelayMs: number;
	/** What the model reads and writes in all; null where nobody knows. */
	readonly contextTokens: number | null;
	/** Of the client's Ogg stream. */
	readonly serial: number;
	emit(event: RealtimeServerOutput): void;
	/** `item`: the answer that they belong to, for a client of OpenAI's. */
	audio(pages: Uint8Array, item: string | null): void;
	/** It is over: the assistant took its leave, or there is nobody to listen from the start. */
	over(why: 'goodbye' | Problem): void;
}

/** What the legs say, but for their frames. */
export type LegMessage =
	| ReplyMessage
	| { readonly type: 'listening'; readonly stream: number }
	| { readonly type: 'word'; readonly text: string; readonly startS: number }
	| { readonly type: 'endWord'; readonly stopS: number };

export class Conversation {
	readonly #deps: ConversationDeps;
	readonly #audioClock = new AudioClock();
	readonly #context = new Context();
	readonly #turns: TurnLoop;
	readonly #listening: Listening;
	readonly #ears: Ears;
	readonly #playout: Playout;
	readonly #answer: Answer;
	readonly #items = new Items();
	readonly #memory = new Memory(this.#items);
	/** What OpenAI's clients may do beside what Unmute's do. */
	readonly hand: Hand;
	#hasFailed = false;
	#hasHeard = false;
	#toldMs = 0;
	/** An effect is being carried out: what the legs say meanwhile waits. */
	#isBusy = false;
	#waiting: (() => void)[] = [];
	#ended = false;

	constructor(deps: ConversationDeps) {
		const { clock, legs, policy } = deps;
		this.#deps = deps;
		this.#context.know(deps.contextTokens);
		this.#turns = new TurnLoop(policy, {
			nowMs: () => this.#audioClock.now(),
			later: (ms, run) => this.#later(ms, run),
			stepped: () => undefined,
			carryOut: (effect) => {
				this.#isBusy = true;
				this.#carryOut(effect);
				this.#isBusy = false;
			},
			settled: () => {
				for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) next();
			}
		});
		const tell = this.#turns.send.bind(this.#turns);
		this.#listening = new Listening({
			listen: (stream, head) => legs.listen(stream, head),
			hasEar: () => legs.hasEar(),
			sendPage: (page) => legs.page(page),
			word: (text, startS) => this.#word(text, startS),
			isByHand: () => this.hand.isOn,
			tell: (event) => this.hand.hear(event),
			state: () => this.#turns.state
		});
		this.#ears = new Ears({
			listening: this.#listening,
			nowMs: () => clock.now(),
			chance: () => deps.chance(),
			hasTalked: () => this.#turns.state.reply > 0,
			emit: (event) => deps.emit(event),
			over: (why) => deps.over(why)
		});
		this.hand = new Hand({
			clock,
			sttDelayMs: deps.sttDelayMs,
			listening: this.#listening,
			emit: (event) => deps.emit(event),
			tell,
			state: () => this.#turns.state,
			begin: () => this.#start(),
			stopAnswer: () => this.#stopAnswer(),
			write: (role, text) => this.#memory.write(role, text),
			response: (status) => this.#memory.response(status, this.state)
		});
		this.#playout = new Playout({
			clock,
			serial: deps.serial,
			audio: (pages) => {
				this.#items.sent(this.#playout.leftMs);
				deps.audio(pages, this.#items.told);
			},
			started: () => this.#answer.started(),
			word: (text) => this.#answer.said(text),
			drained: () => this.#answer.drained()
		});
		this.#answer = new Answer(
			{
				emit: (event) => deps.emit(this.#items.named(event)),
				tell,
				ask: (request) => legs.reply(request, this.#memory.prompt?.language ?? 'en'),
				commit: (reply) => legs.commit(reply),
				cancel: (reply) => legs.cancel(reply),
				asksAgain: () => this.#turns.state.replyAtMs !== null || this.#turns.state.name === 'holding',
				created: () => this.#created(),
				trouble: (problem, isOver) => this.#replyTrouble(problem, isOver),
				ended: () => this.#answered(),
				playout: this.#playout,
				context: this.#context
			},
			() => clock.now()
		);
	}

	get state(): StateName {
		return this.#turns.state.name;
	}

	/** Between two turns: it could be taken up elsewhere without a word being cut. */
	get isQuiet(): boolean {
		return this.state === 'off' || this.state === 'waiting';
	}

	/** Lets the voice of a reply wait where there is more than enough of it. */
	get flow(): Pick<Playout, 'join'> {
		return this.#playout;
	}

	/** Who answers from now on. The conversation begins with the first audio after the first of these. */
	instruct(prompt: Prompt): void {
		this.#memory.prompt = prompt;
		if (this.#hasHeard) this.#start();
		this.hand.answerIfReady();
	}

	/** The client knows OpenAI's events: from now on it is told of them. */
	speaksOpenai(): void {
		this.#items.tell();
	}

	/** Adds a message to what was said. */
	write(role: 'user' | 'assistant', text: string): void {
		this.#memory.write(role, text);
	}

	/** Of this answer only so much was heard. One that still sounds is over. */
	truncate(item: string, endMs: number): TruncateFault | null {
		const fault = this.#items.faultOf(item, endMs);
		if (fault !== null) return fault;
		if (item === this.#items.current && this.hand.isGiving) this.hand.cancel();
		this.#memory.truncate(item, endMs);
		return null;
	}

	/** In whose voice, from the next answer on; '' leaves it to the relay. */
	speakAs(voice: string): void {
		this.#memory.voice = voice;
	}

	/** The packets of 80 ms. */
	hear(packets: readonly Uint8Array[]): void {
		if (this.#ended) return;
		this.#audioClock.advance(FRAME_MS);
		this.#hasHeard = true;
		this.#start();
		this.#listening.hear(packets, this.#audioClock.now());
		if (this.#audioClock.now() - this.#toldMs <= OUTPUTS_EVERY_MS) return;
		this.#toldMs = this.#audioClock.now();
		this.#tellOutputs();
	}

	take(message: LegMessage): void {
		this.#inTurn(() => this.#take(message));
	}

	/** An STT step or the TTS's sound, in the envelope of `parley.1`. */
	frame(type: 'step' | 'replyAudio', envelope: Uint8Array): void {
		this.#inTurn(() => (type === 'step' ? this.#listening.step(envelope) : this.#answer.sound(envelope)));
	}

	trouble(problem: Problem, reply?: number): void {
		this.#inTurn(() => {
			if (problem.fault === 'stt') this.#ears.trouble(problem);
			else if (reply !== undefined) this.#answer.trouble(problem, reply);
		});
	}

	/** Nothing is told or asked any more. */
	end(): void {
		this.#ended = true;
		this.hand.end();
		this.#turns.end();
		this.#playout.stop();
	}

	#inTurn(run: () => void): void {
		if (this.#ended) return;
		if (this.#isBusy) this.#waiting.push(run);
		else run();
	}

	/** False while nobody knows who answers. */
	#start(): boolean {
		if (this.#memory.prompt === null) return false;
		if (this.state !== 'off') return true;
		this.#deps.legs.prepare(this.#memory.voice);
		this.#turns.send({ type: 'start', sttDelayMs: this.#deps.sttDelayMs });
		this.hand.begun();
		return true;
	}

	/** As though it had failed for good, or been heard to its end; what was heard of it stays. */
	#stopAnswer(): void {
		const { name, reply } = this.#turns.state;
		this.#answer.cancel();
		this.#memory.close('assistant', true);
		if (name !== 'thinking') this.#turns.send({ type: 'drained', reply });
		else this.#turns.send({ type: 'replyDone', reply, outcome: 'failed', audible: false, retryAfterMs: null });
	}

	/** An answer is heard on the clock of the walls, and so is the moment after it. */
	#later(ms: number, run: () => void): () => void {
		const isLeaving = this.state === 'leaving';
		if (!isLeaving && !this.hand.goesByWall) return this.#audioClock.after(ms, run);
		const dueMs = this.#audioClock.now() + ms;
		return this.#deps.clock.after(ms + (isLeaving ? this.#playout.aheadMs : 0), () => {
			this.#audioClock.advance(Math.max(0, dueMs - this.#audioClock.now()));
			run();
		});
	}

	#take(message: LegMessage): void {
		switch (message.type) {
			case 'listening':
				return this.#listening.opened(message.stream);
			case 'word':
				return this.#listening.word(message.text, message.startS);
			case 'endWord':
				return this.#listening.wordEnd(message.stopS);
			default:
				return this.#answer.take(message);
		}
	}

	#word(text: string, startS: number): void {
		const whose = this.hand.word(text, startS);
		if (whose === 'forgotten') return;
		this.#deps.emit({ type: 'conversation.item.input_audio_transcription.delta', delta: text, start_time: startS });
		if (whose === 'core') this.#turns.send({ type: 'word', text });
	}

	#replyTrouble(problem: Problem, isOver: boolean): void {
		const { emit } = this.#deps;
		this.#hasFailed ||= isOver;
		if (isOver) return emit(errorEvent('server_error', problem.code, upstreamWords(problem)));
		const isSearch = problem.fault === 'tts' && problem.code !== 'voice_gone';
		emit(errorEvent('warning', problem.code, isSearch ? LOOKING : upstreamWords(problem)));
	}

	#carryOut(effect: TurnEffect): void {
		const { legs } = this.#deps;
		switch (effect.type) {
			case 'listen':
				return this.#ears.open();
			case 'silence':
				// While the answer only stands still, nothing was decided about a turn.
				if (this.state === 'flushing') this.#deps.emit({ type: 'input_audio_buffer.speech_stopped' });
				return this.#listening.silence(effect.frames);
			case 'prepare':
				return legs.prepare(this.#memory.voice);
			case 'reply': {
				const { messages, voice } = this.#memory;
				return this.#answer.ask(effect.reply, effect.first, effect.speculative, messages, voice);
			}
			case 'commit':
				return this.#answer.commit();
			case 'cancel':
				return this.#cancel(effect.why);
			case 'duck':
				return; // it is the client that makes it loud
			case 'pause':
				return this.#playout.pause();
			case 'resume':
				return this.#playout.resume();
			case 'remember':
				return this.#remember(effect.role, effect.text);
			case 'rewrite':
				return this.#memory.rewrite(effect.text);
			case 'closeEntry':
				return this.#memory.close(effect.role, effect.interrupted);
			case 'close':
				if (effect.why === 'goodbye') this.#deps.over('goodbye');
				return;
		}
	}

	#cancel(why: CancelReason): void {
		const wasTold = this.#answer.cancel();
		if (!wasTold || why === 'stopped') return;
		this.#deps.emit({ type: 'unmute.interrupted_by_vad' });
		this.#tellDone('cancelled');
	}

	#remember(role: 'user' | 'assistant', text: string): void {
		const isNew = this.#memory.remember(role, text, this.#playout.wordMs);
		// Nobody began to speak where a silence is put into words, or something was written.
		if (role === 'user' && isNew && text !== SILENCE_MARKER && !this.hand.isWriting)
			this.#deps.emit({ type: 'input_audio_buffer.speech_started' });
	}

	#created(): RealtimeServerOutput {
		this.#items.begin(realtimeId(this.#deps.chance, 'item'));
		this.#hasFailed = false;
		return { type: 'response.created', response: this.#memory.response('in_progress', this.state) };
	}

	#answered(): void {
		this.#tellOutputs();
		this.#deps.emit(this.#items.named({ type: 'response.audio.done' }));
		this.#tellDone(this.#hasFailed ? 'failed' : this.#turns.state.replyDone ? 'completed' : 'incomplete');
	}

	#tellDone(status: RealtimeResponse['status']): void {
		if (!this.#items.isTold) return;
		this.#deps.emit({ type: 'response.done', response: this.#memory.response(status, this.state) });
	}

	#tellOutputs(): void {
		const args = this.#memory.outputs(this.#turns.state, this.#answer.timing, this.#audioClock.now());
		this.#deps.emit({ type: 'unmute.additional_outputs', args });
	}
}
