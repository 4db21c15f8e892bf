/** The turn core at work: one event at a time, its effects carried out in order, and the one timer that it asks for. */
import type { TurnEffect, TurnEvent } from './events.ts';
import type { TurnOptions } from './options.ts';
import { initialState, type StateName, type TurnState } from './state.ts';
import { step } from './step.ts';

export interface TurnLoopHost {
	readonly nowMs: () => number;
	/** Calls back once after `ms`; the answer cancels it. */
	readonly later: (ms: number, callback: () => void) => () => void;
	/** An event was put to the core and its effects are to follow. */
	stepped(before: StateName): void;
	carryOut(effect: TurnEffect): void;
	/** Nothing is left to do for now. */
	settled(): void;
}

export class TurnLoop {
	readonly #host: TurnLoopHost;
	#state: TurnState;
	/** What has happened and waits for the event before it. */
	#events: TurnEvent[] = [];
	#isBusy = false;
	#ended = false;
	#cancelWake: () => void = () => undefined;

	constructor(options: TurnOptions, host: TurnLoopHost) {
		this.#state = initialState(options);
		this.#host = host;
	}

	get state(): TurnState {
		return this.#state;
	}

	/** Puts an event to the core and carries out what follows; then, in their order, the events that this brought about. */
	send(event: TurnEvent): void {
		this.#events.push(event);
		if (this.#isBusy) return;
		this.#isBusy = true;
		try {
			for (let next = this.#events.shift(); next !== undefined; next = this.#events.shift()) this.#step(next);
		} finally {
			this.#isBusy = false;
		}
		if (!this.#ended) this.#host.settled();
	}

	/** Nothing is put to it any more. */
	end(): void {
		this.#ended = true;
		this.#events = [];
		this.#cancelWake();
	}

	/** A question, because carrying out an effect may change the answer. */
	get #isOver(): boolean {
		return this.#ended;
	}

	#step(event: TurnEvent): void {
		if (this.#ended) return;
		const { nowMs, later, stepped, carryOut } = this.#host;
		const atMs = nowMs();
		const before = this.#state.name;
		const result = step(this.#state, event, atMs);
		this.#state = result.state;
		stepped(before);
		for (const effect of result.effects) carryOut(effect);
		this.#cancelWake();
		if (this.#isOver || result.wakeAtMs === null) return;
		this.#cancelWake = later(Math.max(0, result.wakeAtMs - atMs), () => {
			this.send({ type: 'tick' });
		});
	}
}
