import fc from 'fast-check';
import { expect, it } from 'vitest';
import { msUntil } from './nightly.ts';

const at = (time: string): number => new Date(`2026-06-15T${time}`).getTime();

it('is the next time that the clock says so', () => {
	expect(msUntil('04:00', at('03:59:59'))).toBe(1000);
	expect(msUntil('04:00', at('04:00:00'))).toBe(24 * 3_600_000);
	expect(msUntil('04:00', at('23:00:00'))).toBe(5 * 3_600_000);
	expect(msUntil('00:00', at('00:00:00.001'))).toBe(24 * 3_600_000 - 1);
});

it('is never now, and at most a day and an hour away, whatever the clocks do in spring and autumn', () => {
	fc.assert(
		fc.property(
			fc.integer({ min: 0, max: 23 }),
			fc.integer({ min: 0, max: 59 }),
			fc.date({ min: new Date('2026-01-01'), max: new Date('2027-12-31'), noInvalidDate: true }),
			(hours, minutes, now) => {
				const time = `${String(hours).padStart(2, '0')}:${String(minutes).padStart(2, '0')}`;
				const ms = msUntil(time, now.getTime());
				expect(ms).toBeGreaterThan(0);
				expect(ms).toBeLessThanOrEqual(25 * 3_600_000);
			}
		)
	);
});
