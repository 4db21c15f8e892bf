/**
 * What an option costs: `node bench/turns/sweep.ts --policy NAME --sweep OPTION=V1,V2,… [--sweep …] [--svg FILE]`
 * runs the policy with each value on the dialogues for tuning, prints the figures, and draws cut-ins against gap into
 * `docs/turns.svg` or FILE.
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { TurnOptions } from '../../src/lib/turn/options.ts';
import { dialoguesIn, giveUp, policiesOf, SCENARIOS, seedsOf } from './command.ts';
import { run } from './measure/bench.ts';
import { svg, type CurvePoint } from './measure/curve.ts';
import { readSweep, withOption } from './measure/option.ts';

const { values } = parseArgs({
	options: {
		scenarios: { type: 'string', default: SCENARIOS },
		policy: { type: 'string', default: 'unmute' },
		sweep: { type: 'string', multiple: true, default: ['endOfTurnAbove=0.4,0.5,0.6,0.7,0.8,0.9'] },
		seed: { type: 'string' },
		svg: { type: 'string', default: fileURLToPath(new URL('../../docs/turns.svg', import.meta.url)) }
	}
});

const seeds = seedsOf(values.seed);
const scenarios = dialoguesIn(values.scenarios).filter(({ heldOut }) => !heldOut);
if (scenarios.length === 0)
	giveUp(`${values.scenarios}: every dialogue there is held out; options are chosen by the others`);
const [chosen] = policiesOf(values.policy);
if (chosen === undefined) giveUp('there is no policy');
const [name, options] = chosen;

const curves = values.sweep.map((text) => {
	const sweep = readSweep(text);
	if (typeof sweep === 'string') return giveUp(sweep);
	console.log(`\n${sweep.option}`);
	const points = sweep.values.map((value) => {
		const changed = withOption(options, sweep.option, value);
		return typeof changed === 'string' ? giveUp(changed) : point(`${value}`, changed);
	});
	return { name: sweep.option, points };
});
console.log('\npolicies as they are');
const marks = policiesOf(undefined).map(([policy, its]) => point(policy, its));
const baseline = marks.find(({ label }) => label === 'unmute');
writeFileSync(
	values.svg,
	svg({
		title: `What ${name} trades: being quick against cutting in`,
		subtitle: `${scenarios.length} dialogues, ${seeds.length} seeds each; one option at a time, the others as they are`,
		curves,
		marks,
		aim: baseline === undefined ? null : { gapMs: baseline.gapMs, cutInPercent: baseline.cutInPercent / 4 }
	})
);

function point(label: string, its: TurnOptions): CurvePoint {
	const { tuning } = run(its, scenarios, seeds);
	const figures = [
		`cut in ${tuning.cutInPercent.toFixed(1)} %`,
		`gap ${tuning.gapMsP50.toFixed(0)} / ${tuning.gapMsP90.toFixed(0)} ms`,
		`wrong ${tuning.wrongInterruptPercent.toFixed(1)} %`,
		`obeyed ${tuning.obeyedPercent.toFixed(1)} % in ${tuning.silenceMsP95.toFixed(0)} ms`,
		`wasted ${tuning.wastedCalls.toFixed(1)}`
	];
	console.log(`${label.padStart(8)}  ${figures.join('  ')}`);
	return { label, gapMs: tuning.gapMsP50, cutInPercent: tuning.cutInPercent };
}
