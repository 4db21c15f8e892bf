import fc from 'fast-check';
import { expect, it } from 'vitest';
import { PresenceJudge } from './presence.ts';

/** Hears levels of 50 ms each; the times in seconds at which somebody was noticed. */
function noticed(levels: readonly number[]): number[] {
	const judge = new PresenceJudge();
	return levels.flatMap((db, at) => (judge.hear(db, at * 50) ? [at / 20] : []));
}
const for_ = (seconds: number, db: number): number[] => Array.from({ length: seconds * 20 }, () => db);
/** Syllables of 200 ms with 100 ms between them. */
const speech = (seconds: number, db: number, room: number): number[] =>
	Array.from({ length: seconds * 20 }, (_, at) => (at % 6 < 4 ? db : room));

it('notices somebody who speaks within two seconds, in a quiet room and in a lobby', () => {
	for (const room of [-80, -60, -50]) {
		const [first] = noticed([...for_(10, room), ...speech(3, -30, room)]);
		expect(first, String(room)).toBeGreaterThan(10);
		expect(first, String(room)).toBeLessThan(12);
	}
});

it('takes neither a lobby’s hum, nor doors, nor steps for somebody', () => {
	expect(noticed(for_(600, -38))).toEqual([]);
	const doors = Array.from({ length: 60 }, () => [...for_(0.2, -15), ...for_(3, -55)]).flat();
	expect(noticed([...for_(5, -55), ...doors])).toEqual([]);
	const steps = Array.from({ length: 200 }, () => [-35, ...for_(0.5, -55)]).flat();
	expect(noticed([...for_(5, -55), ...steps])).toEqual([]);
});

it('hears through a fan that was switched on, once it has been on for a while', () => {
	const fan = [...for_(5, -70), ...for_(120, -40)];
	expect(noticed([...fan, ...speech(3, -22, -40)]).some((atS) => atS > 125)).toBe(true);
	// … and no fan is taken for somebody for ever.
	expect(noticed(fan).filter((atS) => atS > 60)).toEqual([]);
});

it('never notices silence, whatever the clock does', () => {
	fc.assert(
		fc.property(
			fc.array(fc.tuple(fc.integer({ min: -100, max: -43 }), fc.integer({ min: -500, max: 1e6 }))),
			(heard) => {
				const judge = new PresenceJudge();
				let nowMs = 0;
				for (const [db, ms] of heard) expect(judge.hear(db, (nowMs += ms))).toBe(false);
			}
		)
	);
});
