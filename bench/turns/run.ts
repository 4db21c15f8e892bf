/**
 * The dialogue bench:
 * `node bench/turns/run.ts [--scenarios DIR] [--policy NAME] [--seed N] [--json FILE] [--subjects] [--readme]`.
 * Without `--policy` every policy there is, side by side; without `--seed` twenty of them, averaged. `--subjects` adds
 * what each kind of dialogue costs, `--readme` writes the README's table.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { between } from '../../docs/update.ts';
import { dialoguesIn, policiesOf, SCENARIOS, seedsOf } from './command.ts';
import { run } from './measure/bench.ts';
import { json, markdown, subjects, table } from './measure/table.ts';

const { values } = parseArgs({
	options: {
		scenarios: { type: 'string', default: SCENARIOS },
		policy: { type: 'string' },
		seed: { type: 'string' },
		json: { type: 'string' },
		subjects: { type: 'boolean', default: false },
		readme: { type: 'boolean', default: false }
	}
});

const seeds = seedsOf(values.seed);
const policies = policiesOf(values.policy);
const scenarios = dialoguesIn(values.scenarios);
const heldOut = scenarios.filter((scenario) => scenario.heldOut).length;
const result = {
	policies: Object.fromEntries(policies.map(([name, options]) => [name, run(options, scenarios, seeds)])),
	scenarios: { all: scenarios.length, tuning: scenarios.length - heldOut, heldOut },
	seeds
};
console.log(table(result));
if (values.subjects) console.log(`\n${subjects(result)}`);
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(json(result), null, 2)}\n`);
if (values.readme) {
	const path = new URL('../../README.md', import.meta.url);
	writeFileSync(path, between(readFileSync(path, 'utf8'), 'turns', markdown(result)));
}
