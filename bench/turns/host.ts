/**
 * The turn core's host in the simulated world: events in, effects out, as `src/lib/session/worker/conversation.ts` does it
 * in the browser. It also writes down what happened, which the core never sees.
 */
import { close, remember, rewrite } from '../../src/lib/chat/history.ts';
import type { TurnEvent } from '../../src/lib/turn/events.ts';
import type { TurnOptions } from '../../src/lib/turn/options.ts';
import { initialState } from '../../src/lib/turn/state.ts';
import { step } from '../../src/lib/turn/step.ts';
import type { TurnEffect } from '../../src/lib/turn/events.ts';
import type { Log, Reply } from './log.ts';
import type { Agenda } from './model/agenda.ts';
import { STT } from './model/assumptions.ts';
import type { AnswerWord, Playback } from './model/playback.ts';

/** Whoever takes the turns: events in, effects out. */
export type Core = (
	event: TurnEvent,
	nowMs: number
) => {
	readonly effects: readonly TurnEffect[];
	readonly wakeAtMs: number | null;
};

/** The product's turn core at the beginning of a conversation. */
export function turnCore(options: TurnOptions): Core {
	let state = initialState(options);
	return (event, nowMs) => {
		const result = step(state, event, nowMs);
		state = result.state;
		return result;
	};
}

export interface HostWorld {
	readonly agenda: Agenda;
	readonly playback: Playback;
	/** Opens an STT stream. */
	listen(): void;
	/** Sends frames of silence. */
	silence(frames: number): void;
	/** What the model would answer now, and which of the scenario's answers that is. */
	answer(): { readonly item: number; readonly words: readonly AnswerWord[] };
	ask(reply: number, words: readonly AnswerWord[], speculative: boolean): void;
	commit(reply: number): void;
	cancel(reply: number): void;
	closed(): void;
}

/** A core that wakes itself so often at one moment would do so for ever. */
const WAKES_AT_ONCE = 100;

export class Host {
	readonly #world: HostWorld;
	readonly #log: Log;
	readonly #questions = new Map<number, { readonly words: readonly AnswerWord[]; readonly asked: string }>();
	readonly #core: Core;
	#cancelWake: () => void = () => undefined;
	#lastWake = { atMs: -1, times: 0 };
	#over = false;

	constructor(core: Core, world: HostWorld, log: Log) {
		this.#core = core;
		this.#world = world;
		this.#log = log;
	}

	start(): void {
		this.send({ type: 'start', sttDelayMs: STT.delayMs });
	}

	/** One event for the core; its effects are carried out in order. */
	send(event: TurnEvent): void {
		if (this.#over) return;
		const { agenda } = this.#world;
		const { effects, wakeAtMs } = this.#core(event, agenda.nowMs);
		for (const effect of effects) this.#carryOut(effect);
		this.#cancelWake();
		if (this.#over || wakeAtMs === null) return;
		this.#cancelWake = agenda.at(wakeAtMs, () => {
			this.#wake();
		});
	}

	/** The loudspeaker begins or ends to sound. */
	sounds(isSounding: boolean): void {
		const { agenda, playback } = this.#world;
		const spans = this.#replyOf(playback.reply)?.sounded;
		if (isSounding && spans !== undefined) {
			const last = spans.at(-1);
			if (last !== undefined && last.toMs >= agenda.nowMs) last.toMs = Number.POSITIVE_INFINITY;
			else spans.push({ fromMs: agenda.nowMs, toMs: Number.POSITIVE_INFINITY });
		}
		if (isSounding) return;
		for (const { sounded } of this.#log.replies) {
			const last = sounded.at(-1);
			if (last !== undefined && last.toMs === Number.POSITIVE_INFINITY) last.toMs = agenda.nowMs;
		}
	}

	started(reply: number): void {
		const entry = this.#replyOf(reply);
		if (entry !== undefined) entry.startedMs = this.#world.agenda.nowMs;
		this.send({ type: 'started', reply });
	}

	drained(reply: number, begun: readonly AnswerWord[]): void {
		const entry = this.#replyOf(reply);
		if (entry !== undefined) entry.drainedMs = this.#world.agenda.nowMs;
		this.#heard(reply, begun, Number.POSITIVE_INFINITY);
		this.send({ type: 'drained', reply });
	}

	#wake(): void {
		const { nowMs } = this.#world.agenda;
		this.#lastWake = { atMs: nowMs, times: this.#lastWake.atMs === nowMs ? this.#lastWake.times + 1 : 1 };
		if (this.#lastWake.times > WAKES_AT_ONCE)
			throw new Error(`the core asks to be woken at ${nowMs} ms again and again`);
		this.send({ type: 'tick' });
	}

	#carryOut(effect: TurnEffect): void {
		const { playback } = this.#world;
		const log = this.#log;
		switch (effect.type) {
			case 'listen':
				this.#world.listen();
				return;
			case 'silence':
				this.#world.silence(effect.frames);
				return;
			case 'prepare':
				// Connections take no time in this world.
				return;
			case 'reply':
				this.#ask(effect.reply, effect.speculative === true);
				return;
			case 'commit':
				this.#commit(effect.reply);
				return;
			case 'cancel':
				this.#cancel(effect.reply);
				return;
			case 'duck':
				playback.duck(effect.gain);
				return;
			case 'pause':
				playback.pause();
				this.sounds(false);
				return;
			case 'resume':
				playback.resume();
				return;
			case 'remember':
				log.history = remember(log.history, effect.role, effect.text);
				return;
			case 'rewrite':
				log.history = rewrite(log.history, effect.text);
				return;
			case 'closeEntry':
				log.history = close(log.history, effect.role, effect.interrupted);
				return;
			case 'close':
				this.#over = true;
				this.#silence();
				log.stoppedMs = this.#world.agenda.nowMs;
				this.#world.closed();
				return;
			default:
				// A new effect of the core's does not compile before it is carried out here.
				effect satisfies never;
		}
	}

	#ask(reply: number, speculative: boolean): void {
		const { nowMs } = this.#world.agenda;
		const { item, words } = this.#world.answer();
		if (this.#questions.has(reply)) throw new Error(`reply ${reply} was asked for twice`);
		this.#questions.set(reply, { words, asked: this.#said() });
		this.#log.replies.push({
			reply,
			item,
			askedMs: nowMs,
			speculative,
			committedMs: speculative ? null : nowMs,
			startedMs: null,
			drainedMs: null,
			cancelledMs: null,
			stale: false,
			wordsBegun: 0,
			sounded: []
		});
		if (!speculative) this.#give(reply, words);
		this.#world.ask(reply, words, speculative);
	}

	#commit(reply: number): void {
		const entry = this.#replyOf(reply);
		const question = this.#questions.get(reply);
		if (entry === undefined || question === undefined) throw new Error(`reply ${reply} was never asked for`);
		if (entry.committedMs !== null) throw new Error(`reply ${reply} is committed already`);
		if (entry.cancelledMs !== null) throw new Error(`reply ${reply} was cancelled before it was committed`);
		entry.committedMs = this.#world.agenda.nowMs;
		entry.stale = question.asked !== this.#said();
		this.#give(reply, question.words);
		this.#world.commit(reply);
	}

	/** The loudspeaker is the reply's from now on. */
	#give(reply: number, words: readonly AnswerWord[]): void {
		this.#silence();
		this.#world.playback.begin(reply, words);
	}

	#cancel(reply: number): void {
		const entry = this.#replyOf(reply);
		// The core also cancels what is over, to be sure.
		if (entry !== undefined && entry.drainedMs === null) entry.cancelledMs ??= this.#world.agenda.nowMs;
		if (this.#world.playback.reply === reply) this.#silence();
		this.#world.cancel(reply);
	}

	#silence(): void {
		const { playback } = this.#world;
		if (playback.reply !== null) this.#heard(playback.reply, playback.begun, playback.playheadMs);
		this.sounds(false);
		playback.stop();
	}

	/** Notes what was truly heard of an answer up to the playhead. A word that was cut before its middle may be missing. */
	#heard(reply: number, begun: readonly AnswerWord[], playheadMs: number): void {
		const { nowMs } = this.#world.agenda;
		const entry = this.#replyOf(reply);
		if (entry !== undefined) entry.wordsBegun = begun.length;
		for (const { text, startMs, stopMs } of begun)
			this.#log.heard.push({ text, atMs: nowMs, optional: playheadMs < (startMs + stopMs) / 2 });
	}

	#replyOf(reply: number | null): Reply | undefined {
		return this.#log.replies.find((entry) => entry.reply === reply);
	}

	/** Everything that the model would read as said by the person. */
	#said(): string {
		return this.#log.history.flatMap(({ role, text }) => (role === 'user' ? [text] : [])).join(' ');
	}
}
