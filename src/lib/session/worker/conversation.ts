/**
 * One conversation in the worker: the turn core's shell. It owns the socket, the codec and the only timers, turns what
 * happens into events, and carries the effects out.
 */
import type { OggOpusDecoder } from '../../audio/ogg-opus-decoder.ts';
import type { OpusEncoder } from '../../audio/opus.ts';
import type { FromCapture, FromPlayback, ToPlayback } from '../../audio/worklet-messages.ts';
import type { Problem } from '../../protocol/problems.ts';
import type { Welcome } from '../../protocol/session.ts';
import type { CancelReason, PersonEvent, TurnEffect, TurnEvent } from '../../turn/events.ts';
import { speechEndedAtMs } from '../../turn/guards.ts';
import { DEFAULT_POLICY, POLICIES, type PolicyName } from '../../turn/options.ts';
import type { StateName } from '../../turn/state.ts';
import type { EarlierLine, Failure, ViewMessage } from '../view.ts';
import type { Partner } from '../worker-messages.ts';
import { Answer } from './answer.ts';
import { castOf, type Cast } from './cast.ts';
import { Context } from '../../chat/context.ts';
import type { SocketLike } from './dial.ts';
import { Link, RELAY_LOST, type LegMessage } from './link.ts';
import { Listening } from './listening.ts';
import { phaseOf } from './phase.ts';
import type { Probes } from './probes.ts';
import { newRecordingId } from './recording-id.ts';
import { Shown } from './shown.ts';
import { Signal } from './signal.ts';
import { Timing } from './timing.ts';
import { TurnLoop } from '../../turn/turn-loop.ts';
import { Voice } from './voice.ts';

export interface ConversationOptions extends Partner {
	readonly url: string;
	/** The access code, for a relay that asks for one. */
	readonly token?: string | null;
	/** What was said before, in the talk that this one goes on with. */
	readonly earlier?: readonly EarlierLine[];
	/** Whether the person agrees to be recorded; `record` changes it. */
	readonly agreed?: boolean;
	readonly encoder: OpusEncoder;
	readonly decoder: OggOpusDecoder;
	readonly connect: (url: string, subprotocol: string) => SocketLike;
	readonly toPlayback: (message: ToPlayback, transfer: Transferable[]) => void;
	readonly show: (message: ViewMessage) => void;
	/** Monotonic milliseconds, and the same moment on the clock that pages and workers share. */
	readonly nowMs: () => number;
	readonly timeOriginMs: number;
	readonly later: (ms: number, callback: () => void) => () => void;
	readonly chance: () => number;
	/** Looks at the talk while somebody wants it looked at. */
	readonly probes?: Probes;
	/** How turns are taken; Parley's own way by default. */
	readonly policy?: PolicyName;
}

export class Conversation {
	readonly #options: ConversationOptions;
	readonly #link: Link;
	readonly #listening: Listening;
	readonly #voice: Voice;
	readonly #signal = new Signal();
	readonly #context = new Context();
	readonly #answer: Answer;
	readonly #shown: Shown;
	readonly #timing: Timing;
	readonly #turns: TurnLoop;
	#welcome: Welcome | null = null;
	/** The page may say so before the core has begun. */
	#recogniser = false;
	#agreed: boolean;
	/** From the first agreement on: what is recorded on any connection is deleted with it. */
	#recordingId: string | null = null;
	/** Who gives the next answer. */
	#cast: Cast;
	/** The relay holds a voice ready, and no answer has taken it. */
	#isPrepared = false;
	/** Another relay has taken over and its STT has not yet. */
	#isMoving = false;
	/** The last reply whose gaps the relay was told. */
	#reportedReply = 0;
	#ended = false;

	constructor(options: ConversationOptions) {
		this.#options = options;
		this.#agreed = options.agreed ?? false;
		if (this.#agreed) this.#recordingId = newRecordingId();
		this.#cast = castOf(options, options.language);
		this.#turns = new TurnLoop(POLICIES[options.policy ?? DEFAULT_POLICY], {
			nowMs: options.nowMs,
			later: options.later,
			stepped: (before) => {
				this.#stepped(before);
			},
			carryOut: (effect) => {
				this.#carryOut(effect);
			},
			settled: () => {
				this.#showPhase();
				this.#link.settle();
			}
		});
		this.#shown = new Shown(options.show, () => options.timeOriginMs + options.nowMs(), options.earlier);
		this.#timing = new Timing(this.#shown, options.nowMs);
		this.#listening = new Listening(options.encoder, {
			hasRoom: () => this.#link.hasRoom,
			send: (message) => {
				this.#link.send(message);
			},
			tell: (event) => {
				this.#send(event);
			},
			pageSent: (capturedAtMs) => {
				this.#timing.pageSent(capturedAtMs);
			},
			opened: () => {
				this.#isMoving = false;
				this.#shown.clearProblem();
			},
			state: () => this.#turns.state,
			chance: options.chance
		});
		this.#voice = new Voice(options.decoder, {
			post: options.toPlayback,
			caption: (words) => {
				this.#shown.caption(words);
			},
			started: (reply) => {
				this.#started(reply);
			},
			heard: (reply, heard, atSample) => {
				this.#shown.mark('wordHeard', atSample, heard.text.trim());
				this.#send({ type: 'heard', reply, ...heard });
			},
			drained: (reply) => {
				this.#reportGaps();
				this.#send({ type: 'drained', reply });
			},
			silenced: () => {
				this.#timing.silenced();
			},
			gap: (_reply, samples) => {
				this.#shown.mark('gap', samples);
			}
		});
		this.#answer = new Answer({
			send: (message) => {
				this.#link.send(message);
			},
			tell: (event) => {
				this.#send(event);
			},
			asksAgain: () => this.#turns.state.replyAtMs !== null || this.#turns.state.name === 'holding',
			voice: this.#voice,
			shown: this.#shown,
			timing: this.#timing,
			context: this.#context,
			cast: () => this.#cast
		});
		this.#shown.phase('connecting');
		this.#link = new Link({
			url: options.url,
			language: options.language,
			client: 'parley web',
			token: options.token ?? null,
			recording: () => this.#agreed,
			recordingId: () => this.#recordingId,
			connect: options.connect,
			nowMs: options.nowMs,
			later: options.later,
			chance: options.chance,
			host: {
				up: (welcome) => {
					this.#up(welcome);
				},
				message: (message) => {
					this.#take(message);
				},
				down: (moves) => {
					this.#isMoving = moves;
					this.#listening.lost();
					this.#answer.lost();
					if (!moves) this.#shown.problem(RELAY_LOST);
					this.#send({ type: 'lost' });
				},
				isQuiet: () => this.#isQuiet,
				failed: (why, problem) => {
					if (problem !== null) this.#shown.problem(problem);
					this.#end('failed', why);
				}
			}
		});
	}

	/** 20 ms of the microphone. */
	captured(message: FromCapture): void {
		if (this.#ended) return;
		const nowMs = this.#options.nowMs();
		const travelledMs = Math.max(0, this.#options.timeOriginMs + nowMs - message.postedAtMs);
		this.#listening.hear(message.pcm, nowMs - travelledMs);
		// A model without a pause head sends no steps: of its silence nothing follows.
		if (this.#turns.state.listening && this.#turns.state.steps > 0) this.#link.checkAlive();
		if (!this.#signal.hear(message.pcm)) return;
		this.#voice.refreshCaption();
		this.#showPhase();
		this.#options.show(this.#signal.read(this.#voice, this.#voice.gain));
		this.#options.probes?.take(this.#turns.state, this.#voice, this.#link, this.#listening);
	}

	played(message: FromPlayback): void {
		this.#voice.played(message);
	}

	person(event: PersonEvent): void {
		this.#send(event);
	}

	recogniser(active: boolean): void {
		this.#recogniser = active;
		this.#send({ type: 'recogniser', active });
	}

	/** Somebody else answers, from the next reply on. A voice that waits for the one before is let go. */
	cast(partner: Partner): void {
		this.#cast = castOf(partner, this.#options.language);
		if (this.#isPrepared) this.#prepare();
	}

	/** The person agrees to be recorded, or no longer does. */
	record(agreed: boolean): void {
		this.#agreed = agreed;
		if (agreed) this.#recordingId ??= newRecordingId();
		this.#link.tellRecording();
	}

	heardLocally(text: string): void {
		this.#send({ type: 'transcript', text });
	}

	hurry(): void {
		this.#link.hurry();
	}

	/** The person pressed Stop. */
	stop(): void {
		this.#send({ type: 'stop' });
		// Before the relay was there the core had nothing to stop.
		this.#end('idle', null);
	}

	#up(welcome: Welcome): void {
		const { stt, llm } = welcome;
		this.#shown.welcome(welcome);
		this.#shown.clearProblem();
		const first = this.#welcome === null;
		this.#welcome = welcome;
		this.#context.know(llm.contextTokens ?? null);
		this.#send(first ? { type: 'start', sttDelayMs: stt.delayS * 1000 } : { type: 'back' });
		if (first) this.#send({ type: 'recogniser', active: this.#recogniser });
		this.#answer.back();
	}

	#take(message: LegMessage): void {
		switch (message.type) {
			case 'listening':
			case 'step':
			case 'word':
			case 'endWord':
				this.#listening.take(message);
				return;
			case 'replyWord':
			case 'replyAudio':
			case 'replyText':
			case 'replyWritten':
			case 'replySplice':
			case 'replyDone':
				this.#answer.take(message);
				return;
			case 'problem':
				this.#problem(message);
				return;
		}
	}

	#problem(message: Problem & { readonly reply?: number | undefined }): void {
		// Whether less of the conversation is asked with, and nobody need know, is decided when the reply is over.
		if (message.code !== 'context_overflow' || message.reply !== this.#voice.reply) this.#shown.problem(message);
		if (message.fault === 'stt') {
			this.#isMoving = false;
			this.#listening.trouble(message);
		} else if (message.reply === this.#voice.reply) this.#answer.trouble(message);
	}

	/** Once a reply has been heard, to its end or not. */
	#reportGaps(): void {
		const { reply, gaps } = this.#voice;
		if (gaps === null || reply === this.#reportedReply) return;
		this.#reportedReply = reply;
		this.#link.send({ type: 'report', gaps });
	}

	#started(reply: number): void {
		this.#link.send({
			type: 'report',
			...this.#timing.started(),
			bufferedMs: Math.max(0, this.#voice.bufferedS * 1000)
		});
		this.#send({ type: 'started', reply });
	}

	/** Between two turns, as far as a relay is concerned: an answer that is all here sounds without it. */
	get #isQuiet(): boolean {
		return this.#turns.state.name === 'waiting' || (this.#turns.state.name === 'speaking' && this.#answer.isWhole);
	}

	#send(event: TurnEvent): void {
		this.#turns.send(event);
	}

	#stepped(before: StateName): void {
		const { state } = this.#turns;
		if (before === 'thinking' || state.name !== 'thinking') return;
		this.#timing.turnEnded(before === 'flushing' || before === 'holding' ? speechEndedAtMs(state) : null);
	}

	#showPhase(): void {
		const isDry = this.#voice.bufferedS <= 0;
		const { isRefused: isDeaf } = this.#listening;
		this.#shown.phase(phaseOf(this.#turns.state, { isDry, isDeaf, isMoving: this.#isMoving }));
	}

	#carryOut(effect: TurnEffect): void {
		switch (effect.type) {
			case 'listen':
				this.#listening.begin();
				return;
			case 'silence':
				this.#listening.silence(effect.frames);
				return;
			case 'prepare':
				this.#prepare();
				return;
			case 'reply':
				this.#isPrepared = false;
				this.#answer.ask(effect.reply, effect.first, effect.speculative);
				return;
			case 'commit':
				this.#answer.commit();
				return;
			case 'duck':
				this.#voice.duck(effect.gain);
				return;
			case 'pause':
				this.#timing.stopAsked();
				this.#voice.pause();
				return;
			case 'resume':
				this.#voice.resume();
				return;
			case 'cancel':
				this.#cancel(effect.why);
				return;
			case 'remember':
				this.#shown.remember(effect.role, effect.text);
				return;
			case 'rewrite':
				this.#shown.rewrite(effect.text);
				return;
			case 'closeEntry':
				this.#shown.closeEntry(effect.role, effect.interrupted);
				return;
			case 'close':
				this.#end(effect.why === 'goodbye' ? 'ended' : 'idle', null);
				return;
		}
	}

	#prepare(): void {
		this.#isPrepared = this.#link.send({ type: 'prepare', ...this.#cast.inVoice });
	}

	#cancel(why: CancelReason): void {
		if (why === 'bargeIn') this.#shown.mark('bargeIn', 0);
		if (!this.#answer.cancel(why)) return;
		if (this.#voice.gain > 0) this.#timing.stopAsked();
		this.#reportGaps();
	}

	#end(phase: 'idle' | 'ended' | 'failed', failure: Failure | null): void {
		if (this.#ended) return;
		this.#ended = true;
		this.#turns.end();
		this.#voice.stop();
		this.#link.close();
		// The core was not asked about this end: nothing of what is open will grow any more.
		if (phase === 'failed') {
			this.#shown.closeEntry('user', false);
			this.#shown.closeEntry('assistant', true);
		}
		this.#shown.phase(phase, failure);
	}
}
