/** Every way in which ears can fail: what the browser is told, how soon others listen, and that everything is back. */
import { afterEach, describe, expect, it } from 'vitest';
import type { FaultName } from '../../relay/embedded/engine.ts';
import { opusStream } from '../../relay/session/testing/opus-stream.ts';
import { House, ends, type HouseOptions } from './support/house.ts';

const WORDS = ['so', 'it', 'goes', 'on', 'and', 'on'].map((text, i) => ({ at: 0.08 * i, text }));
/** The faults of silence have to be waited out; the rest comes of itself. */
const IMPATIENT = { sttTimeoutMs: 1000, sttStallMs: 1000 };
const PAGES = 30;

let house: House;
afterEach(async () => {
	await house.allBack();
	await house.close();
});

async function open(options: HouseOptions = {}): Promise<void> {
	house = await House.open({ words: WORDS, limits: IMPATIENT, ...options });
}

function listen(stream: number): void {
	house.browser.say({ type: 'listen', stream, head: opusStream().head });
}

function talk(): void {
	const stream = opusStream();
	for (let i = 0; i < PAGES; i++) house.browser.say({ type: 'audio', page: stream.page() });
}

const heard = (): string[] => house.browser.of('word').map(({ text }) => text);

describe('ears that are not to be had, beside some that are: nobody notices', () => {
	it.each(['refuse', 'full', 'unauthorized', 'never'] as const satisfies readonly FaultName[])('%s', async (fault) => {
		await open();
		house.stt[0]!.setFault(fault);
		listen(1);
		await house.browser.next('listening');
		talk();
		await house.browser.next('word', WORDS.length);
		expect([heard(), ends(house.browser)]).toEqual([WORDS.map(({ text }) => text), []]);
		expect(house.stt.map((engine) => engine.usedSlots())).toEqual([0, 1]);
	});

	it('slow: every word comes, late', async () => {
		await open({ limits: {} });
		house.stt[0]!.setFault('slow');
		listen(1);
		await house.browser.next('listening');
		talk();
		await house.browser.next('word');
		expect(ends(house.browser)).toEqual([]);
	});
});

describe('ears that fail in mid-stream: the browser is told, and others listen at once', () => {
	it.each([
		['diesMidStream', 'lost'],
		['leaves', 'lost'],
		['garbage', 'protocol'],
		['hangs', 'timed_out'],
		['halfOpen', 'timed_out']
	] as const satisfies readonly (readonly [FaultName, string])[])('%s', async (fault, code) => {
		await open();
		house.stt[0]!.setFault(fault);
		listen(1);
		await house.browser.next('listening');
		talk();
		const problem = await house.browser.next('problem');
		expect(problem).toMatchObject({ fault: 'stt', code, retry: 'soon' });
		expect(house.browser.of('word').length).toBeGreaterThan(0);
		listen(2);
		expect((await house.browser.next('listening', 2)).stream).toBe(2);
		expect(house.stt[1]!.usedSlots()).toBe(1);
		const before = heard().length;
		talk();
		await house.browser.next('word', before + WORDS.length);
		expect(heard().slice(before)).toEqual(WORDS.map(({ text }) => text));
		expect(ends(house.browser)).toEqual([`problem stt ${code}`]);
	});

	it('after it went well for a second, the browser need not wait to come back', async () => {
		await open();
		listen(1);
		await house.browser.next('listening');
		const stream = opusStream();
		const sinceMs = performance.now();
		// In real time, as a microphone would: the wait is what the test is about.
		while (performance.now() - sinceMs < 1100) {
			house.browser.say({ type: 'audio', page: stream.page() });
			await new Promise((resolve) => setTimeout(resolve, 40));
		}
		await house.stt[0]!.close();
		expect((await house.browser.next('problem')).retryAfterMs).toBeLessThanOrEqual(100);
		listen(2);
		await house.browser.next('listening', 2);
	});
});

describe('no ears at all', () => {
	it.each([
		['refuse', 'refused', 'soon'],
		['full', 'at_capacity', 'soon'],
		['unauthorized', 'unauthorized_upstream', 'never'],
		['never', 'timed_out', 'soon']
	] as const satisfies readonly (readonly [FaultName, string, string])[])('%s', async (fault, code, retry) => {
		await open();
		for (const engine of house.stt) engine.setFault(fault);
		listen(1);
		expect(await house.browser.next('problem')).toMatchObject({ fault: 'stt', code, retry });
		for (const engine of house.stt) engine.setFault(null);
		listen(2);
		expect((await house.browser.next('listening')).stream).toBe(2);
	});
});
