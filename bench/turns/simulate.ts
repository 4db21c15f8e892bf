/** One dialogue, one policy, one seed → what happened. The same three give the same log. */
import type { TurnOptions } from '../../src/lib/turn/options.ts';
import { turnCore, type Core } from './host.ts';
import type { Log } from './log.ts';
import type { Scenario } from './scenario/load.ts';
import { World } from './world.ts';

export function simulate(scenario: Scenario, options: TurnOptions, seed: number): Log {
	return simulateCore(scenario, turnCore(options), seed);
}

/** The same with any core, fresh for this conversation. */
export function simulateCore(scenario: Scenario, core: Core, seed: number): Log {
	return new World(scenario, core, seed).run();
}
