import { describe, expect, it } from 'vitest';
import { recallPreferences, rememberPreferences, USUAL, type Preferences } from './preferences.ts';
import { KEYS, type Shelf } from './stored.ts';

function shelf(kept = new Map<string, string>()): Shelf {
	return { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => void kept.set(key, value) };
}
const CHOSEN: Preferences = {
	...USUAL,
	patience: 'patient',
	holdToTalk: true,
	character: { id: 'own-owl', name: 'Owl', language: 'fr/en', instructions: { type: 'smalltalk' }, good: true },
	captions: false,
	sounds: false,
	volume: 0.25,
	microphone: 'a1',
	speaker: 'b2',
	echoCancellation: false,
	noiseSuppression: false,
	autoGainControl: false,
	theme: 'light',
	motion: 'calm',
	shortcuts: false,
	private: true,
	keepSound: true,
	relay: 'https://talk.example',
	devView: true
};

describe('preferences', () => {
	it('come back as they were chosen, and go when they are taken back', () => {
		const mine = shelf();
		rememberPreferences(CHOSEN, mine);
		expect(recallPreferences(mine)).toEqual(CHOSEN);
		rememberPreferences(USUAL, mine);
		expect(recallPreferences(mine)).toEqual(USUAL);
	});

	it('are the usual ones where there are none, or somebody else wrote them', () => {
		expect(recallPreferences(shelf())).toEqual(USUAL);
		const foreign = new Map([
			[KEYS.patience, '"for ever"'],
			[KEYS.holdToTalk, '"yes"'],
			[KEYS.character, '{"id":"x","name":"<b>"}']
		]);
		expect(recallPreferences(shelf(foreign))).toEqual(USUAL);
		expect(recallPreferences(null)).toEqual(USUAL);
	});

	it('are kept one by one: a foreign value takes no other with it', () => {
		const kept = new Map([[KEYS.volume, '11']]);
		rememberPreferences({ theme: 'light' }, shelf(kept));
		expect(recallPreferences(shelf(kept))).toEqual({ ...USUAL, theme: 'light' });
		expect([...kept.keys()].sort()).toEqual([KEYS.theme, KEYS.volume]);
	});

	it.each([
		'https://talk.example/x',
		'ftp://talk.example',
		'https://me:it@talk.example',
		'javascript:alert(1)',
		'talk',
		''
	])('take %j for no relay', (relay) => {
		expect(recallPreferences(shelf(new Map([[KEYS.relay, JSON.stringify(relay)]]))).relay).toBeNull();
	});
});
