/** A caption as it is set on a picture: at most two lines, balanced, each word in its place. Pure; lengths in one unit. */

export interface Placed {
	/** Which of the words. */
	readonly index: number;
	/** Its left edge, from the line's middle. */
	readonly x: number;
	readonly line: number;
}

/** Which words begin the lines: greedily as few as it takes, and two of them as alike in length as can be. */
function breaks(widths: readonly number[], space: number, lineWidth: number): readonly number[] {
	const starts = [0];
	let filled = 0;
	for (const [at, width] of widths.entries()) {
		const longer = filled === 0 ? width : filled + space + width;
		if (longer > lineWidth && filled > 0) {
			starts.push(at);
			filled = width;
		} else filled = longer;
	}
	if (starts.length !== 2) return starts;
	let best = starts[1] ?? 0;
	for (let at = 1; at < widths.length; at++) {
		const longest = (cut: number): number =>
			Math.max(lengthOf(widths.slice(0, cut), space), lengthOf(widths.slice(cut), space));
		if (longest(at) < longest(best)) best = at;
	}
	return [0, best];
}

const lengthOf = (widths: readonly number[], space: number): number =>
	widths.reduce((sum, width) => sum + width, 0) + space * Math.max(0, widths.length - 1);

/** Where each word of these widths stands; `rightToLeft`: the first one of a line is its rightmost. */
export function typeset(
	widths: readonly number[],
	space: number,
	lineWidth: number,
	rightToLeft: boolean
): readonly Placed[] {
	const placed: Placed[] = [];
	const starts = breaks(widths, space, lineWidth);
	for (const [line, start] of starts.entries()) {
		const own = widths.slice(start, starts[line + 1] ?? widths.length);
		let x = -lengthOf(own, space) / 2;
		for (const [nth, width] of own.entries()) {
			placed.push({ index: start + nth, x: rightToLeft ? -x - width : x, line });
			x += width + space;
		}
	}
	return placed;
}

/** By its first letter that has a direction, as `dir="auto"` does it; Hebrew, Arabic and their kin run to the left. */
export function runsLeft(text: string): boolean {
	const first = /\p{L}/u.exec(text)?.[0] ?? '';
	return /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u.test(first);
}
