/** Every way in which a voice can fail: what is heard, word for word, what the person is told, and that everything is back. */
import { afterEach, describe, expect, it } from 'vitest';
import type { FaultName } from '../../relay/embedded/engine.ts';
import { House, REPLY, ends, heardWords, shown, soundS, type HouseOptions } from './support/house.ts';

const WORDS = REPLY.split(' ');
/** The faults of silence have to be waited out, but not by whoever is only slow on a busy machine; the rest comes of itself. */
const IMPATIENT = { ttsTimeoutMs: 1000, ttsStallMs: 1500 };
const SILENT: ReadonlySet<FaultName> = new Set<FaultName>(['never', 'hangs', 'halfOpen']);
const patienceWith = (fault: FaultName): HouseOptions => (SILENT.has(fault) ? { limits: IMPATIENT } : {});

let house: House;
afterEach(async () => {
	await house.allBack();
	await house.close();
});

async function open(options: HouseOptions = {}): Promise<void> {
	house = await House.open(options);
}

/** The whole answer was shown and heard, every word once and whole, and its sound is whole streams. */
function expectAllHeard(streams: number): void {
	const { browser } = house;
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

describe('a voice that is not to be had, beside one that is: nobody notices', () => {
	it.each(['refuse', 'full', 'unauthorized', 'never'] as const satisfies readonly FaultName[])('%s', async (fault) => {
		await open(patienceWith(fault));
		house.tts[0]!.setFault(fault);
		house.ask(1);
		await house.browser.next('replyDone');
		expectAllHeard(1);
		expect(ends(house.browser)).toEqual(['done complete']);
		house.ask(2); // and it is set aside
		await house.browser.next('replyDone', 2);
		expect(ends(house.browser)).toEqual(['done complete', 'done complete']);
	});

	it('slow: every word comes, from the one that was asked', async () => {
		await open({ speed: 200 });
		house.tts[0]!.setFault('slow');
		house.ask(1);
		await house.browser.next('replyDone');
		expectAllHeard(1);
	});
});

describe('a voice that fails in mid-reply, beside one that works: another goes on, and nobody is told', () => {
	it.each(['diesMidStream', 'leaves', 'garbage', 'hangs', 'halfOpen'] as const satisfies readonly FaultName[])(
		'%s',
		async (fault) => {
			await open(patienceWith(fault));
			house.tts[0]!.setFault(fault);
			house.ask(1);
			await house.browser.next('replyDone');
			expectAllHeard(2);
			expect(ends(house.browser)).toEqual(['done complete']);
		}
	);

	it('dies in mid-word, wherever that is', async () => {
		for (const words of [1, 2, 5, 8, 11]) {
			await open({ speed: 8 });
			house.ask(1);
			await house.browser.next('replyText', words);
			await house.tts[0]!.close();
			await house.browser.next('replyDone');
			expectAllHeard(2);
			expect(house.browser.of('replySplice')[0]!.atS).toBeGreaterThan(0);
			expect(ends(house.browser)).toEqual(['done complete']);
			await house.allBack();
			await house.close();
		}
		await open();
	});

	it('dies while the model still writes', async () => {
		await open({ tokenDelayMs: 10, speed: 20 });
		house.ask(1);
		await house.browser.next('replyText', 2);
		expect(house.browser.of('replyWritten')).toEqual([]);
		await house.tts[0]!.close();
		await house.browser.next('replyDone');
		expectAllHeard(2);
	});

	it('dies before anything is said, in a speculative reply', async () => {
		await open();
		house.ask(1, { speculative: true });
		await house.browser.next('replyAudio');
		await house.tts[0]!.close();
		await house.browser.next('replySplice');
		house.browser.say({ type: 'commit', reply: 1 });
		await house.browser.next('replyDone');
		expectAllHeard(2);
	});

	it('one after the other, three of them', async () => {
		await open({ instances: 4 });
		for (const engine of house.tts.slice(0, 3)) engine.setFault('diesMidStream');
		house.ask(1);
		await house.browser.next('replyDone');
		expectAllHeard(4);
	});
});

describe('no voice at all', () => {
	it.each([
		['refuse', 'refused'],
		['full', 'at_capacity']
	] as const satisfies readonly (readonly [FaultName, string])[])(
		'%s: told after the first search, and again when it is given up',
		async (fault, code) => {
			await open();
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
		}
	);

	it('heals while it is tried: told once, and then every word comes', async () => {
		await open();
		for (const engine of house.tts) engine.setFault('full');
		house.ask(1);
		await house.browser.next('problem');
		for (const engine of house.tts) engine.setFault(null);
		await house.browser.next('replyDone');
		expect(ends(house.browser)).toEqual(['problem tts at_capacity', 'done complete']);
		expectAllHeard(1);
	});

	it.each([
		['unauthorized', 'unauthorized_upstream'],
		['never', 'timed_out'],
		['diesMidStream', 'lost'],
		['garbage', 'protocol'],
		['hangs', 'timed_out'],
		['halfOpen', 'timed_out']
	] as const satisfies readonly (readonly [FaultName, string])[])(
		'%s: told when it is given up',
		async (fault, code) => {
			// Where every voice is stuck, none can be blamed wrongly.
			await open({ limits: { ...IMPATIENT, ttsStallMs: 200 } });
			for (const engine of house.tts) engine.setFault(fault);
			house.ask(1);
			await house.browser.next('replyDone');
			expect(ends(house.browser)).toEqual([`problem tts ${code}`, 'done failed']);
			expect(heardWords(house.browser).parts).toEqual([]);
		}
	);
});
