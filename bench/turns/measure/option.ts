/** One option of a policy, by name and value: what a sweep changes. */
import type { TurnOptions } from '../../../src/lib/turn/options.ts';
import { optionsFaults } from '../../../src/lib/turn/options-check.ts';

export interface Sweep {
	/** `endOfTurnAbove`, or `ema.attackS` for one inside another. */
	readonly option: string;
	readonly values: readonly number[];
}

/** Reads `endOfTurnAbove=0.5,0.6,0.7`; answers what is wrong with it as a sentence. */
export function readSweep(text: string): Sweep | string {
	const [option = '', list = ''] = text.split('=');
	const values = list.split(',').map(Number);
	if (option === '' || list === '' || !values.every(Number.isFinite))
		return `${text}: write an option and its values, for example endOfTurnAbove=0.5,0.6,0.7`;
	return { option, values };
}

/** The options with one of them changed; answers what is wrong as a sentence where there is no such number. */
export function withOption(options: TurnOptions, path: string, value: number): TurnOptions | string {
	const known = numbers(options);
	if (!known.includes(path)) return `${path} is no number among the options: there is ${known.join(', ')}`;
	const next: TurnOptions = { ...options, ...changed(new Map(Object.entries(options)), path.split('.'), value) };
	const [fault] = optionsFaults(next);
	return fault === undefined ? next : `${path}=${value}: ${fault}`;
}

function changed(
	entries: ReadonlyMap<string, unknown>,
	path: readonly string[],
	value: number
): Record<string, unknown> {
	const [name = '', ...inner] = path;
	const old = entries.get(name);
	const isGroup = typeof old === 'object' && old !== null;
	return { [name]: isGroup ? { ...old, ...changed(new Map(Object.entries(old)), inner, value) } : value };
}

function numbers(group: object, prefix = ''): string[] {
	return Object.entries(group).flatMap(([name, value]: [string, unknown]) => {
		if (typeof value === 'number') return [prefix + name];
		return typeof value === 'object' && value !== null ? numbers(value, `${prefix}${name}.`) : [];
	});
}
