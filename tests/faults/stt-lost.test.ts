/** Every way in which ears can fail: what the browser is told, how soon others listen, and that everything is back. */
import { describe, expect, it } from 'vitest';
import type { FaultName } from '../../relay/embedded/engine.ts';
import { opusStream } from '../../relay/session/testing/opus-stream.ts';
import { expectHandlesBack } from './support/handles.ts';
import { ends, inHouse, type House, type HouseOptions } from './support/house.ts';

expectHandlesBack();

const WORDS = ['so', 'it', 'goes', 'on', 'and', 'on'].map((text, i) => ({ at: 0.08 * i, text }));
const EARS: HouseOptions = { words: WORDS };
/** The faults of silence have to be waited out; the rest comes of itself. */
const IMPATIENT: HouseOptions = { ...EARS, limits: { sttTimeoutMs: 1000, sttStallMs: 1000 } };
const PAGES = 30;

function listen({ browser }: House, stream: number): void {
	browser.say({ type: 'listen', stream, head: opusStream().head });
}

function talk({ browser }: House): void {
	const stream = opusStream();
	for (let i = 0; i < PAGES; i++) browser.say({ type: 'audio', page: stream.page() });
}

const heard = ({ browser }: House): string[] => browser.of('word').map(({ text }) => text);

/** Nobody notices. */
const unnoticed = (fault: FaultName, options = EARS): Promise<void> =>
	inHouse(options, async (house) => {
		house.stt[0]!.setFault(fault);
		listen(house, 1);
		await house.browser.next('listening');
		talk(house);
		await house.browser.next('word', WORDS.length);
		expect([heard(house), ends(house.browser)]).toEqual([WORDS.map(({ text }) => text), []]);
		expect(house.stt.map((engine) => engine.usedSlots())).toEqual(fault === 'slow' ? [1, 0] : [0, 1]);
	});

/** The browser is told, and others listen at once. */
const replaced = (fault: FaultName, code: string, options = EARS): Promise<void> =>
	inHouse(options, async (house) => {
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
	});

/** All of them have it: told, and found again once they are well. */
const givenUp = (fault: FaultName, code: string, retry: string, options = EARS): Promise<void> =>
	inHouse(options, async (house) => {
		for (const engine of house.stt) engine.setFault(fault);
		listen(house, 1);
		expect(await house.browser.next('problem')).toMatchObject({ fault: 'stt', code, retry });
		for (const engine of house.stt) engine.setFault(null);
		listen(house, 2);
		expect((await house.browser.next('listening')).stream).toBe(2);
	});

describe('ears that are not to be had, beside some that are: nobody notices', () => {
	it.each(['refuse', 'full', 'unauthorized'] as const)('%s', (fault) => unnoticed(fault));
});

describe('ears that fail in mid-stream: the browser is told, and others listen at once', () => {
	it.each([
		['diesMidStream', 'lost'],
		['leaves', 'lost'],
		['garbage', 'protocol']
	] as const)('%s', (fault, code) => replaced(fault, code));
});

describe('no ears at all', () => {
	it.each([
		['refuse', 'refused', 'soon'],
		['full', 'at_capacity', 'soon'],
		['unauthorized', 'unauthorized_upstream', 'never']
	] as const)('%s', (fault, code, retry) => givenUp(fault, code, retry));
});

describe.concurrent('ears that have to be waited for', () => {
	it('slow: every word comes, late', () => unnoticed('slow', { ...EARS, quietMs: 20_000 }));

	it('never: nobody notices', () => unnoticed('never', IMPATIENT));

	it.each(['hangs', 'halfOpen'] as const)('%s: the browser is told, and others listen at once', (fault) =>
		replaced(fault, 'timed_out', IMPATIENT)
	);

	it('never, like all others: told', () => givenUp('never', 'timed_out', 'soon', IMPATIENT));

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
