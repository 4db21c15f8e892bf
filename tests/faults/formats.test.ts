/**
 * Servers that only speak PCM, and those of the simple dialect: every fault that the others' have, and that nothing is left
 * behind, the codec's threads included.
 */
import { describe, expect, it } from 'vitest';
import type { FaultName } from '../../relay/embedded/engine.ts';
import { opusStream } from '../../relay/session/testing/opus-stream.ts';
import { expectHandlesBack } from './support/handles.ts';
import { REPLY, ends, heardWords, inHouse, shown, soundS, type House, type HouseOptions } from './support/house.ts';

expectHandlesBack();

const FORMATS = ['pcm', 'simple'] as const;
const PATIENCE = { sttTimeoutMs: 1000, ttsTimeoutMs: 1000, ttsStallMs: 1500, sttStallMs: 1000 };

/** So long that it is still being spoken when somebody dies or interrupts. */
const LONG = Array.from({ length: 15 }, () => 'one two, three four.').join(' ');
const IN_NO_HURRY = { reply: LONG, speed: 4 };

function expectAllHeard({ browser }: House, streams: number, reply = REPLY): void {
	expect(shown(browser)).toBe(reply);
	expect(heardWords(browser)).toEqual({ words: reply.split(' '), parts: [] });
	expect(ends(browser).at(-1)).toBe('done complete');
	expect(soundS(browser).length).toBe(streams);
}

describe.each(FORMATS)('a voice that speaks %s', (format) => {
	const answer = (fault: FaultName | null, streams: number, more: HouseOptions = {}): Promise<void> =>
		inHouse({ format, ...more }, async (house) => {
			house.tts[0]!.setFault(fault);
			house.ask(1);
			await house.browser.next('replyDone');
			expectAllHeard(house, streams);
		});

	it('is heard, word for word', () => answer(null, 1));

	it.each(['refuse', 'full', 'unauthorized'] as const)('%s: nobody notices', (fault) =>
		// A simple server is only known to be full, or ours to be the wrong key, once it is asked to say something.
		answer(fault, 1)
	);

	it('slow: every word comes, from the one that was asked', () => answer('slow', 1, { speed: 100 }));

	it.each(['diesMidStream', 'leaves', 'garbage'] as const)('%s: another goes on, and nobody is told', (fault) =>
		inHouse({ format, ...IN_NO_HURRY, speed: 20 }, async (house) => {
			house.tts[0]!.setFault(fault);
			house.ask(1);
			await house.browser.next('replyDone');
			expectAllHeard(house, 2, LONG);
			expect(ends(house.browser)).toEqual(['done complete']);
		})
	);

	it.each(['hangs', 'halfOpen'] as const)('%s: another goes on', (fault) => answer(fault, 2, { limits: PATIENCE }));

	it('never: another speaks', () => answer('never', 1, { limits: PATIENCE }));

	it.each([1, 8])('dies in mid-word, after %i of them', (words) =>
		inHouse({ format, ...IN_NO_HURRY }, async (house) => {
			house.ask(1);
			await house.browser.next('replyText', words);
			await house.tts[0]!.close();
			await house.browser.next('replyDone');
			expectAllHeard(house, 2, LONG);
		})
	);

	it('is interrupted, and lets go at once', () =>
		inHouse({ format, ...IN_NO_HURRY }, async (house) => {
			house.ask(1);
			await house.browser.next('replyText', 2);
			expect(house.tts[0]!.usedSlots()).toBe(1);
			house.browser.say({ type: 'cancel', reply: 1 });
			await house.browser.next('replyDone');
			expect(ends(house.browser)).toEqual(['done cancelled']);
			expect(house.browser.of('replyText').length).toBeLessThan(LONG.split(' ').length);
		}));
});

const SAID = ['so', 'it', 'goes', 'on', 'and', 'on'];
const SPOKEN = SAID.map((text, i) => ({ at: 0.08 * i, text }));
const EARS = [
	['pcm', { format: 'pcm' }],
	['pcm, without heads for pauses', { format: 'pcm', heads: false }],
	['opus, without heads for pauses', { format: 'opus', heads: false }],
	['simple', { format: 'simple' }]
] as const satisfies readonly (readonly [string, HouseOptions])[];

describe.each(EARS)('ears that take %s', (_name, options) => {
	const listen = ({ browser }: House, stream: number): void =>
		browser.say({ type: 'listen', stream, head: opusStream().head });
	const talk = ({ browser }: House): void => {
		const stream = opusStream();
		for (let i = 0; i < 40; i++) browser.say({ type: 'audio', page: stream.page() });
	};
	const heard = ({ browser }: House): string[] => browser.of('word').map(({ text }) => text);

	it('hear every word once, and answer every page with a step', () =>
		inHouse({ ...options, words: SPOKEN }, async (house) => {
			listen(house, 1);
			await house.browser.next('listening');
			talk(house);
			await house.browser.next('step', 40);
			await house.browser.next('word', SAID.length);
			expect(heard(house)).toEqual(SAID);
			const times = house.browser.of('word').map(({ startS }) => startS);
			expect(times).toEqual(times.toSorted((a, b) => a - b));
			expect(house.browser.of('endWord').length).toBe(SAID.length);
			expect(ends(house.browser)).toEqual([]);
		}));

	it.each(['refuse', 'full', 'unauthorized'] as const)('%s: nobody notices', (fault) =>
		inHouse({ ...options, words: SPOKEN }, async (house) => {
			house.stt[0]!.setFault(fault);
			listen(house, 1);
			await house.browser.next('listening');
			talk(house);
			await house.browser.next('word', SAID.length);
			expect([heard(house), ends(house.browser)]).toEqual([SAID, []]);
		})
	);

	// Of a simple server silence is no sign of anything, until speech stays without a word: see final-wait.test.ts.
	it.skipIf(options.format === 'simple')('hangs: the browser is told, and others listen at once', () =>
		inHouse({ ...options, words: SPOKEN, limits: PATIENCE }, async (house) => {
			house.stt[0]!.setFault('hangs');
			listen(house, 1);
			await house.browser.next('listening');
			talk(house);
			await house.browser.next('word');
			talk(house); // somebody who talks on
			expect(await house.browser.next('problem')).toMatchObject({ fault: 'stt', code: 'timed_out', retry: 'soon' });
			expect(house.browser.of('step').length).toBeLessThan(80);
			listen(house, 2);
			await house.browser.next('listening', 2);
		})
	);

	it.each([
		['diesMidStream', 'lost'],
		['leaves', 'lost'],
		['garbage', 'protocol']
	] as const)('%s: the browser is told, and others listen at once', (fault, code) =>
		inHouse({ ...options, words: SPOKEN }, async (house) => {
			house.stt[0]!.setFault(fault);
			listen(house, 1);
			await house.browser.next('listening');
			talk(house);
			expect(await house.browser.next('problem')).toMatchObject({ fault: 'stt', code, retry: 'soon' });
			const before = heard(house).length;
			listen(house, 2);
			await house.browser.next('listening', 2);
			talk(house);
			await house.browser.next('word', before + SAID.length);
			expect(heard(house).slice(before)).toEqual(SAID);
		})
	);
});
