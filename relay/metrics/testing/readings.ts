/** What `/metrics` says, by series; and what changed between two looks at it. */
import type { Metrics } from '../metrics.ts';

export type Readings = ReadonlyMap<string, number>;

export async function read(metrics: Metrics): Promise<Readings> {
	const { body } = await metrics.respond();
	return parse(String(body));
}

export function parse(text: string): Readings {
	const readings = new Map<string, number>();
	for (const line of text.split('\n')) {
		const [, series, value] = /^([a-z]\S*(?:\{.*\})?) (\S+)$/.exec(line) ?? [];
		if (series !== undefined) readings.set(series, Number(value));
	}
	return readings;
}

/** Series that differ, by how much, but for buckets, sums and the process's own. */
export function changes(before: Readings, after: Readings): Readonly<Record<string, number>> {
	const changed: Record<string, number> = {};
	for (const [series, value] of after) {
		if (/_bucket\{|_sum\b|^parley_event_loop|^(process|nodejs)_/.test(series)) continue;
		const by = value - (before.get(series) ?? 0);
		if (by !== 0) changed[series] = by;
	}
	return changed;
}
