import { describe, expect, it } from 'vitest';
import { recallPreferences, rememberPreferences, USUAL, type Preferences } from './preferences.ts';
import { KEYS, type Shelf } from './stored.ts';

function shelf(kept = new Map<string, string>()): Shelf {
	return { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => void kept.set(key, value) };
}
const CHOSEN: Preferences = {
	patience: 'patient',
	holdToTalk: true,
	character: { id: 'own-owl', name: 'Owl', language: 'fr/en', instructions: { type: 'smalltalk' }, good: true }
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
});
