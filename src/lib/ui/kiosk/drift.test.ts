import { expect, it } from 'vitest';
import { placeAt } from './drift.ts';

it('stays near, moves a little each time, and stands nowhere for long', () => {
	const places = Array.from({ length: 500 }, (_, turn) => placeAt(turn));
	for (const [at, { x, y }] of places.entries()) {
		expect(Math.hypot(x, y)).toBeLessThan(4);
		const next = places[at + 1];
		if (next !== undefined) expect(Math.hypot(next.x - x, next.y - y)).toBeGreaterThan(0.05);
	}
	expect(new Set(places.map(({ x, y }) => `${x} ${y}`)).size).toBeGreaterThan(450);
});
