import fc from 'fast-check';
import { expect, it } from 'vitest';
import { runsLeft, typeset } from './typesetting.ts';

const linesOf = (widths: readonly number[], left = false): number[][] => {
	const lines: number[][] = [];
	for (const { index, line } of typeset(widths, 10, 300, left)) (lines[line] ??= []).push(index);
	return lines;
};

it('balances two lines instead of leaving a widow', () => {
	expect(linesOf([100, 100, 70, 30])).toEqual([
		[0, 1],
		[2, 3]
	]);
});

it('sets every word once, in order, within the line where it fits at all', () => {
	fc.assert(
		fc.property(fc.array(fc.integer({ min: 1, max: 400 }), { maxLength: 30 }), fc.boolean(), (widths, left) => {
			const placed = typeset(widths, 10, 300, left);
			expect(placed.map(({ index }) => index)).toEqual(widths.map((_, at) => at));
			for (const { index, x, line } of placed) {
				const alone = placed.filter((other) => other.line === line).length === 1;
				if (alone && widths[index]! > 300) continue;
				expect(x).toBeGreaterThanOrEqual(-150 - 1e-9);
				expect(x + widths[index]!).toBeLessThanOrEqual(150 + 1e-9);
			}
		})
	);
});

it('begins on the right where the words run to the left', () => {
	const [first, second] = typeset([50, 50], 10, 300, true);
	expect(first!.x).toBeGreaterThan(second!.x);
	expect(runsLeft('«مرحبا» hello')).toBe(true);
	expect(runsLeft('123 hello مرحبا')).toBe(false);
	expect(runsLeft('')).toBe(false);
});
