/** Policies against dialogues: the runs, and the figures of each set of dialogues. */
import type { TurnOptions } from '../../../src/lib/turn/options.ts';
import type { Scenario } from '../scenario/load.ts';
import type { Subject } from '../scenario/schema.ts';
import { simulate } from '../simulate.ts';
import { measure, type Details, type Figures } from './metrics.ts';

/** Enough that a figure moves by less than it means; few enough for half a minute. */
export const SEEDS: readonly number[] = Array.from({ length: 20 }, (_, seed) => seed + 1);

export interface Sets<T> {
	readonly all: T;
	readonly tuning: T;
	readonly heldOut: T;
}
export interface Run extends Sets<Figures & Details> {
	/** The dialogues about one subject. */
	of(subject: Subject): Figures & Details;
}

/** The figures of one policy, over all dialogues, those that options are chosen by, and the others. */
export function run(options: TurnOptions, scenarios: readonly Scenario[], seeds: readonly number[]): Run {
	const logs = seeds.flatMap((seed) =>
		scenarios.map((scenario) => ({ scenario, log: simulate(scenario, options, seed) }))
	);
	const of = (isIn: (scenario: Scenario) => boolean): Figures & Details =>
		measure(
			logs.filter(({ scenario }) => isIn(scenario)).map(({ log }) => log),
			seeds.length
		);
	return {
		all: of(() => true),
		tuning: of(({ heldOut }) => !heldOut),
		heldOut: of(({ heldOut }) => heldOut),
		of: (subject) => of(({ covers }) => covers.includes(subject))
	};
}
