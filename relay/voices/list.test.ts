import { describe, expect, it } from 'vitest';
import type { Character } from '../../src/lib/chat/characters/character.ts';
import { loadCharacters, SHIPPED_FILE } from '../characters/load.ts';
import { listVoices } from './list.ts';

const minna: Character = {
	id: 'minna',
	name: 'Minna',
	language: 'en/fr',
	instructions: { type: 'smalltalk' },
	good: true
};

describe('the list of voices', () => {
	it('has Unmute’s shape, comment and all left out', () => {
		const gertrude: Character = {
			id: 'gertrude',
			name: 'Gertrude',
			language: 'en',
			instructions: { type: 'constant', text: 'Offer life advice.' },
			voice: 'freesound/440565.mp3',
			credit: 'tender_buttons',
			licence: 'CC BY 3.0',
			good: true
		};
		expect(listVoices([gertrude, { ...minna, voice: 'en-female' }], '')).toEqual([
			{
				name: 'Gertrude',
				good: true,
				instructions: { type: 'constant', text: 'Offer life advice.', language: 'en' },
				source: {
					source_type: 'file',
					path_on_server: 'freesound/440565.mp3',
					description: 'tender_buttons, CC BY 3.0',
					description_link: null
				}
			},
			{
				name: 'Minna',
				good: true,
				instructions: { type: 'smalltalk', language: 'en/fr' },
				source: { source_type: 'file', path_on_server: 'en-female', description: null, description_link: null }
			}
		]);
	});

	it('gives those without a voice the relay’s own, and an empty one where it has none', () => {
		expect(listVoices([minna], 'default.wav')[0]?.source.path_on_server).toBe('default.wav');
		// Unmute's web app and its load tester fail on a list that is empty.
		expect(listVoices([minna], '')[0]).toMatchObject({ name: 'Minna', source: { path_on_server: '' } });
	});

	it('calls each kind of character as Unmute’s clients do', async () => {
		const types = new Set(
			listVoices(await loadCharacters(SHIPPED_FILE), '').map(({ instructions }) => instructions.type)
		);
		expect(types).toEqual(
			new Set(['constant', 'smalltalk', 'guess_animal', 'quiz_show', 'news', 'unmute_explanation'])
		);
	});
});
