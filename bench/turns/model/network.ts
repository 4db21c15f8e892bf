/** The way to the relay and back: a delay with jitter, in order, and now and then a while in which nothing arrives. */
import type { Agenda } from './agenda.ts';
import { NETWORK } from './assumptions.ts';
import type { Dice } from './dice.ts';

export class Network {
	readonly #agenda: Agenda;
	readonly #dice: Dice;
	#stalledUntilMs = 0;
	#lastArrivalMs = { up: 0, down: 0 };

	constructor(agenda: Agenda, dice: Dice) {
		this.#agenda = agenda;
		this.#dice = dice;
	}

	/** Nothing arrives, either way, for the next `ms`; then everything does at once. */
	stall(ms: number): void {
		this.#stalledUntilMs = Math.max(this.#stalledUntilMs, this.#agenda.nowMs + ms);
	}

	/** Sends something now: `arrive` runs when it is there. What was sent before it arrives before it. */
	send(way: 'up' | 'down', arrive: () => void): void {
		const { delayMs, jitterMs } = NETWORK;
		const delay = delayMs - jitterMs * Math.log(1 - this.#dice.uniform());
		this.#deliver(way, this.#agenda.nowMs + delay, arrive);
	}

	#deliver(way: 'up' | 'down', atMs: number, arrive: () => void): void {
		this.#lastArrivalMs[way] = Math.max(this.#lastArrivalMs[way], atMs);
		this.#agenda.at(this.#lastArrivalMs[way], () => {
			// A stall that began while it was under way holds it back as well.
			if (this.#agenda.nowMs < this.#stalledUntilMs) this.#deliver(way, this.#stalledUntilMs, arrive);
			else arrive();
		});
	}
}
