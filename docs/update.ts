/** `npm run docs`: writes into the documents what is generated from the code. A test holds that nothing is out of date. */
import { readFileSync, writeFileSync } from 'node:fs';
import { VARIABLES } from '../relay/config/names.ts';
import { metricsTable } from '../relay/metrics/table.ts';
import { diagram } from '../src/lib/turn/diagram.ts';

const README = new URL('../README.md', import.meta.url);
const OPERATIONS = new URL('operations.md', import.meta.url);

/** The README with the settings and the transition table's diagram as they are now. */
export function withGenerated(readme: string): string {
	const settings = Object.entries(VARIABLES).map(([name, meaning]) => `| \`${name}\` | ${meaning} |`);
	return between(
		between(readme, 'settings', ['| variable | what it is |', '|---|---|', ...settings].join('\n')),
		'turn diagram',
		`\`\`\`mermaid\n${diagram()}\n\`\`\``
	);
}

/** The operator's page with the metrics as they are now. */
export const withMetrics = (operations: string): string => between(operations, 'metrics', metricsTable());

/** Replaces what stands between `<!-- NAME -->` and `<!-- /NAME -->`. */
export function between(text: string, name: string, content: string): string {
	const [start, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
	if (!text.includes(start) || !text.includes(end)) throw new Error(`there is no place for: ${name}`);
	return text.replace(new RegExp(`${start}[\\s\\S]*${end}`), () => `${start}\n\n${content}\n\n${end}`);
}

if (import.meta.main) {
	writeFileSync(README, withGenerated(readFileSync(README, 'utf8')));
	writeFileSync(OPERATIONS, withMetrics(readFileSync(OPERATIONS, 'utf8')));
}
