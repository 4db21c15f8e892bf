/** Policies against dialogues: the runs, and the figures of each set of dialogues. */
import type { TurnOptions } from '../../../src/lib/turn/options.ts';
import type { Log } from '../log.ts';
import type { Scenario } from '../scenario/load.ts';
import { simulate } from '../simulate.ts';
import { measure, type Details, type Figures } from './metrics.ts';

/** Enough that a figure moves by less than it means; few enough for a second. */
export const SEEDS: readonly number[] = [1, 2, 3, 4, 5, 6, 7, 8];

export type Sets<T> = { readonly all: T; readonly tuning: T; readonly heldOut: T };

/** The figures of one policy, over all dialogues, those that options are chosen by, and the others. */
export function run(
	options: TurnOptions,
	scenarios: readonly Scenario[],
	seeds: readonly number[]
): Sets<Figures & Details> {
	const logs: { readonly log: Log; readonly heldOut: boolean }[] = [];
	for (const seed of seeds)
		for (const scenario of scenarios) logs.push({ log: simulate(scenario, options, seed), heldOut: scenario.heldOut });
	const of = (heldOut: boolean | null): Figures & Details =>
		measure(
			logs.filter((one) => heldOut === null || one.heldOut === heldOut).map(({ log }) => log),
			seeds.length
		);
	return { all: of(null), tuning: of(false), heldOut: of(true) };
}
