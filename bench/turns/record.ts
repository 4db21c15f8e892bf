/**
 * Records whole conversations as the turn core met them: `node bench/turns/record.ts` writes every event with its time, and
 * the effects that it had, to `tests/dialogues/recordings`. The tests replay them; record anew when a policy is meant to change.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { POLICIES, type PolicyName } from '../../src/lib/turn/options.ts';
import type { TurnEffect, TurnEvent } from '../../src/lib/turn/events.ts';
import { dialoguesIn, giveUp, SCENARIOS } from './command.ts';
import { turnCore } from './host.ts';
import { simulateCore } from './simulate.ts';

const FOLDER = fileURLToPath(new URL('../../tests/dialogues/recordings/', import.meta.url));
/** One of each kind: waiting for thought, a real interruption, backchannels, echo. */
const RECORDED: readonly [dialogue: string, policy: PolicyName][] = [
	['thinking-complete', 'parley'],
	['interruption-stop', 'parley'],
	['backchannel-agree', 'parley'],
	['echo-interrupted', 'parley'],
	['interruption-stop', 'unmute']
];
const SEED = 1;

const dialogues = dialoguesIn(SCENARIOS);
mkdirSync(FOLDER, { recursive: true });
for (const [name, policy] of RECORDED) {
	const dialogue = dialogues.find((one) => one.name === name) ?? giveUp(`there is no dialogue ${name}`);
	const lines: [nowMs: number, event: TurnEvent, effects: readonly TurnEffect[]][] = [];
	const core = turnCore(POLICIES[policy]);
	simulateCore(
		dialogue,
		(event, nowMs) => {
			const step = core(event, nowMs);
			lines.push([nowMs, event, step.effects]);
			return step;
		},
		SEED
	);
	const text = lines.map((line) => JSON.stringify(line)).join('\n');
	writeFileSync(`${FOLDER}${name}.${policy}.jsonl`, `${text}\n`);
	console.log(`${name}, ${policy}: ${String(lines.length)} events`);
}
