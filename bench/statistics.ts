/** The value below which the share `q` (0 to 1) of the values lies, by linear interpolation; NaN of none. */
export function quantile(values: readonly number[], q: number): number {
	const sorted = values.toSorted((a, b) => a - b);
	const at = (sorted.length - 1) * q;
	const low = sorted[Math.floor(at)] ?? Number.NaN;
	const high = sorted[Math.ceil(at)] ?? low;
	return low + (high - low) * (at - Math.floor(at));
}

/** By how much a value grows in a minute, by least squares over [seconds, value]; NaN of fewer than two. */
export function slopePerMinute(points: readonly (readonly [number, number])[]): number {
	const mean = (of: (point: readonly [number, number]) => number): number =>
		points.reduce((sum, point) => sum + of(point), 0) / points.length;
	const middleS = mean(([atS]) => atS);
	const level = mean(([, value]) => value);
	const spread = mean(([atS]) => (atS - middleS) ** 2);
	return spread === 0 ? Number.NaN : (60 * mean(([atS, value]) => (atS - middleS) * (value - level))) / spread;
}
