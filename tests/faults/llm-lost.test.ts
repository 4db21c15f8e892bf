/** Every way in which a model can fail: what is said of the answer, what the person is told, and that everything is back. */
import { describe, expect, it } from 'vitest';
import type { FaultName } from '../../relay/embedded/engine.ts';
import { REPLY, ends, heardWords, inHouse, shown, type House, type HouseOptions } from './support/house.ts';

/** The faults of silence have to be waited out; the rest comes of itself, however busy the machine is. */
const PATIENCE: HouseOptions = { limits: { llmFirstTokenMs: 1000, llmStallMs: 1000 } };

/** Its first word comes in several pieces. */
const LONG_WORD = 'Incomprehensibilities abound, said she.';

const allSaid = ({ browser }: House): string => heardWords(browser).words.join(' ');

describe.concurrent('a model that fails before its first word, beside one that works: nobody notices', () => {
	it.each(['refuse', 'full', 'unauthorized', 'never'] as const satisfies readonly FaultName[])('%s', (fault) =>
		inHouse(PATIENCE, async (house) => {
			house.llm[0]!.setFault(fault);
			house.ask(1);
			await house.browser.next('replyDone');
			expect([shown(house.browser), allSaid(house), ends(house.browser)]).toEqual([REPLY, REPLY, ['done complete']]);
		})
	);

	it.each(['diesMidStream', 'leaves', 'garbage', 'hangs', 'halfOpen'] as const satisfies readonly FaultName[])(
		'%s within that word: it is written once',
		(fault) =>
			inHouse({ ...PATIENCE, reply: LONG_WORD }, async (house) => {
				house.llm[0]!.setFault(fault);
				house.ask(1);
				await house.browser.next('replyDone');
				expect([shown(house.browser), allSaid(house), ends(house.browser)]).toEqual([
					LONG_WORD,
					LONG_WORD,
					['done complete']
				]);
			})
	);

	it('slow: every word comes', () =>
		inHouse({ limits: {} }, async (house) => {
			house.llm[0]!.setFault('slow');
			house.ask(1);
			await house.browser.next('replyDone');
			expect([shown(house.browser), ends(house.browser)]).toEqual([REPLY, ['done complete']]);
		}));
});

describe.concurrent('a model that fails in mid-answer: what is there is said, and that it failed', () => {
	it.each([
		['diesMidStream', 'lost'],
		['leaves', 'lost'],
		['garbage', 'protocol'],
		['hangs', 'timed_out'],
		['halfOpen', 'timed_out']
	] as const satisfies readonly (readonly [FaultName, string])[])('%s', (fault, code) =>
		inHouse({ ...PATIENCE, reply: 'I do so like it very much indeed.' }, async (house) => {
			house.llm[0]!.setFault(fault);
			house.ask(1);
			await house.browser.next('replyDone');
			expect(ends(house.browser)).toEqual([`problem llm ${code}`, 'done complete']);
			expect(shown(house.browser)).toMatch(/^I do( so)?$/);
			expect(allSaid(house)).toBe(shown(house.browser));
			expect(house.browser.of('replyWritten')).toEqual([]);
		})
	);
});

describe.concurrent('no model at all', () => {
	it.each([
		['refuse', 'refused'],
		['full', 'at_capacity'],
		['unauthorized', 'unauthorized_upstream'],
		['never', 'timed_out']
	] as const satisfies readonly (readonly [FaultName, string])[])('%s', (fault, code) =>
		inHouse(PATIENCE, async (house) => {
			for (const engine of house.llm) engine.setFault(fault);
			house.ask(1);
			await house.browser.next('replyDone');
			expect(ends(house.browser)).toEqual([`problem llm ${code}`, 'done failed']);
			expect(shown(house.browser)).toBe('');
		})
	);
});
