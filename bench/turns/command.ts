/** What both commands of the bench read from their arguments. Mistakes are told in one line, with the way out. */
import { fileURLToPath } from 'node:url';
import { POLICIES, type TurnOptions } from '../../src/lib/turn/options.ts';
import { SEEDS } from './measure/bench.ts';
import { loadScenarios, ScenarioError, type Scenario } from './scenario/load.ts';

export const SCENARIOS = fileURLToPath(new URL('scenarios', import.meta.url));

/** The seeds to use: all of them where none is named. */
export function seedsOf(text: string | undefined): readonly number[] {
	if (text === undefined) return SEEDS;
	if (/^\d{1,9}$/.test(text)) return [Number(text)];
	return giveUp(`--seed ${text}: a whole number is expected, for example --seed 3`);
}

/** The policies to use: all of them where none is named. */
export function policiesOf(name: string | undefined): [string, TurnOptions][] {
	const all: [string, TurnOptions][] = Object.entries(POLICIES);
	const some = name === undefined ? all : all.filter(([one]) => one === name);
	if (some.length > 0) return some;
	return giveUp(`--policy ${name}: there is no such policy; there is ${all.map(([one]) => one).join(', ')}`);
}

export function dialoguesIn(folder: string): Scenario[] {
	try {
		return loadScenarios(folder);
	} catch (error) {
		if (error instanceof ScenarioError) return giveUp(error.message);
		throw error;
	}
}

export function giveUp(message: string): never {
	console.error(message);
	process.exit(2);
}
