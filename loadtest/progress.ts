/** How far it is: a bar that moves on a terminal, a line now and then elsewhere. */
import type { Tally } from './tally.ts';

export interface Screen {
	readonly isTTY?: boolean;
	write(text: string): unknown;
}

const BAR_CELLS = 24;
/** A terminal shows no more than 10 states a second; a log wants few lines. */
const TERMINAL_EVERY_MS = 100;
const LOG_EVERY_MS = 10_000;

export class Progress {
	readonly #screen: Screen;
	readonly #nowMs: () => number;
	#shownMs = Number.NEGATIVE_INFINITY;
	#shown = '';

	constructor(screen: Screen, nowMs: () => number) {
		this.#screen = screen;
		this.#nowMs = nowMs;
	}

	show(tally: Tally): void {
		const nowMs = this.#nowMs();
		const { planned } = tally;
		const { over, good, bad, talking } = tally.counts;
		const isLast = over === planned;
		const everyMs = this.#screen.isTTY === true ? TERMINAL_EVERY_MS : LOG_EVERY_MS;
		if (nowMs - this.#shownMs < everyMs && !isLast) return;
		this.#shownMs = nowMs;
		const text = `${over}/${planned} conversations, ${good} well, ${bad} not, ${talking} talking`;
		if (this.#screen.isTTY !== true) {
			if (text !== this.#shown) this.#screen.write(`${text}\n`);
		} else {
			const full = Math.floor((BAR_CELLS * over) / Math.max(1, planned));
			this.#screen.write(`\r\x1b[K${'█'.repeat(full)}${'░'.repeat(BAR_CELLS - full)} ${text}`);
		}
		this.#shown = text;
	}

	/** The next thing that is written begins a line. */
	end(): void {
		if (this.#screen.isTTY === true && this.#shown !== '') this.#screen.write('\n');
	}
}
