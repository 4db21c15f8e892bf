/** Every way in which a model can fail: what is said of the answer, what the person is told, and that everything is back. */
import { afterEach, describe, expect, it } from 'vitest';
import type { FaultName } from '../../relay/embedded/engine.ts';
import { House, REPLY, ends, heardWords, shown, type HouseOptions } from './support/house.ts';

/** The faults of silence have to be waited out; the rest comes of itself, however busy the machine is. */
const IMPATIENT = { llmFirstTokenMs: 1000, llmStallMs: 1000 };

let house: House;
afterEach(async () => {
	await house.allBack();
	await house.close();
});

async function open(options: HouseOptions = {}): Promise<void> {
	house = await House.open({ limits: IMPATIENT, ...options });
}

const allSaid = (): string => heardWords(house.browser).words.join(' ');

describe('a model that fails before its first word, beside one that works: nobody notices', () => {
	it.each(['refuse', 'full', 'unauthorized', 'never'] as const satisfies readonly FaultName[])('%s', async (fault) => {
		await open();
		house.llm[0]!.setFault(fault);
		house.ask(1);
		await house.browser.next('replyDone');
		expect([shown(house.browser), allSaid(), ends(house.browser)]).toEqual([REPLY, REPLY, ['done complete']]);
	});

	it.each(['diesMidStream', 'leaves', 'garbage', 'hangs'] as const satisfies readonly FaultName[])(
		'%s within that word: it is written once',
		async (fault) => {
			const reply = 'Incomprehensibilities abound, said she.';
			await open({ reply });
			house.llm[0]!.setFault(fault);
			house.ask(1);
			await house.browser.next('replyDone');
			expect([shown(house.browser), allSaid(), ends(house.browser)]).toEqual([reply, reply, ['done complete']]);
		}
	);

	it('slow: every word comes', async () => {
		await open({ limits: {} });
		house.llm[0]!.setFault('slow');
		house.ask(1);
		await house.browser.next('replyDone');
		expect([shown(house.browser), ends(house.browser)]).toEqual([REPLY, ['done complete']]);
	});
});

describe('a model that fails in mid-answer: what is there is said, and that it failed', () => {
	it.each([
		['diesMidStream', 'lost'],
		['leaves', 'lost'],
		['garbage', 'protocol'],
		['hangs', 'timed_out'],
		['halfOpen', 'timed_out']
	] as const satisfies readonly (readonly [FaultName, string])[])('%s', async (fault, code) => {
		await open({ reply: 'I do so like it very much indeed.' });
		house.llm[0]!.setFault(fault);
		house.ask(1);
		await house.browser.next('replyDone');
		expect(ends(house.browser)).toEqual([`problem llm ${code}`, 'done complete']);
		expect(shown(house.browser)).toMatch(/^I do( so)?$/);
		expect(allSaid()).toBe(shown(house.browser));
		expect(house.browser.of('replyWritten')).toEqual([]);
	});
});

describe('no model at all', () => {
	it.each([
		['refuse', 'refused'],
		['full', 'at_capacity'],
		['unauthorized', 'unauthorized_upstream'],
		['never', 'timed_out']
	] as const satisfies readonly (readonly [FaultName, string])[])('%s', async (fault, code) => {
		await open();
		for (const engine of house.llm) engine.setFault(fault);
		house.ask(1);
		await house.browser.next('replyDone');
		expect(ends(house.browser)).toEqual([`problem llm ${code}`, 'done failed']);
		expect(shown(house.browser)).toBe('');
	});
});
