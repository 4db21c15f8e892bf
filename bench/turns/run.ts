/**
 * The dialogue bench: `node bench/turns/run.ts [--scenarios DIR] [--policy NAME] [--seed N] [--json FILE]`.
 * Without `--policy` every policy there is, side by side; without `--seed` eight of them, averaged.
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { POLICIES, type TurnOptions } from '../../src/lib/turn/options.ts';
import { run, SEEDS } from './measure/bench.ts';
import { json, table } from './measure/table.ts';
import { loadScenarios, ScenarioError, type Scenario } from './scenario/load.ts';

const { values } = parseArgs({
	options: {
		scenarios: { type: 'string', default: fileURLToPath(new URL('scenarios', import.meta.url)) },
		policy: { type: 'string' },
		seed: { type: 'string' },
		json: { type: 'string' }
	}
});

const seeds = values.seed === undefined ? SEEDS : [seed(values.seed)];
const chosen = policies(values.policy);
const scenarios = dialogues(values.scenarios);
const held = scenarios.filter(({ heldOut }) => heldOut).length;
const result = {
	policies: Object.fromEntries(chosen.map(([name, options]) => [name, run(options, scenarios, seeds)])),
	scenarios: { all: scenarios.length, tuning: scenarios.length - held, heldOut: held },
	seeds
};
console.log(table(result));
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(json(result), null, 2)}\n`);

function seed(text: string): number {
	if (/^\d{1,9}$/.test(text)) return Number(text);
	return giveUp(`--seed ${text}: a whole number is expected, for example --seed 3`);
}

function policies(name: string | undefined): [string, TurnOptions][] {
	const all: [string, TurnOptions][] = Object.entries(POLICIES);
	const some = name === undefined ? all : all.filter(([one]) => one === name);
	if (some.length > 0) return some;
	return giveUp(`--policy ${name}: there is no such policy; there is ${all.map(([one]) => one).join(', ')}`);
}

function dialogues(folder: string): Scenario[] {
	try {
		return loadScenarios(folder);
	} catch (error) {
		if (error instanceof ScenarioError) return giveUp(error.message);
		throw error;
	}
}

function giveUp(message: string): never {
	console.error(message);
	process.exit(2);
}
