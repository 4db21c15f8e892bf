import { describe, expect, it } from 'vitest';
import { Turns } from './turns.ts';

describe('what talkers notice', () => {
	it('counts from the first silent page, and only what begins while it is measured', () => {
		const turns = new Turns();
		const early = turns.begin(0);
		turns.open();
		const [first, second] = [turns.begin(1000), turns.begin(2000)];
		turns.close();
		const late = turns.begin(3000);
		for (const turn of [early, first, late]) {
			turns.notice(turn, turn.silentMs + 80);
			// A pause is noticed once.
			turns.notice(turn, turn.silentMs + 500);
			turns.answer(turn, turn.silentMs + 200, turn.silentMs + 150);
		}
		expect([turns.noticed, turns.answered, turns.passed]).toEqual([[80], [200], [50]]);
		expect(turns.underWay).toBe(1);
		turns.answer(second, 4000, undefined);
		expect([turns.answered, turns.passed, turns.underWay]).toEqual([[200, 2000], [50], 0]);
		expect(turns.problems).toEqual([]);
	});

	it('does not forget a turn that nobody answers', () => {
		const turns = new Turns();
		turns.giveUp(turns.begin(0));
		expect(turns.problems).toEqual([]);
		turns.open();
		const turn = turns.begin(0);
		turns.giveUp(turn);
		turns.giveUp(turn);
		expect(turns.problems).toEqual(['a turn without an answer']);
		expect(turns.underWay).toBe(0);
	});
});
