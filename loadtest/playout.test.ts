import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Playout } from './playout.ts';

describe('a playout', () => {
	it('plays what comes at once, one after the other', () => {
		const playout = new Playout();
		expect(playout.hasStarted).toBe(false);
		playout.receive(80, 1000);
		playout.receive(80, 1010);
		expect([1000, 1050, 1160, 1500].map((nowMs) => playout.playedMs(nowMs))).toEqual([0, 50, 160, 160]);
		expect([playout.isDry(1159), playout.isDry(1160)]).toEqual([false, true]);
		expect(playout.gaps).toEqual({ count: 0, ms: 0 });
	});

	it('has a gap where it runs dry before more comes, and none in what is shorter than 10 ms', () => {
		const playout = new Playout();
		playout.receive(80, 0);
		playout.receive(80, 89);
		expect(playout.gaps).toEqual({ count: 0, ms: 0 });
		playout.receive(80, 219);
		expect(playout.gaps).toEqual({ count: 1, ms: 50 });
		playout.begin();
		expect(playout.gaps).toEqual({ count: 0, ms: 0 });
	});

	it('keeps its place while it is held, and has no gap for it', () => {
		const playout = new Playout();
		playout.receive(100, 0);
		playout.hold(40);
		playout.receive(100, 500);
		expect([playout.playedMs(600), playout.isDry(10_000)]).toEqual([40, false]);
		playout.resume(1000);
		expect([playout.playedMs(1000), playout.playedMs(1160), playout.isDry(1160)]).toEqual([40, 200, true]);
		expect(playout.gaps.count).toBe(0);
	});

	it('loses what is cut, but nothing that has sounded', () => {
		const playout = new Playout();
		playout.receive(400, 0);
		playout.cut(200, 100);
		expect([playout.playedMs(500), playout.isDry(200)]).toEqual([200, true]);
		playout.cut(50, 500);
		expect(playout.playedMs(500)).toBe(200);
	});

	it('never plays more than it was given, nor backwards', () => {
		const happening = fc.record({ afterMs: fc.nat(300), what: fc.constantFrom('receive', 'hold', 'resume', 'look') });
		fc.assert(
			fc.property(fc.array(happening), (happenings) => {
				const playout = new Playout();
				let [nowMs, given, played] = [0, 0, 0];
				for (const { afterMs, what } of happenings) {
					nowMs += afterMs;
					if (what === 'receive') {
						playout.receive(80, nowMs);
						given += 80;
					}
					if (what === 'hold') playout.hold(nowMs);
					if (what === 'resume') playout.resume(nowMs);
					const now = playout.playedMs(nowMs);
					expect(now).toBeGreaterThanOrEqual(played);
					expect(now).toBeLessThanOrEqual(given);
					played = now;
				}
			})
		);
	});
});
