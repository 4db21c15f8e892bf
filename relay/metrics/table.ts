/** The catalogue as the table in docs/operations.md. */
import { COUNTERS, GAUGES, HISTOGRAMS, SUMMARIES } from './catalogue.ts';

const KINDS = { counter: COUNTERS, gauge: GAUGES, histogram: HISTOGRAMS, summary: SUMMARIES } as const;

/** Markdown. */
export function metricsTable(): string {
	const rows = Object.entries(KINDS).flatMap(([kind, metrics]) =>
		Object.entries(metrics).map(([name, row]) => {
			const names = 'labels' in row ? Object.keys(row.labels) : 'named' in row ? [row.named] : [];
			const labels = names.length === 0 ? '' : ` by ${names.join(', ')}`;
			return `| \`${name}\` | ${kind}${labels} | ${row.help} |`;
		})
	);
	return ['| metric | kind | what it is |', '|---|---|---|', ...rows].join('\n');
}
