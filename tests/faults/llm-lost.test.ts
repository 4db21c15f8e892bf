/** Every way in which a model can fail: what is said of the answer, what the person is told, and that everything is back. */
import { describe, expect, it } from 'vitest';
import type { FaultName } from '../../relay/embedded/engine.ts';
import { expectHandlesBack } from './support/handles.ts';
import { REPLY, ends, heardWords, inHouse, shown, type House, type HouseOptions } from './support/house.ts';

expectHandlesBack();

/** The faults of silence have to be waited out; the rest comes of itself, however busy the machine is. */
const IMPATIENT: HouseOptions = { limits: { llmFirstTokenMs: 1000, llmStallMs: 1000 } };

/** Its first word comes in several pieces. */
const LONG_WORD = 'Incomprehensibilities abound, said she.';

const allSaid = ({ browser }: House): string => heardWords(browser).words.join(' ');

/** Nobody notices. */
const unnoticed = (fault: FaultName, options: HouseOptions = {}): Promise<void> =>
	inHouse(options, async (house) => {
		house.llm[0]!.setFault(fault);
		house.ask(1);
		await house.browser.next('replyDone');
		const { reply = REPLY } = options;
		expect([shown(house.browser), allSaid(house), ends(house.browser)]).toEqual([reply, reply, ['done complete']]);
	});

/** What is there is said, and that it failed. */
const brokenOff = (fault: FaultName, code: string, options: HouseOptions = {}): Promise<void> =>
	inHouse({ reply: 'I do so like it very much indeed.', ...options }, async (house) => {
		house.llm[0]!.setFault(fault);
		house.ask(1);
		await house.browser.next('replyDone');
		expect(ends(house.browser)).toEqual([`problem llm ${code}`, 'done complete']);
		expect(shown(house.browser)).toMatch(/^I do( so)?$/);
		expect(allSaid(house)).toBe(shown(house.browser));
		expect(house.browser.of('replyWritten')).toEqual([]);
	});

/** All of them have it. */
const givenUp = (fault: FaultName, code: string, options: HouseOptions = {}): Promise<void> =>
	inHouse(options, async (house) => {
		for (const engine of house.llm) engine.setFault(fault);
		house.ask(1);
		await house.browser.next('replyDone');
		expect(ends(house.browser)).toEqual([`problem llm ${code}`, 'done failed']);
		expect(shown(house.browser)).toBe('');
	});

describe('a model that fails before its first word, beside one that works: nobody notices', () => {
	it.each(['refuse', 'full', 'unauthorized', 'slow'] as const)('%s', (fault) => unnoticed(fault));

	it.each(['diesMidStream', 'leaves', 'garbage'] as const)('%s within that word: it is written once', (fault) =>
		unnoticed(fault, { reply: LONG_WORD })
	);
});

describe('a model that fails in mid-answer: what is there is said, and that it failed', () => {
	it.each([
		['diesMidStream', 'lost'],
		['leaves', 'lost'],
		['garbage', 'protocol']
	] as const)('%s', (fault, code) => brokenOff(fault, code));
});

describe('no model at all', () => {
	it.each([
		['refuse', 'refused'],
		['full', 'at_capacity'],
		['unauthorized', 'unauthorized_upstream']
	] as const)('%s', (fault, code) => givenUp(fault, code));
});

describe.concurrent('a model that falls silent, or says nothing from the first', () => {
	it('never: told that it is slow, another is asked beside it and answers, and the next answer does not wait', () =>
		inHouse({ limits: { llmHedgeMs: 300 } }, async (house) => {
			house.llm[0]!.setFault('never');
			house.ask(1);
			await house.browser.next('replyDone');
			expect([shown(house.browser), allSaid(house)]).toEqual([REPLY, REPLY]);
			expect(ends(house.browser)).toEqual(['problem llm timed_out', 'done complete']);
			expect(house.browser.of('problem')).toMatchObject([{ retry: 'soon', reply: 1 }]);
			expect(house.llm[0]!.usedSlots()).toBe(0);
			house.ask(2);
			await house.browser.next('replyDone', 2);
			expect(ends(house.browser)).toEqual(['problem llm timed_out', 'done complete', 'done complete']);
		}));

	it('is slow and the only one: told, asked once, and waited for', () =>
		inHouse({ instances: 1, tokenDelayMs: 600, limits: { llmHedgeMs: 100 } }, async (house) => {
			house.ask(1);
			await house.browser.next('problem');
			expect(house.llm[0]!.usedSlots()).toBe(1);
			await house.browser.next('replyWord');
			expect(house.llm[0]!.usedSlots()).toBe(1);
			house.browser.say({ type: 'cancel', reply: 1 });
			await house.browser.next('replyDone');
			expect(ends(house.browser)).toEqual(['problem llm timed_out', 'done cancelled']);
		}));

	it('never, and says so to nobody while the answer is only a guess', () =>
		inHouse({ limits: { llmHedgeMs: 100 } }, async (house) => {
			house.llm[0]!.setFault('never');
			house.ask(1, { speculative: true });
			await house.browser.next('replyWritten');
			house.browser.say({ type: 'commit', reply: 1 });
			await house.browser.next('replyDone');
			expect([allSaid(house), ends(house.browser)]).toEqual([REPLY, ['done complete']]);
		}));

	it.each(['hangs', 'halfOpen'] as const)('%s within its first word: it is written once', (fault) =>
		unnoticed(fault, { ...IMPATIENT, reply: LONG_WORD })
	);

	it.each(['hangs', 'halfOpen'] as const)('%s in mid-answer: what is there is said, and that it failed', (fault) =>
		brokenOff(fault, 'timed_out', IMPATIENT)
	);

	it('never, like all others: told when it is given up', () => givenUp('never', 'timed_out', IMPATIENT));
});
