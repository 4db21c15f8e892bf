import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PhaseError, PhasesStopwatch, Stopwatch } from './stopwatch.ts';

describe('Stopwatch', () => {
	it('runs from its construction where it is given a time', () => {
		const watch = new Stopwatch(0);
		expect(watch.started).toBe(true);
		expect(watch.time(250)).toBe(250);
	});

	it('reads 0 until it is started, and starts once', () => {
		const watch = new Stopwatch();
		expect(watch.started).toBe(false);
		expect(watch.time(99)).toBe(0);
		watch.startIfNotStarted(100);
		watch.startIfNotStarted(200);
		expect(watch.time(300)).toBe(200);
	});

	it('stops once, and keeps its time', () => {
		const watch = new Stopwatch(100);
		expect(watch.stop(150)).toBe(50);
		expect(watch.stop(500)).toBeNull();
		watch.startIfNotStarted(600);
		expect(watch.time(1000)).toBe(50);
	});

	it('cannot be stopped before it was started', () => {
		const watch = new Stopwatch();
		expect(watch.stop(5)).toBeNull();
		watch.startIfNotStarted(10);
		expect(watch.time(30)).toBe(20);
	});

	it('never reads less than nothing', () => {
		expect(new Stopwatch(100).time(50)).toBe(0);
	});
});

const PHASES = ['speechEnd', 'pauseDecided', 'firstToken', 'firstPage', 'firstSample'] as const;
const code = (act: () => unknown): string | null => {
	try {
		act();
		return null;
	} catch (error) {
		return error instanceof PhaseError ? error.code : 'another error';
	}
};

describe('PhasesStopwatch', () => {
	it('measures from the first phase where it was given no start', () => {
		const watch = new PhasesStopwatch(PHASES);
		PHASES.forEach((phase, index) => watch.timePhaseIfNotStarted(phase, 1000 + index * 100));
		expect(watch.phaseDict()).toEqual({
			speechEnd: 0,
			pauseDecided: 100,
			firstToken: 200,
			firstPage: 300,
			firstSample: 400
		});
		expect(Object.keys(watch.phaseDict())).toEqual([...PHASES]);
	});

	it('measures from its start where it was given one', () => {
		const watch = new PhasesStopwatch(PHASES, 900);
		watch.timePhaseIfNotStarted('speechEnd', 1000);
		expect(watch.getTimeForPhase('speechEnd')).toBe(100);
	});

	it('counts the first time only', () => {
		const watch = new PhasesStopwatch(PHASES, 0);
		watch.timePhaseIfNotStarted('speechEnd', 10);
		watch.timePhaseIfNotStarted('speechEnd', 20);
		expect(watch.getTimeForPhase('speechEnd')).toBe(10);
	});

	it('reports what there is', () => {
		const watch = new PhasesStopwatch(['a', 'b'], 0);
		watch.timePhaseIfNotStarted('a', 5);
		expect(watch.getTimeForPhase('b')).toBeNull();
		expect(watch.phaseDictPartial()).toEqual({ a: 5, b: null });
		expect(code(() => watch.phaseDict())).toBe('incomplete');
	});

	it('forgets everything when it is reset', () => {
		const watch = new PhasesStopwatch(['a', 'b'], 0);
		watch.timePhaseIfNotStarted('a', 5);
		watch.reset();
		expect(watch.phaseDictPartial()).toEqual({ a: null, b: null });
		watch.timePhaseIfNotStarted('a', 70);
		watch.timePhaseIfNotStarted('b', 75);
		expect(watch.phaseDict()).toEqual({ a: 0, b: 5 });
		watch.reset(100);
		watch.timePhaseIfNotStarted('a', 103);
		expect(watch.getTimeForPhase('a')).toBe(3);
	});

	it('refuses a phase that it does not have, one too early, and one named twice', () => {
		const watch = new PhasesStopwatch<string>(PHASES);
		expect(code(() => watch.timePhaseIfNotStarted('lunch', 0))).toBe('unknown_phase');
		expect(code(() => watch.getTimeForPhase('lunch'))).toBe('unknown_phase');
		expect(code(() => watch.timePhaseIfNotStarted('firstToken', 0))).toBe('out_of_order');
		expect(watch.phaseDictPartial()['firstToken']).toBeNull();
		expect(code(() => new PhasesStopwatch(['a', 'a']))).toBe('duplicate_phase');
	});

	it('is complete with no phases', () => {
		expect(new PhasesStopwatch([]).phaseDict()).toEqual({});
	});

	it('has reached a beginning of its phases, at times that grow, whatever it is told', () => {
		const told = fc.array(fc.tuple(fc.constantFrom(...PHASES), fc.nat(100)));
		fc.assert(
			fc.property(told, (events) => {
				const watch = new PhasesStopwatch(PHASES);
				let nowMs = 0;
				for (const [phase, passedMs] of events) {
					nowMs += passedMs;
					expect([null, 'out_of_order']).toContain(code(() => watch.timePhaseIfNotStarted(phase, nowMs)));
				}
				const times = Object.values(watch.phaseDictPartial());
				const reached = times.filter((time) => time !== null);
				expect(times.slice(0, reached.length)).toEqual(reached);
				expect(reached).toEqual([...reached].sort((a, b) => a - b));
			})
		);
	});
});
