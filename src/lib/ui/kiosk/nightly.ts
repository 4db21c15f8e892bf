/** Milliseconds from `nowMs` (since 1970) until it is `time` (such as 04:00) on this machine's clock, today or tomorrow; never 0. */
export function msUntil(time: string, nowMs: number): number {
	const [hours = 0, minutes = 0] = time.split(':').map(Number);
	const then = new Date(nowMs);
	then.setHours(hours, minutes, 0, 0);
	// Not 24 h later: the night in which the clocks change has another length.
	if (then.getTime() <= nowMs) then.setDate(then.getDate() + 1);
	return Math.max(1, then.getTime() - nowMs);
}
