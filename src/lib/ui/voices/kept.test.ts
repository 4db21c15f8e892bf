import { describe, expect, it } from 'vitest';
import type { Shelf } from '../stored.ts';
import { voiceForNow, speakFor, voiceIsGone, voiceOf } from './for-now.ts';
import { dropVoice, KEPT_MS, keepVoice, recallVoices, withoutOwnVoice, type KeptVoice } from './kept.ts';

class Memory implements Shelf {
	readonly kept = new Map<string, string>();
	getItem = (key: string): string | null => this.kept.get(key) ?? null;
	setItem = (key: string, value: string): void => void this.kept.set(key, value);
}
const voice = (number: number, changes: Partial<KeptVoice> = {}): KeptVoice => ({
	...{ voice: `custom:${number}`, label: `Voice ${number}`, relay: 'https://here', untilMs: KEPT_MS },
	...changes
});
const names = (shelf: Shelf, nowMs = 0, relay = 'https://here'): string[] =>
	recallVoices(relay, nowMs, shelf).map((one) => one.voice);

describe('the kept voices', () => {
	it('are there for their hour, the newest first, and only for the relay that made them', () => {
		const shelf = new Memory();
		keepVoice(voice(1, { untilMs: 100 }), 0, shelf);
		keepVoice(voice(2, { untilMs: 200 }), 0, shelf);
		keepVoice(voice(3, { relay: 'https://there' }), 0, shelf);
		expect(names(shelf)).toEqual(['custom:2', 'custom:1']);
		expect(names(shelf, 100)).toEqual(['custom:2']);
		expect(names(shelf, 200)).toEqual([]);
		expect(names(shelf, 200, 'https://there')).toEqual(['custom:3']);
	});
	it('are never many, and those whose hour is over go when another comes', () => {
		const shelf = new Memory();
		for (let number = 0; number < 50; number++) keepVoice(voice(number), 0, shelf);
		expect(names(shelf)).toHaveLength(12);
		keepVoice(voice(99, { untilMs: 3 * KEPT_MS }), 2 * KEPT_MS, shelf);
		expect(names(shelf)).toEqual(['custom:99']);
	});
	it('are dropped one by one, and twice is no harm', () => {
		const shelf = new Memory();
		keepVoice(voice(1), 0, shelf);
		keepVoice(voice(2), 0, shelf);
		dropVoice('custom:1', shelf);
		dropVoice('custom:1', shelf);
		expect(names(shelf)).toEqual(['custom:2']);
	});
	it('that somebody else wrote are looked at one by one', () => {
		const shelf = new Memory();
		const hostile = [
			null,
			'custom:0',
			{ ...voice(1), voice: 'unmute-prod' },
			{ ...voice(2), label: 'x'.repeat(999) },
			voice(3)
		];
		shelf.setItem('parley.voices', JSON.stringify(hostile));
		expect(names(shelf)).toEqual(['custom:3']);
		shelf.setItem('parley.voices', '{');
		expect(names(shelf)).toEqual([]);
		expect(recallVoices('https://here', 0, null)).toEqual([]);
	});
});

it('a character that others are given has no cloned voice, and keeps any other', () => {
	expect(withoutOwnVoice({ id: 'a', voice: 'custom:1' })).toEqual({ id: 'a' });
	expect(withoutOwnVoice({ id: 'a', voice: 'en-female' })).toEqual({ id: 'a', voice: 'en-female' });
	const plain: { readonly id: string; readonly voice?: string } = { id: 'a' };
	expect(withoutOwnVoice(plain)).toEqual({ id: 'a' });
});

describe('who speaks', () => {
	it('is everybody in their own voice, or all in the one for now, until the relay has lost it', () => {
		expect([voiceOf(undefined), voiceOf('en-female')]).toEqual([null, 'en-female']);
		speakFor('custom:a');
		expect([voiceOf(undefined), voiceOf('en-female')]).toEqual(['custom:a', 'custom:a']);
		expect(voiceIsGone('en-female')).toBe('custom:a');
		expect([voiceForNow(), voiceOf('en-female')]).toEqual([null, 'en-female']);
	});
	it('does not ask twice for a character’s voice that is gone', () => {
		expect(voiceOf('custom:b')).toBe('custom:b');
		expect(voiceIsGone('custom:b')).toBe('custom:b');
		expect(voiceOf('custom:b')).toBe(null);
		expect(voiceIsGone('custom:b')).toBe(null);
	});
	it('loses no voice that is the speech server’s own', () => {
		expect(voiceIsGone('en-female')).toBe(null);
		expect(voiceIsGone(undefined)).toBe(null);
		expect(voiceOf('en-female')).toBe('en-female');
	});
});
