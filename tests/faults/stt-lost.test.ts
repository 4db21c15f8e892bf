/** Every way in which ears can fail: what the browser is told, how soon others listen, and that everything is back. */
import { describe, expect, it } from 'vitest';
import type { FaultName } from '../../relay/embedded/engine.ts';
import { opusStream } from '../../relay/session/testing/opus-stream.ts';
import { ends, inHouse, type House, type HouseOptions } from './support/house.ts';

const WORDS = ['so', 'it', 'goes', 'on', 'and', 'on'].map((text, i) => ({ at: 0.08 * i, text }));
/** The faults of silence have to be waited out; the rest comes of itself. */
const EARS: HouseOptions = { words: WORDS, limits: { sttTimeoutMs: 1000, sttStallMs: 1000 } };
const PAGES = 30;

function listen({ browser }: House, stream: number): void {
	browser.say({ type: 'listen', stream, head: opusStream().head });
}

function talk({ browser }: House): void {
	const stream = opusStream();
	for (let i = 0; i < PAGES; i++) browser.say({ type: 'audio', page: stream.page() });
}

const heard = ({ browser }: House): string[] => browser.of('word').map(({ text }) => text);

describe.concurrent('ears that are not to be had, beside some that are: nobody notices', () => {
	it.each(['refuse', 'full', 'unauthorized', 'never'] as const satisfies readonly FaultName[])('%s', (fault) =>
		inHouse(EARS, async (house) => {
			house.stt[0]!.setFault(fault);
			listen(house, 1);
			await house.browser.next('listening');
			talk(house);
			await house.browser.next('word', WORDS.length);
			expect([heard(house), ends(house.browser)]).toEqual([WORDS.map(({ text }) => text), []]);
			expect(house.stt.map((engine) => engine.usedSlots())).toEqual([0, 1]);
		})
	);

	it('slow: every word comes, late', () =>
		inHouse({ words: WORDS }, async (house) => {
			house.stt[0]!.setFault('slow');
			listen(house, 1);
			await house.browser.next('listening');
			talk(house);
			await house.browser.next('word');
			expect(ends(house.browser)).toEqual([]);
		}));
});

describe.concurrent('ears that fail in mid-stream: the browser is told, and others listen at once', () => {
	it.each([
		['diesMidStream', 'lost'],
		['leaves', 'lost'],
		['garbage', 'protocol'],
		['hangs', 'timed_out'],
		['halfOpen', 'timed_out']
	] as const satisfies readonly (readonly [FaultName, string])[])('%s', (fault, code) =>
		inHouse(EARS, async (house) => {
			house.stt[0]!.setFault(fault);
			listen(house, 1);
			await house.browser.next('listening');
			talk(house);
			const problem = await house.browser.next('problem');
			expect(problem).toMatchObject({ fault: 'stt', code, retry: 'soon' });
			expect(house.browser.of('word').length).toBeGreaterThan(0);
			listen(house, 2);
			expect((await house.browser.next('listening', 2)).stream).toBe(2);
			expect(house.stt[1]!.usedSlots()).toBe(1);
			const before = heard(house).length;
			talk(house);
			await house.browser.next('word', before + WORDS.length);
			expect(heard(house).slice(before)).toEqual(WORDS.map(({ text }) => text));
			expect(ends(house.browser)).toEqual([`problem stt ${code}`]);
		})
	);

	it('after it went well for a second, the browser need not wait to come back', () =>
		inHouse(EARS, async (house) => {
			listen(house, 1);
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
			listen(house, 2);
			await house.browser.next('listening', 2);
		}));
});

describe.concurrent('no ears at all', () => {
	it.each([
		['refuse', 'refused', 'soon'],
		['full', 'at_capacity', 'soon'],
		['unauthorized', 'unauthorized_upstream', 'never'],
		['never', 'timed_out', 'soon']
	] as const satisfies readonly (readonly [FaultName, string, string])[])('%s', (fault, code, retry) =>
		inHouse(EARS, async (house) => {
			for (const engine of house.stt) engine.setFault(fault);
			listen(house, 1);
			expect(await house.browser.next('problem')).toMatchObject({ fault: 'stt', code, retry });
			for (const engine of house.stt) engine.setFault(null);
			listen(house, 2);
			expect((await house.browser.next('listening')).stream).toBe(2);
		})
	);
});
