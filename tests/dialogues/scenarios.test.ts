import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { SCENARIOS } from '../../bench/turns/command.ts';
import { SOUNDS } from '../../bench/turns/model/assumptions.ts';
import { loadScenarios, parseScenario } from '../../bench/turns/scenario/load.ts';
import { SUBJECTS } from '../../bench/turns/scenario/schema.ts';

describe('the dialogues', () => {
	const all = loadScenarios(SCENARIOS);

	const heldOut = all.filter((one) => one.heldOut);

	it('are a hundred at least for tuning, and cover every subject', () => {
		const tuning = all.filter((one) => !one.heldOut);
		expect(tuning.length).toBeGreaterThanOrEqual(100);
		expect(new Set(tuning.flatMap(({ covers }) => covers))).toEqual(new Set(SUBJECTS));
	});

	// A set that was used up is gone until somebody has written the next one.
	it.skipIf(heldOut.length === 0)('that are held out are thirty at least, six of them French, on every subject', () => {
		expect(heldOut.length).toBeGreaterThanOrEqual(30);
		expect(heldOut.filter(({ language }) => language === 'fr').length).toBeGreaterThanOrEqual(6);
		expect(new Set(heldOut.flatMap(({ covers }) => covers))).toEqual(new Set(SUBJECTS));
	});

	it('are in the language that they cover', () => {
		for (const { name, language, covers } of all) expect(covers.includes('french'), name).toBe(language === 'fr');
	});

	it('say nothing twice: no answer and no turn of more than four words is in two of them', () => {
		const lines = all.flatMap(({ script }) =>
			script.map((item) => ('bot' in item ? item.bot : 'say' in item ? item.say : ''))
		);
		const long = lines.filter((line) => line.split(' ').length > 4);
		expect(long.filter((line, index) => long.indexOf(line) !== index)).toEqual([]);
	});
});

describe('a mistake in a dialogue', () => {
	const GOOD = `{
  "title": "A test",
  "language": "en",
  "covers": ["quick"],
  "script": [
    { "bot": "Hello, who is there?" },
    { "say": "It is {0.5} me." },
    { "bot": "Come in." }
  ]
}`;
	const told = (from: string, to: string): string[] | null => {
		const result = parseScenario(GOOD.replace(from, to), 'x.json');
		return Array.isArray(result) ? result : null;
	};

	it('is not there in a good file', () => {
		expect(told('', '')).toBeNull();
	});

	it.each([
		['a comma is missing', '"en",', '"en"', 'x.json:4: "}" is expected, not """'],
		['a quote is missing', '"A test"', '"A test', 'x.json:2: this text has no closing quote on its line'],
		['a name stands twice', '"covers"', '"title"', 'x.json:4: "title" stands here twice'],
		[
			'something follows the end',
			'  ]\n}',
			'  ]\n} no',
			'x.json:10: nothing more is expected here than the end, not "n"'
		],
		[
			'a field is misspelt',
			'"language"',
			'"langauge"',
			'x.json:3: langauge: not a field here: the fields are title, language,'
		],
		['a language is unknown', '"en"', '"de"', 'x.json:3: language: "en" or "fr" is expected'],
		['a subject is unknown', '"quick"', '"fast"', 'x.json:4: covers.0: each is one of quick, thinking'],
		['an item is unknown', '"say"', '"says"', 'x.json:7: script.1: an object with one of bot, say'],
		['a pause is not written as one', '{0.5}', '{half}', 'x.json:7: script.1.say: "{half}" is none of {0.8}'],
		['a pause sticks to a word', 'is {0.5}', 'is{0.5}', 'x.json:7: script.1.say: "is{0.5}": put spaces around'],
		['nothing is said', 'It is {0.5} me.', '{0.5}', 'x.json:7: script.1.say: there is no word in it'],
		[
			'the greeting is missing',
			'{ "bot": "Hello, who is there?" },',
			'',
			'x.json:7: script.0: the assistant greets first'
		],
		[
			'the last answer is missing',
			',\n    { "bot": "Come in." }',
			'',
			'x.json:7: script.1: a dialogue ends with the answer'
		],
		[
			'nobody is answered',
			'{ "say": "It is {0.5} me." }',
			'{ "bot": "No?" }',
			'x.json:7: script.1: nobody spoke before this'
		],
		['a time is out of range', 'me." }', 'me.", "after": 50 }', 'x.json:7: script.1.after: from -1 to 20']
	])('is told with its line and the way out: %s', (_, from, to, message) => {
		const mistakes = told(from, to);
		expect(mistakes).not.toBeNull();
		expect(
			mistakes?.some((line) => line.startsWith(message)),
			mistakes?.join('\n')
		).toBe(true);
	});

	it('is an interruption of an answer that is over by then', () => {
		const late = told('me." }', 'me.", "during": 9 }');
		expect(late?.[0]).toMatch(/^x\.json:7: script\.1: the answer before lasts only some \d\.\d s/);
	});

	it('does not hide the next one', () => {
		expect(told('"en"', '"de"')).toHaveLength(1);
		const both = parseScenario(GOOD.replace('"en"', '"de"').replace('{0.5}', '{x}'), 'x.json');
		expect(both).toHaveLength(2);
	});
});

describe('a folder of dialogues', () => {
	const folders: string[] = [];
	const folder = (): string => {
		const path = mkdtempSync(join(tmpdir(), 'dialogues-'));
		folders.push(path);
		return path;
	};
	afterEach(() => {
		for (const path of folders.splice(0)) rmSync(path, { recursive: true });
	});

	it('that is not there, or is empty, is told by name', () => {
		expect(() => loadScenarios('/nowhere/at/all')).toThrow('/nowhere/at/all: there is no such folder');
		const empty = folder();
		expect(() => loadScenarios(empty)).toThrow('there is no .json in it');
	});

	it('tells the mistakes of all its files at once, and two files of one name', () => {
		const path = folder();
		mkdirSync(join(path, 'held-out'));
		const good = JSON.stringify({
			title: 'A',
			language: 'en',
			covers: ['quick'],
			script: [{ bot: 'Hello.' }, { say: 'Hi.' }, { bot: 'Bye.' }]
		});
		writeFileSync(join(path, 'a.json'), good);
		writeFileSync(join(path, 'held-out', 'b.json'), good);
		expect(loadScenarios(path).map(({ name, heldOut }) => [name, heldOut])).toEqual([
			['a', false],
			['b', true]
		]);
		writeFileSync(join(path, 'held-out', 'a.json'), good);
		writeFileSync(join(path, 'c.json'), '{');
		writeFileSync(join(path, 'd.json'), '[]');
		expect(() => loadScenarios(path)).toThrow(/c\.json:1:[^]*d\.json:1:[^]*a\.json: two dialogues have this name/);
	});
});

describe('the description of a dialogue', () => {
	const readme = readFileSync(new URL('../../bench/turns/README.md', import.meta.url), 'utf8');

	it('shows a dialogue that is one', () => {
		const example = /```json\n([^]*?)```/.exec(readme)?.[1] ?? '';
		expect(parseScenario(example, 'README.md')).toMatchObject({ title: 'A customer number, and a second thought' });
	});

	it('names every subject and every sound', () => {
		expect(readme).toContain(`at least one of ${SUBJECTS.join(', ')}.`);
		for (const sound of Object.keys(SOUNDS))
			expect(readme, sound).toMatch(new RegExp(`\`sound\`: [^\`]*\\b${sound}\\b`));
	});
});
