/** From files to dialogues. Every mistake is told with its file, its line and the way out. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import * as v from 'valibot';
import { answerMs, answerWords } from '../model/answers.ts';
import { Dice } from '../model/dice.ts';
import { JsonError, readJson, type Located } from './json.ts';
import { scenarioSchema, type Item, type ScenarioFile } from './schema.ts';

export interface Scenario extends ScenarioFile {
	/** The file's name without its ending: also the key of its dice. */
	readonly name: string;
	/** Options were never chosen by looking at it. */
	readonly heldOut: boolean;
}

/** `message` has one line per mistake: `FILE:LINE: what is wrong and how it is put right`. */
export class ScenarioError extends Error {
	constructor(lines: readonly string[]) {
		super(lines.join('\n'));
		this.name = 'ScenarioError';
	}
}

/** Folders of this name hold the dialogues that no option was chosen by. */
export const HELD_OUT = 'held-out';

/** Every `.json` in `folder` and the folders in it, by name; throws a ScenarioError that names every mistake. */
export function loadScenarios(folder: string): Scenario[] {
	const scenarios: Scenario[] = [];
	const mistakes: string[] = [];
	for (const path of filesIn(folder)) {
		const file = relative(process.cwd(), path);
		const result = parseScenario(readFileSync(path, 'utf8'), file);
		if (Array.isArray(result)) mistakes.push(...result);
		else
			scenarios.push({
				...result,
				name: basename(path, '.json'),
				heldOut: relative(folder, path).split('/').includes(HELD_OUT) || basename(folder) === HELD_OUT
			});
	}
	const names = scenarios.map(({ name }) => name);
	for (const name of names.filter((one, index) => names.indexOf(one) !== index))
		mistakes.push(`${name}.json: two dialogues have this name; rename one`);
	if (mistakes.length > 0) throw new ScenarioError(mistakes);
	if (scenarios.length === 0)
		throw new ScenarioError([`${folder}: there is no .json in it; name a folder of dialogues`]);
	return scenarios;
}

function filesIn(folder: string): string[] {
	if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory())
		throw new ScenarioError([`${folder}: there is no such folder; name one that holds dialogues`]);
	return readdirSync(folder, { recursive: true, encoding: 'utf8' })
		.filter((name) => name.endsWith('.json'))
		.sort()
		.map((name) => join(folder, name));
}

/** One file's text; answers its mistakes where it has any. `file` is what they name it by. */
export function parseScenario(source: string, file: string): ScenarioFile | string[] {
	let located: Located;
	try {
		located = readJson(source);
	} catch (error) {
		if (error instanceof JsonError) return [`${file}:${error.line}: ${error.message}`];
		throw error;
	}
	const result = v.safeParse(scenarioSchema, located.value);
	if (result.success) return told(story(result.output), file, located) ?? result.output;
	const mistakes = result.issues.map((issue) => ({
		path: (issue.path ?? []).map(({ key }) => (typeof key === 'number' ? key : String(key))),
		message: issue.message
	}));
	return told(mistakes, file, located) ?? [];
}

interface Mistake {
	readonly path: readonly (string | number)[];
	readonly message: string;
}

function told(mistakes: readonly Mistake[], file: string, located: Located): string[] | null {
	if (mistakes.length === 0) return null;
	return mistakes.map(({ path, message }) => {
		const where = path.length === 0 ? '' : `${path.join('.')}: `;
		return `${file}:${located.lineOf(path)}: ${where}${message}`;
	});
}

/** What a schema of single items cannot see: whether they make a dialogue. */
function story({ script, background }: ScenarioFile): Mistake[] {
	const mistakes: Mistake[] = [];
	const wrong = (index: number, message: string): void => {
		mistakes.push({ path: ['script', index], message });
	};
	for (const [index, { from, to }] of background.entries())
		if (to <= from) mistakes.push({ path: ['background', index], message: '"to" has to come after "from"' });
	const [first] = script;
	if (first === undefined || !('bot' in first)) wrong(0, 'the assistant greets first: begin with {"bot": "…"}');
	const last = script.at(-1);
	if (last === undefined || !('bot' in last))
		wrong(script.length - 1, 'a dialogue ends with the answer to its last turn: add {"bot": "…"}');
	let lastsS = 0;
	let owed = false;
	for (const [index, item] of script.entries()) {
		if ('bot' in item) {
			if (index > 0 && !owed)
				wrong(index, 'nobody spoke before this answer: put {"say": …} or {"silence": true} there');
			owed = false;
			lastsS = answerMs(answerWords(item.bot, new Dice('length'))) / 1000;
			continue;
		}
		if ('say' in item || 'silence' in item) {
			if (owed)
				wrong(index, 'an answer is owed first: put {"bot": "…"} before it, or a pause such as {1.2} in one "say"');
			owed = true;
		}
		for (const message of timing(item, lastsS, owed)) wrong(index, message);
	}
	return mistakes;
}

function timing(item: Item, lastsS: number, owed: boolean): string[] {
	if (!('during' in item) || item.during === undefined) {
		const early = 'after' in item && item.after !== undefined && item.after < 0;
		return early && !('say' in item) ? ['only "say" can begin before an answer ends: use "during"'] : [];
	}
	const mistakes: string[] = [];
	if ('after' in item && item.after !== undefined) mistakes.push('"after" or "during", not both');
	if (owed && !('say' in item)) mistakes.push('"during" counts from an answer, and a turn stands between: use "after"');
	if (item.during > lastsS - 0.3)
		mistakes.push(`the answer before lasts only some ${lastsS.toFixed(1)} s: let it say more, or begin sooner`);
	return mistakes;
}
