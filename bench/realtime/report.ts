/** The figures for people to read. */
import type { Latency, Measured } from './measure.ts';
import type { Doubling } from './ramp.ts';

const MIB = 1 << 20;
/** A timer that is later than this spoils what it measures. */
const LATE_MS = 20;

export function describe(name: string, run: Measured): string {
	const cpu = run.cpuMsPerTalkerSecond;
	const { rssBytes, rssBytesPerTalker: each, liveBytesPerTalker: live } = run;
	const lines = [
		`${name}, ${run.talkers} talkers, ${run.seconds.toFixed(0)} s`,
		cpu === null ? null : `  ${cpu.toFixed(2)} CPU-ms per talker-second`,
		rssBytes === null || each === null
			? null
			: `  ${mib(rssBytes)} resident, ${mib(each)} a talker${live === null ? '' : ` (live: ${mib(live)})`}`,
		`  pause noticed ${ms(run.noticed)}, answer begins ${ms(run.answered)}, of that TTS to talker ${ms(run.passed)}`,
		run.gaps === 0 ? '  no gaps' : `  ${run.gaps} gaps, ${run.gapMs.toFixed(0)} ms together`,
		run.loopDelayMsP99 === null ? null : `  event loop p99 ${run.loopDelayMsP99.toFixed(1)} ms`,
		run.benchLateMsP99 < LATE_MS
			? null
			: `  the bench's own timers were ${run.benchLateMsP99.toFixed(0)} ms late (p99): it measured itself`,
		run.problems.length === 0 ? null : `  trouble: ${counted(run.problems)}`
	];
	return lines.filter((line) => line !== null).join('\n');
}

export function describeDoubling(name: string, { baseMs, from, to, why }: Doubling): string {
	const twice = `twice ${baseMs.toFixed(0)} ms`;
	if (to === null) return `${name}: up to ${from} talkers, the p95 of the answers stays below ${twice}`;
	const reason = why === 'trouble' ? 'somebody is not served any more' : `the p95 of the answers passes ${twice}`;
	return `${name}: ${reason} between ${from} and ${to} talkers`;
}

const ms = ({ p50, p95, n }: Latency): string => `p50 ${p50.toFixed(0)} p95 ${p95.toFixed(0)} ms (n ${n})`;
const mib = (bytes: number): string => `${(bytes / MIB).toFixed(1)} MiB`;

function counted(problems: readonly string[]): string {
	const counts = new Map<string, number>();
	for (const problem of problems) counts.set(problem, (counts.get(problem) ?? 0) + 1);
	return [...counts].map(([problem, count]) => `${problem} (${count})`).join(', ');
}
