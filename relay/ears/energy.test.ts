import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { FRAME_SAMPLES, samplesToS } from '../../src/lib/audio/frames.ts';
import { EnergyEars, type Step } from './energy.ts';
import { babble, clicks, joined, mixed, noise, silence, squareWave } from './testing/sounds.ts';

function hear(sound: Float32Array): Step[] {
	const ears = new EnergyEars();
	const steps: Step[] = [];
	for (let at = 0; at + FRAME_SAMPLES <= sound.length; at += FRAME_SAMPLES) {
		steps.push(ears.step(sound.subarray(at, at + FRAME_SAMPLES)));
	}
	return steps;
}

const events = (steps: readonly Step[]) => steps.flatMap((step) => step.events);
const turnPrediction = (step: Step | undefined): number => step?.prs[2] ?? NaN;
/** The steps that end within (fromS, toS]. */
const between = (steps: readonly Step[], fromS: number, toS: number): Step[] =>
	steps.filter((_, i) => (i + 1) * 0.08 > fromS && (i + 1) * 0.08 <= toS + 1e-9);

/** When the prediction that turns are taken on passes 0.6 after `fromS`, in seconds on the stream's clock. */
function passes(steps: readonly Step[], fromS: number): number {
	const index = steps.findIndex((step, i) => (i + 1) * 0.08 > fromS && step.prs[2] > 0.6);
	return index < 0 ? Infinity : (index + 1) * 0.08;
}

const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8];

describe('ears that go by energy', () => {
	it('predict a pause in silence, and hear nothing there', () => {
		const steps = hear(silence(4));
		for (const step of steps) expect(step).toEqual({ prs: [1, 1, 1, 1], events: [] });
	});

	it.each(SEEDS)('hear one stretch of clean speech from its beginning to its end (voice %i)', (seed) => {
		const steps = hear(joined(silence(1), babble(2.5, -22, seed), silence(2)));
		const heard = events(steps);
		expect(heard.map((event) => event.type)).toEqual(['began', 'ended']);
		const [began, ended] = heard;
		if (began?.type !== 'began' || ended?.type !== 'ended') throw new Error('the order was just checked');
		expect(began.startS).toBeGreaterThan(0.9);
		expect(began.startS).toBeLessThan(1.2);
		expect(ended.stopS).toBeGreaterThan(3.2);
		expect(ended.stopS).toBeLessThan(3.6);
	});

	it.each(SEEDS)('stay below 0.4 from a fifth of a second into speech to its end, gaps included (voice %i)', (seed) => {
		const steps = hear(joined(silence(1), babble(2.5, -22, seed), silence(2)));
		for (const step of between(steps, 1.24, 3.5)) expect(turnPrediction(step)).toBeLessThan(0.4);
	});

	it.each(SEEDS)('pass 0.6 between 0.4 and 0.6 s after the last of the voice (voice %i)', (seed) => {
		const steps = hear(joined(silence(1), babble(2.5, -22, seed), silence(2)));
		const ended = events(steps).find((event) => event.type === 'ended');
		const delayS = passes(steps, 2) - (ended?.stopS ?? NaN);
		expect(delayS).toBeGreaterThan(0.4);
		expect(delayS).toBeLessThan(0.6);
	});

	it('rise without a fall once the voice has stopped, each prediction before the next longer one', () => {
		const steps = hear(joined(silence(1), babble(2, -22, 3), silence(2)));
		const after = between(steps, 3.1, 5);
		for (const [i, step] of after.entries()) {
			expect([...step.prs]).toEqual([...step.prs].sort((a, b) => b - a));
			expect(turnPrediction(step)).toBeGreaterThanOrEqual(turnPrediction(after[i - 1] ?? step));
		}
		// Smoothly: no step of 80 ms takes it from a firm no to a firm yes.
		const values = after.map(turnPrediction);
		expect(Math.max(...values.slice(1).map((value, i) => value - (values[i] ?? 0)))).toBeLessThan(0.4);
		expect(values.at(-1)).toBe(1);
	});

	it('tell the end before the prediction passes a half', () => {
		for (const seed of SEEDS) {
			const steps = hear(joined(silence(1), babble(2, -22, seed), silence(2)));
			const told = steps.findIndex((step) => step.events.some((event) => event.type === 'ended'));
			const before = steps.slice(0, told).findLastIndex((step) => turnPrediction(step) > 0.5);
			expect(before).toBeLessThan(14);
		}
	});

	it.each(['white', 'brown'] as const)('hear no speech in %s noise, however loud, from its first sample', (kind) => {
		for (const db of [-50, -40, -30, -20]) {
			for (const seed of [1, 2, 3]) {
				const steps = hear(noise(kind, 8, db, seed));
				expect(events(steps)).toEqual([]);
				// moshi-server's own prediction is noise for the first 12 steps.
				for (const step of steps.slice(12)) expect(turnPrediction(step)).toBeGreaterThan(0.6);
			}
		}
	});

	it.each(['white', 'brown'] as const)('hear no speech when %s noise is switched on and off', (kind) => {
		for (const db of [-45, -30]) {
			const steps = hear(joined(silence(1.03), noise(kind, 3, db), silence(1), noise(kind, 3, db, 2), silence(1)));
			expect(events(steps)).toEqual([]);
		}
	});

	it.each(['white', 'brown'] as const)('hear speech over %s noise, and its end', (kind) => {
		for (const db of [-50, -40]) {
			const speech = joined(silence(2), babble(2.5, -20, 4), silence(2));
			const steps = hear(mixed(speech, noise(kind, 6.5, db)));
			expect(events(steps).map((event) => event.type)).toEqual(['began', 'ended']);
			expect(passes(steps, 4.3)).toBeLessThan(5.2);
		}
	});

	it('hear no speech in clicks, a constant offset, or a tone that stays', () => {
		expect(events(hear(clicks(5)))).toEqual([]);
		for (const step of hear(clicks(5))) expect(turnPrediction(step)).toBeGreaterThan(0.6);
		expect(events(hear(joined(silence(1), silence(3).fill(0.7), silence(1))))).toEqual([]);
		expect(events(hear(joined(silence(1), squareWave(3), silence(1))))).toEqual([]);
	});

	it('hear speech after a full-scale tone, once the room is quiet again', () => {
		const steps = hear(joined(squareWave(3), silence(1.5), babble(2, -25, 5), silence(1)));
		expect(events(steps).map((event) => event.type)).toEqual(['began', 'ended']);
	});

	it('hear speech on a constant offset as well as without', () => {
		const speech = joined(silence(1), babble(2, -22, 6), silence(1));
		const types = (sound: Float32Array): string[] => events(hear(sound)).map((event) => event.type);
		expect(types(speech.map((sample) => sample + 0.3))).toEqual(types(speech));
	});

	it('let a click in the pause pass', () => {
		const sound = joined(silence(1), babble(2, -22, 7), silence(2));
		const quiet = passes(hear(sound), 2.5);
		sound.fill(0.8, 24_000 * 3.2, 24_000 * 3.2 + 48);
		expect(passes(hear(sound), 2.5) - quiet).toBeLessThanOrEqual(0.08 + 1e-9);
	});

	it('are not deafened by a vowel held within speech, steady as a fan', () => {
		const held = silence(0.7).map((_, i) => 0.2 * Math.sin((2 * Math.PI * 600 * i) / 24_000));
		const steps = hear(joined(silence(1), babble(1, -22, 3), held, babble(1, -28, 4), silence(1)));
		expect(events(steps).map((event) => event.type)).toEqual(['began', 'ended']);
		for (const step of between(steps, 1.3, 3.7)) expect(turnPrediction(step)).toBeLessThan(0.4);
	});

	it('stay low while somebody speaks for a minute without a breath', () => {
		const steps = hear(joined(silence(1), babble(60, -22, 9)));
		expect(events(steps).map((event) => event.type)).toEqual(['began']);
		for (const step of between(steps, 1.3, 61)) expect(turnPrediction(step)).toBeLessThan(0.4);
	});

	it('answer four probabilities in order for any samples whatever, numbers or not', () => {
		const sample = fc.oneof(fc.double(), fc.constantFrom(NaN, Infinity, -Infinity, 0, 1e308));
		fc.assert(
			fc.property(
				fc.array(sample, { minLength: 1, maxLength: 50 }),
				fc.integer({ min: 1, max: 8 }),
				(pattern, frames) => {
					const sound = new Float32Array(frames * FRAME_SAMPLES).map((_, i) => pattern[i % pattern.length] ?? 0);
					for (const { prs, events: heard } of hear(sound)) {
						for (const p of prs) expect(p >= 0 && p <= 1).toBe(true);
						expect([...prs]).toEqual([...prs].sort((a, b) => b - a));
						for (const event of heard) {
							const atS = event.type === 'began' ? event.startS : event.stopS;
							expect(atS >= 0 && atS <= samplesToS(sound.length)).toBe(true);
						}
					}
				}
			),
			{ numRuns: 60 }
		);
	});
});
