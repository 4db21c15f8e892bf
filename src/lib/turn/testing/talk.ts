/** Drives the turn core in tests: a clock that only moves when told, and everything that came out. */
import type { TurnEffect, TurnEvent } from '../events.ts';
import { UNMUTE, type TurnOptions } from '../options.ts';
import { initialState, type StateName, type TurnState } from '../state.ts';
import { step } from '../step.ts';

export class Talk {
	state: TurnState;
	nowMs = 0;
	wakeAtMs: number | null = null;
	readonly effects: TurnEffect[] = [];

	constructor(options: TurnOptions = UNMUTE) {
		this.state = initialState(options);
	}

	/** Sends one event now; answers the effects it had. */
	send(event: TurnEvent): readonly TurnEffect[] {
		const result = step(this.state, event, this.nowMs);
		this.state = result.state;
		this.wakeAtMs = result.wakeAtMs;
		this.effects.push(...result.effects);
		return result.effects;
	}

	/** Lets time pass, with a tick wherever the core asked for one. */
	wait(ms: number): readonly TurnEffect[] {
		const until = this.nowMs + ms;
		const from = this.effects.length;
		while (this.wakeAtMs !== null && this.wakeAtMs <= until) {
			this.nowMs = Math.max(this.nowMs, this.wakeAtMs);
			const before = this.state;
			this.send({ type: 'tick' });
			if (this.state === before) throw new Error(`woken in '${before.name}' with nothing to do`);
		}
		this.nowMs = until;
		return this.effects.slice(from);
	}

	/** `count` steps of the STT, 80 ms apart, all predicting `pause`. */
	steps(count: number, pause: number): readonly TurnEffect[] {
		const from = this.effects.length;
		for (let i = 0; i < count; i++) {
			this.wait(80);
			this.send({ type: 'step', pause });
		}
		return this.effects.slice(from);
	}

	/** Steps that answer a flush: as fast as they come, no time passes. */
	flushed(count: number): readonly TurnEffect[] {
		const from = this.effects.length;
		for (let i = 0; i < count; i++) this.send({ type: 'step', pause: 1 });
		return this.effects.slice(from);
	}

	words(...texts: string[]): void {
		for (const text of texts) this.send({ type: 'word', text });
	}

	get name(): StateName {
		return this.state.name;
	}

	get reply(): number {
		return this.state.reply;
	}

	/** The whole answer: it sounds, is heard as `text`, and ends. */
	answered(text: string): void {
		const reply = this.reply;
		this.send({ type: 'started', reply });
		this.send({ type: 'heard', reply, text });
		this.send({ type: 'replyDone', reply, outcome: 'complete', audible: true, retryAfterMs: null });
		this.send({ type: 'drained', reply });
	}

	/** What was remembered, in order, as `who: text`, with a dash where an answer was interrupted. */
	log(): string[] {
		const lines: { role: string; text: string; open: boolean }[] = [];
		const current = (role: string) => lines.findLast((line) => line.role === role && line.open);
		for (const effect of this.effects) {
			if (effect.type === 'remember') {
				const line = current(effect.role);
				if (line) line.text += (effect.role === 'user' && line.text !== '' ? ' ' : '') + effect.text;
				else lines.push({ role: effect.role, text: effect.text, open: true });
			} else if (effect.type === 'rewrite') {
				const line = current('user');
				if (line) line.text = effect.text;
			} else if (effect.type === 'closeEntry') {
				const line = current(effect.role);
				if (line) Object.assign(line, { open: false, text: line.text + (effect.interrupted ? '—' : '') });
			}
		}
		return lines.map((line) => `${line.role}: ${line.text}`);
	}
}

/** A talk whose greeting is over: 4 s in, the person's turn, the pause head past its noisy start. */
export function greeted(options: TurnOptions = UNMUTE): Talk {
	const talk = new Talk(options);
	talk.send({ type: 'start', sttDelayMs: 500 });
	talk.send({ type: 'listening' });
	talk.steps(50, 1);
	talk.answered('Hello there.');
	return talk;
}
