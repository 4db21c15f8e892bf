/** The last turns, each from the person's last sound to the answer's first: what a waterfall is drawn of. Pure. */
import type { Mark } from '../../session/view.ts';

/** In their order. Each begins where the one before ends, the first when the person fell silent. */
export const SPANS = ['decision', 'token', 'page', 'heard'] as const;
export type Span = (typeof SPANS)[number];

/** What the worker calls the end of each span, in the text of a `turnPhase`. */
const ENDS: Readonly<Record<string, Span>> = {
	pauseDecided: 'decision',
	firstToken: 'token',
	firstPage: 'page',
	firstHeard: 'heard'
};

export interface TurnTimes {
	/** Counts the turns since the dev view was opened. */
	readonly number: number;
	/** When the person stopped speaking: `performance.timeOrigin + now()`. */
	readonly endedAtMs: number;
	/** Milliseconds from there to the end of each span; spans that were not reached are absent. */
	readonly reachedMs: Readonly<Partial<Record<Span, number>>>;
}

export interface Bar {
	readonly span: Span;
	readonly fromMs: number;
	readonly toMs: number;
}

export class Turns {
	readonly #limit: number;
	#turns: readonly TurnTimes[] = [];
	#count = 0;

	constructor(limit: number) {
		this.#limit = limit;
	}

	/** The oldest first. */
	get all(): readonly TurnTimes[] {
		return this.#turns;
	}

	/** True where there is more to show now. */
	take({ name, text = '', value, atMs }: Mark): boolean {
		if (name !== 'turnPhase') return false;
		if (text === 'speechEnd') {
			this.#count += 1;
			// The marks of one turn are made together, when its answer is heard.
			this.#turns = [...this.#turns, { number: this.#count, endedAtMs: atMs, reachedMs: {} }].slice(-this.#limit);
			return true;
		}
		const span = Object.hasOwn(ENDS, text) ? ENDS[text] : undefined;
		const turn = this.#turns.at(-1);
		if (span === undefined || turn === undefined || !Number.isFinite(value)) return false;
		const reachedMs = { ...turn.reachedMs, [span]: Math.max(0, value) };
		const endedAtMs = span === 'heard' ? atMs - Math.max(0, value) : turn.endedAtMs;
		this.#turns = [...this.#turns.slice(0, -1), { ...turn, endedAtMs, reachedMs }];
		return true;
	}
}

/** The turn as a waterfall, one bar under the other; a span that was not reached leaves the rest out. */
export function barsOf({ reachedMs }: TurnTimes): readonly Bar[] {
	const bars: Bar[] = [];
	let fromMs = 0;
	for (const span of SPANS) {
		const toMs = reachedMs[span];
		if (toMs === undefined) break;
		bars.push({ span, fromMs, toMs: Math.max(fromMs, toMs) });
		fromMs = Math.max(fromMs, toMs);
	}
	return bars;
}

/** From the person's last sound to the answer's first, or as far as it came. */
export const totalMs = (turn: TurnTimes): number => barsOf(turn).at(-1)?.toMs ?? 0;

/** The end of an axis that holds `mostMs`: 1, 2 or 5 times a power of ten, and 500 ms at least. */
export function axisEndMs(mostMs: number): number {
	let step = 500;
	for (const factor of [2, 2, 2.5, 2, 2, 2.5, 2, 2, 2.5]) {
		if (step >= mostMs) return step;
		step *= factor;
	}
	return step;
}
