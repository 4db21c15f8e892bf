/** With how many talkers the answers come twice as late. */
import type { Measured } from './measure.ts';

/** How often the gap between the last good number and the first bad one is halved. */
const HALVINGS = 2;

export interface Doubling {
	/** The p95 of the smallest number, which is to be doubled. Milliseconds. */
	readonly baseMs: number;
	/** So many were answered in time … */
	readonly from: number;
	/** … and so many not; null where even the most were. */
	readonly to: number | null;
	readonly why: 'slow' | 'trouble' | null;
}

/** Whether answers come more than twice as late, or somebody was not served at all. */
export function verdictOn(run: Measured, baseMs: number): Doubling['why'] {
	if (run.problems.length > 0) return 'trouble';
	return run.answered.p95 > 2 * baseMs || !Number.isFinite(run.answered.p95) ? 'slow' : null;
}

/** Doubles the number until it is too much, then looks between the last two. A bad number is measured twice. */
export async function findDoubling(
	base: Measured,
	most: number,
	measure: (talkers: number) => Promise<Measured>
): Promise<Doubling> {
	const baseMs = base.answered.p95;
	const isTooMuch = async (talkers: number): Promise<Doubling['why']> =>
		verdictOn(await measure(talkers), baseMs) && verdictOn(await measure(talkers), baseMs);
	let from = base.talkers;
	let to: number | null = null;
	let why: Doubling['why'] = null;
	while (to === null && from * 2 <= most) {
		why = await isTooMuch(from * 2);
		if (why === null) from *= 2;
		else to = from * 2;
	}
	for (let i = 0; i < HALVINGS && to !== null; i++) {
		const middle = Math.round((from + to) / 2);
		if (middle === from || middle === to) break;
		const reason = await isTooMuch(middle);
		if (reason === null) from = middle;
		else [to, why] = [middle, reason];
	}
	return { baseMs, from, to, why };
}
