/** Every way in which a voice can fail: what is heard, word for word, what the person is told, and that everything is back. */
import { describe, expect, it } from 'vitest';
import type { FaultName } from '../../relay/embedded/engine.ts';
import { SESSION_LIMITS } from '../../relay/session/index.ts';
import { expectHandlesBack } from './support/handles.ts';
import { REPLY, ends, heardWords, inHouse, shown, soundS, type House, type HouseOptions } from './support/house.ts';

expectHandlesBack();

const WORDS = REPLY.split(' ');
/** The faults of silence have to be waited out, but not by whoever is only slow on a busy machine; the rest comes of itself. */
const IMPATIENT = { ttsTimeoutMs: 1000, ttsStallMs: 1500 };

/** The whole answer was shown and heard, every word once and whole, and its sound is whole streams. */
function expectAllHeard({ browser }: House, streams: number): void {
	expect(shown(browser)).toBe(REPLY);
	expect(heardWords(browser)).toEqual({ words: WORDS, parts: [] });
	expect(ends(browser).at(-1)).toBe('done complete');
	const lengths = soundS(browser);
	expect(lengths.length).toBe(streams);
	browser.of('replySplice').forEach(({ atS }, index) => {
		const before = index === 0 ? 0 : browser.of('replySplice')[index - 1]!.atS;
		expect(atS).toBeLessThanOrEqual(before + lengths[index]! + 1e-6);
	});
}

/** Nobody notices, and it is set aside. */
const unnoticed = (fault: FaultName, options: HouseOptions = {}): Promise<void> =>
	inHouse(options, async (house) => {
		house.tts[0]!.setFault(fault);
		house.ask(1);
		await house.browser.next('replyDone');
		expectAllHeard(house, 1);
		expect(ends(house.browser)).toEqual(['done complete']);
		house.ask(2);
		await house.browser.next('replyDone', 2);
		expect(ends(house.browser)).toEqual(['done complete', 'done complete']);
	});

/** Another goes on, and nobody is told. */
const replaced = (fault: FaultName, options: HouseOptions = {}): Promise<void> =>
	inHouse(options, async (house) => {
		house.tts[0]!.setFault(fault);
		house.ask(1);
		await house.browser.next('replyDone');
		expectAllHeard(house, 2);
		expect(ends(house.browser)).toEqual(['done complete']);
	});

/** All of them have it: told when it is given up. */
const givenUp = (fault: FaultName, code: string, options: HouseOptions = {}): Promise<void> =>
	inHouse(options, async (house) => {
		for (const engine of house.tts) engine.setFault(fault);
		house.ask(1);
		await house.browser.next('replyDone');
		expect(ends(house.browser)).toEqual([`problem tts ${code}`, 'done failed']);
		expect(heardWords(house.browser).parts).toEqual([]);
	});

describe('a voice that is not to be had, beside one that is: nobody notices', () => {
	it.each(['refuse', 'full', 'unauthorized'] as const)('%s', (fault) => unnoticed(fault));

	it('slow: every word comes, from the one that was asked', () =>
		inHouse({ speed: 200 }, async (house) => {
			house.tts[0]!.setFault('slow');
			house.ask(1);
			await house.browser.next('replyDone');
			expectAllHeard(house, 1);
		}));
});

describe('a voice that fails in mid-reply, beside one that works: another goes on, and nobody is told', () => {
	it.each(['diesMidStream', 'leaves', 'garbage'] as const)('%s', (fault) => replaced(fault));

	it.each([1, 2, 5, 8, 11])('dies in mid-word, after %i of them', (words) =>
		inHouse({ speed: 8 }, async (house) => {
			house.ask(1);
			await house.browser.next('replyText', words);
			await house.tts[0]!.close();
			await house.browser.next('replyDone');
			expectAllHeard(house, 2);
			expect(house.browser.of('replySplice')[0]!.atS).toBeGreaterThan(0);
			expect(ends(house.browser)).toEqual(['done complete']);
		})
	);

	it('dies while the model still writes', () =>
		inHouse({ tokenDelayMs: 10, speed: 20 }, async (house) => {
			house.ask(1);
			await house.browser.next('replyText', 2);
			expect(house.browser.of('replyWritten')).toEqual([]);
			await house.tts[0]!.close();
			await house.browser.next('replyDone');
			expectAllHeard(house, 2);
		}));

	it('dies before anything is said, in a speculative reply', () =>
		inHouse({}, async (house) => {
			house.ask(1, { speculative: true });
			await house.browser.next('replyAudio');
			await house.tts[0]!.close();
			await house.browser.next('replySplice');
			house.browser.say({ type: 'commit', reply: 1 });
			await house.browser.next('replyDone');
			expectAllHeard(house, 2);
		}));

	it('one after the other, three of them', () =>
		inHouse({ instances: 4 }, async (house) => {
			for (const engine of house.tts.slice(0, 3)) engine.setFault('diesMidStream');
			house.ask(1);
			await house.browser.next('replyDone');
			expectAllHeard(house, 4);
		}));
});

describe('no voice at all', () => {
	it.each([
		['refuse', 'refused'],
		['full', 'at_capacity']
	] as const satisfies readonly (readonly [FaultName, string])[])(
		'%s: told after the first search, and again when it is given up',
		(fault, code) =>
			inHouse({}, async (house) => {
				for (const engine of house.tts) engine.setFault(fault);
				house.ask(1);
				await house.browser.next('replyDone');
				expect(ends(house.browser)).toEqual([`problem tts ${code}`, `problem tts ${code}`, 'done failed']);
				expect(house.browser.of('problem').map(({ retry, reply }) => [retry, reply])).toEqual([
					['soon', 1],
					['soon', 1]
				]);
				for (const engine of house.tts) engine.setFault(null);
				house.ask(2);
				await house.browser.next('replyDone', 2);
				expect(ends(house.browser).at(-1)).toBe('done complete');
			})
	);

	it('heals while it is tried: told once, and then every word comes', () =>
		inHouse({}, async (house) => {
			for (const engine of house.tts) engine.setFault('full');
			house.ask(1);
			await house.browser.next('problem');
			for (const engine of house.tts) engine.setFault(null);
			await house.browser.next('replyDone');
			expect(ends(house.browser)).toEqual(['problem tts at_capacity', 'done complete']);
			expectAllHeard(house, 1);
		}));

	it.each([
		['unauthorized', 'unauthorized_upstream'],
		['diesMidStream', 'lost'],
		['garbage', 'protocol']
	] as const)('%s: told when it is given up', (fault, code) => givenUp(fault, code));
});

describe.concurrent('a voice that falls silent, or says nothing from the first', () => {
	it('never: told that it is slow, and every word comes; the next answer does not wait', () =>
		inHouse({}, async (house) => {
			house.tts[0]!.setFault('never');
			const askedMs = performance.now();
			house.ask(1);
			await house.browser.next('problem');
			expect(performance.now() - askedMs).toBeGreaterThan(SESSION_LIMITS.ttsTimeoutMs - 50);
			await house.browser.next('replyDone');
			expectAllHeard(house, 1);
			house.ask(2);
			await house.browser.next('replyDone', 2);
			expect(ends(house.browser)).toEqual(['problem tts timed_out', 'done complete', 'done complete']);
		}));

	it('is waited for 1.5 s, unless the relay is told otherwise', () => {
		expect(SESSION_LIMITS.ttsTimeoutMs).toBe(1500);
	});

	it.each(['hangs', 'halfOpen'] as const)('%s: another goes on, and nobody is told', (fault) =>
		replaced(fault, { limits: IMPATIENT })
	);

	// Where every voice is stuck, none can be blamed wrongly.
	it.each(['hangs', 'halfOpen'] as const)('%s, like all others: told when it is given up', (fault) =>
		givenUp(fault, 'timed_out', { limits: { ...IMPATIENT, ttsStallMs: 200 } })
	);

	it('never, like all others: told that it is slow, and again when it is given up', () =>
		inHouse({ limits: IMPATIENT }, async (house) => {
			for (const engine of house.tts) engine.setFault('never');
			house.ask(1);
			await house.browser.next('replyDone');
			expect(ends(house.browser)).toEqual(['problem tts timed_out', 'problem tts timed_out', 'done failed']);
		}));
});
