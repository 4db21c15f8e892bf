/** What came out of it, for people and for programs. */
import { FIGURES, type FigureName, type Summary } from './figures.ts';
import type { Outcome } from './run.ts';

export interface ReportHead {
	/** Without a query: that may hold a key. */
	readonly server: string;
	readonly protocol: string;
	readonly talkers: number;
	/** How late this process's own timers were, p99: the latencies cannot be truer than that. */
	readonly testerLateMs: number;
}

const LABELS: Readonly<Record<FigureName, string>> = {
	stt: 'STT: speech begins → first word',
	vad: 'VAD: speech ends → pause noticed',
	turn: 'turn: speech ends → answer asked for',
	llm: 'LLM: asked for → first word',
	ttsStart: 'TTS start: first word → first sound',
	wait: 'wait: speech ends → first sound',
	ttsFactor: 'TTS real-time factor',
	gap: 'gaps in an answer, together'
};
const COLUMNS = ['mean', 'p50', 'p90', 'p95', 'p99'] as const;
/** Beyond it the tester is part of what is measured. */
const LATE_FROM_MS = 20;

const exact = (name: FigureName, value: number): string =>
	name === 'ttsFactor' ? `${value.toFixed(2)} ×` : `${value.toFixed(0)} ms`;

export function table({ tally, figures, tookMs }: Outcome, head: ReportHead): string {
	const { server, protocol, talkers, testerLateMs } = head;
	const { over, interruptions, cutIns, gaps, reconnects, unfinished } = tally.counts;
	const rows = FIGURES.map((name) => {
		const summary = figures.summary(name);
		const cells = COLUMNS.map((column) => (summary === null ? '–' : exact(name, summary[column])));
		return [LABELS[name], ...cells, String(summary?.n ?? 0)];
	});
	const lines = [
		`${server}, ${protocol}: ${over} of ${tally.planned} conversations, ${talkers} at once, ${(tookMs / 1000).toFixed(0)} s`,
		'',
		...align([['', ...COLUMNS, 'n'], ...rows]),
		'',
		`answers broken off: ${interruptions}, begun too early: ${cutIns}, gaps in what was heard: ${gaps}, reconnects: ${reconnects}`,
		`went well: ${share(tally.goodShare)}${unfinished > 0 ? ` (${unfinished} unfinished, not counted)` : ''}`,
		...counts(tally.reasons),
		...(tally.troubles.size > 0 ? ['troubles on the way:', ...counts(tally.troubles)] : [])
	];
	if (testerLateMs > LATE_FROM_MS) {
		lines.push(
			`This process was late by up to ${testerLateMs.toFixed(0)} ms (p99): fewer talkers, or more machines, would tell more.`
		);
	}
	return lines.join('\n');
}

/** The same as plain data. Milliseconds, but for the real-time factor. */
export function json({ tally, figures, tookMs }: Outcome, head: ReportHead): object {
	const summaries = FIGURES.map((name): [FigureName, Summary | null] => [name, figures.summary(name)]);
	const { good, bad, unfinished, messages, interruptions, cutIns, gaps, reconnects } = tally.counts;
	return {
		...head,
		tookMs,
		conversations: {
			planned: tally.planned,
			good,
			bad,
			unfinished,
			goodShare: tally.goodShare,
			reasons: Object.fromEntries(tally.reasons)
		},
		messages,
		interruptions,
		cutIns,
		gaps,
		reconnects,
		troubles: Object.fromEntries(tally.troubles),
		figures: Object.fromEntries(summaries)
	};
}

const share = (value: number | null): string => (value === null ? 'none to judge by' : `${(100 * value).toFixed(1)} %`);

function counts(map: ReadonlyMap<string, number>): string[] {
	return [...map].sort(([, a], [, b]) => b - a).map(([name, count]) => `  ${count} × ${name}`);
}

function align(rows: readonly (readonly string[])[]): string[] {
	const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
	return rows.map((row) =>
		row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart((widths[i] ?? 0) + 2))).join('')
	);
}
