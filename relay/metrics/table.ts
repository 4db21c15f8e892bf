/** The catalogue as the table in docs/operations.md. */
import { COUNTERS, GAUGES, HISTOGRAMS, SUMMARIES } from './catalogue.ts';

const KINDS = { counter: COUNTERS, gauge: GAUGES, histogram: HISTOGRAMS, summary: SUMMARIES } as const;

/** Markdown. */
export function metricsTable(): string {
	const rows = Object.entries(KINDS).flatMap(([kind, metrics]) =>
		Object.entries(metrics).map(([name, row]) => {
			const labels = 'labels' in row ? ` by ${Object.keys(row.labels).join(', ')}` : '';
			return `| \`${name}\` | ${kind}${labels} | ${row.help} |`;
		})
	);
	return ['| metric | kind | what it is |', '|---|---|---|', ...rows].join('\n');
}
