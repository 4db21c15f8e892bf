/** The figures side by side, for a person and for a program. */
import type { Details, Figures } from './metrics.ts';
import { SUBJECTS } from '../scenario/schema.ts';
import type { Run, Sets } from './bench.ts';

interface Row {
	readonly name: keyof Figures | keyof Details;
	readonly label: string;
	readonly unit: '%' | 'ms' | '';
}

const FIGURES: readonly (Row & { readonly name: keyof Figures })[] = [
	{ name: 'cutInPercent', label: 'turns cut in on', unit: '%' },
	{ name: 'gapMsP50', label: 'true end → committed reply, p50', unit: 'ms' },
	{ name: 'gapMsP90', label: 'true end → committed reply, p90', unit: 'ms' },
	{ name: 'wrongInterruptPercent', label: 'answers wrongly interrupted', unit: '%' },
	{ name: 'obeyedPercent', label: 'real interruptions obeyed', unit: '%' },
	{ name: 'silenceMsP95', label: '… silent after, p95', unit: 'ms' },
	{ name: 'selfInterruptions', label: 'self-interruptions', unit: '' },
	{ name: 'wastedCalls', label: 'speculative calls wasted', unit: '' },
	{ name: 'lostWords', label: 'words lost in the history', unit: '' },
	{ name: 'repeatedWords', label: 'words repeated in the history', unit: '' }
];
const DETAILS: readonly Row[] = [
	{ name: 'cutInHeardPercent', label: 'turns cut in on audibly', unit: '%' },
	{ name: 'soundMsP50', label: 'true end → first sound, p50', unit: 'ms' },
	{ name: 'soundMsP90', label: 'true end → first sound, p90', unit: 'ms' },
	{ name: 'unansweredPercent', label: 'turns never answered', unit: '%' },
	{ name: 'heldPercent', label: 'answers that stopped and went on', unit: '%' },
	{ name: 'staleAnswers', label: 'answers to words that had changed', unit: '' },
	{ name: 'callsPerAnswer', label: 'calls per answer owed', unit: '' }
];

export interface Result {
	readonly policies: Readonly<Record<string, Run>>;
	/** How many dialogues. */
	readonly scenarios: Sets<number>;
	readonly seeds: readonly number[];
}

/** The table as text, for a terminal or a fixed-width block. */
export function table({ policies, scenarios, seeds }: Result): string {
	const width = 9;
	const names = Object.keys(policies);
	const label = Math.max(...[...FIGURES, ...DETAILS].map((row) => row.label.length));
	const sets = (['all', 'tuning', 'heldOut'] as const).filter((set) => scenarios[set] > 0);
	const group = names.length * (width + 1) - 1;
	const titles = { all: 'all', tuning: 'tuning', heldOut: 'held out' };
	const heads = sets.map((set) => `${titles[set]} (${scenarios[set]})`.padStart(group)).join('   ');
	const columns = sets.map(() => names.map((name) => name.padStart(width)).join(' ')).join('   ');
	const line = (row: Row): string =>
		`${row.label.padEnd(label)}   ${sets
			.map((set) => names.map((name) => shown(policies[name]?.[set][row.name], row.unit).padStart(width)).join(' '))
			.join('   ')}`;
	return [
		`${''.padEnd(label)}   ${heads}`,
		`${''.padEnd(label)}   ${columns}`,
		...FIGURES.map(line),
		'',
		...DETAILS.map(line),
		'',
		`${scenarios.all} dialogues, ${seeded(seeds)}; counts are per pass over the dialogues`,
		...(scenarios.heldOut === 0 ? ['no held-out dialogues: options were chosen by all of these'] : [])
	].join('\n');
}

function seeded(seeds: readonly number[]): string {
	const [first, last] = [seeds[0], seeds.at(-1)];
	return seeds.length === 1 ? `seed ${first}` : `each with seeds ${first} to ${last}`;
}

/** The README's table, in Markdown. */
export function markdown({ policies, scenarios }: Result): string {
	const names = Object.keys(policies);
	const isHeldOut = scenarios.heldOut > 0;
	const heldOut = isHeldOut ? names.map((name, index) => (index === 0 ? `held out: \`${name}\`` : `\`${name}\``)) : [];
	const said = isHeldOut ? `${scenarios.heldOut} of them held out` : 'no held-out dialogues';
	const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
	const cells = ({ name, unit }: Row, set: 'all' | 'heldOut'): string[] =>
		names.map((policy) => shown(policies[policy]?.[set][name], unit));
	const head = [
		`over ${scenarios.all} simulated dialogues (${said})`,
		...names.map((name) => `\`${name}\``),
		...heldOut
	];
	return [
		row(head),
		`|${head.map(() => '---|').join('')}`,
		...FIGURES.map((one) => row([one.label, ...cells(one, 'all'), ...(isHeldOut ? cells(one, 'heldOut') : [])]))
	].join('\n');
}

/** One row per subject and policy: where a policy gains and where it pays. */
export function subjects({ policies }: Result): string {
	const rows: readonly Row['name'][] = [
		'cutInPercent',
		'gapMsP50',
		'gapMsP90',
		'wrongInterruptPercent',
		'obeyedPercent'
	];
	const chosen = FIGURES.filter(({ name }) => rows.includes(name));
	const heads = ['cut in', 'gap p50', 'gap p90', 'wrong', 'obeyed'].map((head) => head.padStart(9)).join(' ');
	const lines = SUBJECTS.flatMap((subject) =>
		Object.entries(policies).map(([name, policy]) => {
			const figures = policy.of(subject);
			const cells = chosen.map((row) => shown(figures[row.name], row.unit).padStart(9));
			return `${subject.padEnd(13)} ${name.padEnd(9)} ${cells.join(' ')}`;
		})
	);
	return [`${''.padEnd(23)} ${heads}`, ...lines].join('\n');
}

function shown(value: number | undefined, unit: Row['unit']): string {
	if (value === undefined || Number.isNaN(value)) return '–';
	return unit === 'ms' ? `${value.toFixed(0)} ms` : unit === '%' ? `${value.toFixed(1)} %` : value.toFixed(1);
}

/** The JSON. `sets` has the same once more for the dialogues that options are chosen by and for the others, with details. */
export function json({ policies, scenarios, seeds }: Result): unknown {
	const entries = Object.entries(policies);
	const all = entries.map(([name, sets]) => [name, pick(sets.all, FIGURES)]);
	const part = (set: 'tuning' | 'heldOut'): unknown => ({
		policies: Object.fromEntries(entries.map(([name, sets]) => [name, pick(sets[set], [...FIGURES, ...DETAILS])])),
		scenarios: scenarios[set]
	});
	return {
		policies: Object.fromEntries(all),
		scenarios: scenarios.all,
		sets: { tuning: part('tuning'), heldOut: part('heldOut') },
		seeds
	};
}

/** Two decimals; what is not quite nothing does not become nothing. */
function pick(figures: Figures & Details, rows: readonly Row[]): Record<string, number> {
	return Object.fromEntries(
		rows.map(({ name }) => {
			const value = figures[name];
			const rounded = Math.round(value * 100) / 100;
			return [name, rounded === 0 && value > 0 ? 0.01 : rounded];
		})
	);
}
