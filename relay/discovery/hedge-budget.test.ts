import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FIRST_HEDGES, HedgeBudget, MOST_HEDGES, QUESTIONS_PER_HEDGE } from './hedge-budget.ts';

/** How many it allows now. */
function takeAll(budget: HedgeBudget): number {
	let taken = 0;
	while (budget.take()) taken++;
	return taken;
}

describe('what may be asked twice', () => {
	it('is a few questions at first, and then one in ten', () => {
		const budget = new HedgeBudget();
		expect(takeAll(budget)).toBe(FIRST_HEDGES);
		for (let i = 1; i < QUESTIONS_PER_HEDGE; i++) budget.asked();
		expect(budget.take()).toBe(false);
		budget.asked();
		expect(takeAll(budget)).toBe(1);
		for (let i = 0; i < 55; i++) budget.asked();
		expect(takeAll(budget)).toBe(5);
	});

	it('is saved up, but not without end', () => {
		const budget = new HedgeBudget();
		for (let i = 0; i < 5000; i++) budget.asked();
		budget.giveBack();
		expect(takeAll(budget)).toBe(MOST_HEDGES);
	});

	it('never comes to more than the first few and a tenth, whatever is asked when', () => {
		fc.assert(
			fc.property(fc.array(fc.constantFrom('ask', 'take', 'give back'), { maxLength: 2000 }), (steps) => {
				const budget = new HedgeBudget();
				let asked = 0;
				let taken = 0;
				for (const step of steps) {
					if (step === 'ask') budget.asked();
					if (step === 'ask') asked++;
					if (step === 'take' && budget.take()) taken++;
					if (step === 'give back' && taken > 0) {
						budget.giveBack();
						taken--;
					}
					expect(taken).toBeLessThanOrEqual(FIRST_HEDGES + asked / QUESTIONS_PER_HEDGE);
				}
			})
		);
	});
});
